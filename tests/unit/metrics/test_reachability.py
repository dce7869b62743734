import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.metrics.reachability import least_probability, reachability


def flags(*rows):
    return np.array(rows, dtype=bool)


def test_by_hand():
    """Two layers, three tokens of evidence: one direct in both layers, one through a copy, one not at all."""
    found = reachability(
        heads=np.array([2, 1]),
        kv_heads=np.array([1, 1]),
        direct=flags([1, 0, 0], [1, 0, 0]),
        copied=flags([0, 0, 0], [1, 1, 0]),
        evicted=flags([[0, 1, 1], [1, 1, 1]], [[0, 1, 1], [0, 1, 1]]),  # one KV head of four holds nothing
    )
    assert (found.kv_routes, found.holding) == (2, 3 / 4)
    assert (found.routes, found.direct, found.reached, found.leaked) == (3, 1 / 3, 2 / 3, 1 / 2)


def test_nothing_leaks_where_nothing_was_evicted_from_everywhere():
    found = reachability(np.array([0]), np.array([0]), flags([0, 0]), flags([1, 1]), flags([[0, 0]]))
    assert (found.routes, found.direct, found.reached) == (0, 0.0, 1.0) and np.isnan(found.leaked)


def test_contradictions_are_refused():
    with pytest.raises(ValueError, match="no head kept"):
        reachability(np.array([1]), np.array([1]), flags([1]), flags([0]), flags([[1]]))
    with pytest.raises(ValueError, match="no evidence"):
        none = np.zeros((1, 0), bool)
        reachability(np.array([0]), np.array([0]), none, none, none[None])


@given(st.integers(1, 6), st.floats(0, 1))
def test_the_bound_is_the_chance_that_one_of_k_independent_routes_survives(k, p):
    gone = 1.0
    for _ in range(k):
        gone *= 1 - p
    assert least_probability(np.array([p]), np.array([k])) == pytest.approx([1 - gone])


def test_without_routes_nothing_is_sure():
    assert least_probability(np.array([0.9, 1.0]), np.array([0, 0])).tolist() == [0.0, 0.0]
