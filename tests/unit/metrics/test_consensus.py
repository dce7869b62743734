import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kvstudy.metrics.consensus import agreement, consensus, jaccard


@pytest.mark.parametrize(
    ("tops", "value"),
    [
        ([7, 7, 7, 7], 0.25),
        ([7, 7, 3, 3], 0.5),
        ([1, 2, 3, 4], 1.0),
        ([5], 1.0),
        ([0, 0, 9], 2 / 3),
        ([-1, 4, 4], 0.5),
        ([-1, -1, 4], 1.0),
    ],
)
def test_consensus_by_hand(tops, value):
    assert consensus(np.array(tops)) == pytest.approx(value)


def test_consensus_without_any_position_is_undefined():
    assert np.isnan(consensus(np.array([-1, -1])))


def test_consensus_keeps_the_leading_axes():
    tops = np.array([[[1, 1], [1, 2]], [[3, 3], [0, 0]]])
    assert consensus(tops).tolist() == [[0.5, 1.0], [0.5, 0.5]]


@given(arrays(np.int64, st.integers(1, 8), elements=st.integers(0, 5)))
def test_consensus_is_the_number_of_distinct_positions_over_heads(tops):
    assert consensus(tops) == pytest.approx(len(set(tops.tolist())) / len(tops))
    assert 1 / len(tops) <= consensus(tops) <= 1


@pytest.mark.parametrize(
    ("kept", "value"),
    [
        ([[0, 0, 1, 1], [0, 0, 1, 1]], 1.0),
        ([[0, 1, 1, 1], [1, 0, 1, 1]], 0.0),
        ([[0, 0, 1, 1], [0, 1, 0, 1]], 1 / 3),
        ([[1, 1, 1, 1], [0, 1, 1, 1]], 0.0),
        ([[0, 0], [0, 0]], 1.0),
        ([[0, 1, 1]], 1.0),
        ([[0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]], 0.25),
    ],
)
def test_jaccard_by_hand(kept, value):
    assert jaccard(np.array(kept, dtype=bool)) == pytest.approx(value)


def test_jaccard_of_nothing_evicted_is_undefined():
    assert np.isnan(jaccard(np.ones((3, 5), dtype=bool)))


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 6)).flatmap(lambda shape: arrays(bool, shape)),
)
def test_jaccard_equals_python_sets(kept):
    for layer, value in zip(kept, jaccard(kept), strict=True):
        sets = [{i for i, keep in enumerate(head) if not keep} for head in layer]
        union = set.union(*sets)
        if union:
            assert value == pytest.approx(len(set.intersection(*sets)) / len(union))
        else:
            assert np.isnan(value)


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=6))
def test_agreement_is_the_share_of_the_commonest_position(tops):
    chosen = [top for top in tops if top >= 0]
    expected = max(map(chosen.count, chosen)) / len(chosen) if chosen else np.nan
    assert agreement(np.array(tops)) == pytest.approx(expected, nan_ok=True)


def test_agreement_keeps_its_other_axes():
    tops = np.array([[[3, 3, 3, 5], [1, 2, 3, 4]], [[-1, -1, 7, 7], [-1, -1, -1, -1]]])
    assert agreement(tops).tolist() == [[0.75, 0.25], [1.0, pytest.approx(np.nan, nan_ok=True)]]
