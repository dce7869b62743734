import numpy as np
import pytest

from kvstudy.metrics.composite import composite, in_range

# Figure 1 of arXiv 2510.00231, read off the plot to about 0.01, at ratios 0, 0.05, ..., 0.7
RATIOS = np.arange(15) * 0.05
PLAIN_ACCURACY = np.array([85, 86, 83, 82, 85, 85, 80, 80, 84, 85, 83, 83, 83, 77, 77]) / 100
PLAIN_LEAKAGE = np.array([9, 7, 7, 11, 10, 20, 47, 54, 61, 67, 69, 69, 69, 68, 53]) / 100
FAIR_ACCURACY = np.array([85, 86, 83, 86, 82, 83, 85, 81, 82, 88, 80, 81, 84, 78, 70]) / 100
FAIR_LEAKAGE = np.array([10, 7, 7, 10, 10, 13, 16, 21, 24, 33, 33, 18, 14, 11, 8]) / 100


def test_the_published_curves_give_the_published_score():
    """0.2201 +- 0.0620 for StreamingLLM on Llama 3 under fair eviction."""
    found = composite(RATIOS, FAIR_ACCURACY, FAIR_LEAKAGE, PLAIN_ACCURACY, PLAIN_LEAKAGE)
    assert found.mean == pytest.approx(0.2201, abs=0.002)
    assert found.mean == pytest.approx(0.2186, abs=1e-4)
    assert found.sd == pytest.approx(0.0521, abs=1e-4)
    assert found.ratios == 7


def test_by_hand():
    found = composite([0.1, 0.4, 0.7, 0.9], [1, 0.6, 0.5, 1], [0, 0.2, 0.0, 0], [0, 0.5, 0.5, 0], [1, 0.4, 0.4, 1])
    # 0.5 * 0.1 + 0.5 * 0.2 and 0.5 * 0 + 0.5 * 0.4
    assert found.mean == pytest.approx(0.175)
    assert found.sd == pytest.approx(0.05 / np.sqrt(2))
    assert found.ratios == 2


def test_no_change_is_zero_and_the_opposite_change_is_the_opposite():
    same = composite(RATIOS, PLAIN_ACCURACY, PLAIN_LEAKAGE, PLAIN_ACCURACY, PLAIN_LEAKAGE)
    assert (same.mean, same.sd) == (0, 0)
    back = composite(RATIOS, PLAIN_ACCURACY, PLAIN_LEAKAGE, FAIR_ACCURACY, FAIR_LEAKAGE)
    assert back.mean == pytest.approx(-0.2186, abs=1e-4)


def test_a_ratio_without_a_value_is_left_out_and_counted():
    nan = np.nan
    found = composite([0.4, 0.5, 0.6], [0.6, nan, 0.8], [0, 0, 0], [0.5, 0.5, 0.5], [0, 0, 0])
    assert (found.mean, found.ratios) == (pytest.approx(0.1), 2)
    one = composite([0.4], [0.6], [0.0], [0.5], [0.0])
    assert one.mean == pytest.approx(0.05) and np.isnan(one.sd) and one.ratios == 1
    none = composite([0.1, 0.8], [1, 1], [0, 0], [0, 0], [0, 0])
    assert np.isnan(none.mean) and np.isnan(none.sd) and none.ratios == 0


def test_leading_axes_are_kept():
    two = np.stack([FAIR_ACCURACY, PLAIN_ACCURACY]), np.stack([FAIR_LEAKAGE, PLAIN_LEAKAGE])
    found = composite(RATIOS, *two, PLAIN_ACCURACY, PLAIN_LEAKAGE)
    assert found.mean == pytest.approx([0.2186, 0], abs=1e-4)
    assert found.ratios.tolist() == [7, 7]


def test_both_ends_belong_to_the_range():
    assert in_range([0.39, 0.4, 0.05 * 14, 7 * 0.1, 0.71]).tolist() == [False, True, True, True, False]
