import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from kvstudy.metrics.degradation import normalised, rank_correlation

NAN = np.nan


def test_normalised_by_hand():
    found = normalised([0.4, 0.9, 0.0, 0.3, NAN], [0.8, 0.6, 0.5, 0.0, 0.5])
    assert found[:3] == pytest.approx([0.5, 1.5, 0.0])
    assert np.isnan(found[3:]).all()


@pytest.mark.parametrize(
    ("accuracy", "baseline", "rho"),
    [
        ([0.1, 0.2, 0.3], [0.7, 0.8, 0.9], 1.0),
        ([0.3, 0.2, 0.1], [0.7, 0.8, 0.9], -1.0),
        ([0.2, 0.1, 0.3], [0.7, 0.8, 0.9], 0.5),
        # ranks 1.5, 1.5, 3, 4 against 1, 2, 3, 4: average ranks, 4.5 / sqrt(4.5 * 5)
        ([0.1, 0.1, 0.5, 0.6], [0.2, 0.3, 0.4, 0.5], 4.5 / np.sqrt(4.5 * 5)),
        # a family without an instruction is left out
        ([0.2, NAN, 0.1, 0.3], [0.7, 0.1, 0.8, 0.9], 0.5),
        ([0.2, 0.9, 0.1, 0.3], [0.7, NAN, 0.8, 0.9], 0.5),
    ],
)
def test_rank_correlation_by_hand(accuracy, baseline, rho):
    assert rank_correlation(np.array(accuracy), np.array(baseline)) == pytest.approx(rho)


@pytest.mark.parametrize(
    ("accuracy", "baseline"),
    [
        ([0.1, 0.2], [0.1, 0.2]),
        ([0.1, 0.2, NAN], [0.1, 0.2, 0.3]),
        ([0.0, 0.0, 0.0], [0.1, 0.2, 0.3]),
        ([0.1, 0.2, 0.3], [1.0, 1.0, 1.0]),
        ([0.1, 0.1, 0.3], [0.1, 0.2, NAN]),
        ([NAN, NAN, NAN], [0.1, 0.2, 0.3]),
    ],
)
def test_rank_correlation_that_is_not_defined(accuracy, baseline):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(rank_correlation(np.array(accuracy), np.array(baseline)))


def test_many_at_once_equal_one_by_one():
    random = np.random.RandomState(0)
    accuracy, baseline = random.randint(0, 4, (2, 40, 7)) / 4.0
    accuracy[random.rand(40, 7) < 0.3] = NAN
    accuracy[0], accuracy[1, 2:] = 0.5, NAN
    found = rank_correlation(accuracy, baseline)
    assert found.shape == (40,)
    assert np.isnan(found[:2]).all() and not np.isnan(found[2:]).all()
    for row, one, other in zip(found, accuracy, baseline, strict=True):
        assert row == pytest.approx(rank_correlation(one, other), nan_ok=True)


@given(arrays(float, (2, 6), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_rank_correlation_is_spearmans(pair):
    assume(np.ptp(pair, axis=1).min() > 0)
    assert rank_correlation(*pair) == pytest.approx(spearmanr(*pair).statistic)
    assert rank_correlation(pair[0], pair[0]) == pytest.approx(1)
