import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kvstudy.metrics.fairness import Fairness, fairness, jain
from kvstudy.metrics.retention import retention, retention_elsewhere

# two layers, two KV heads, six positions
KEPT = np.array(
    [
        [[1, 1, 0, 0, 0, 1], [1, 0, 1, 0, 0, 1]],
        [[1, 0, 0, 1, 0, 1], [1, 0, 0, 1, 0, 1]],
    ],
    dtype=bool,
)


def test_retention_by_hand():
    # per token: 1, 1/4, 1/4, 1/2, 0, 1
    assert retention(KEPT, [1]) == 0.25
    assert retention(KEPT, [1, 2, 3]) == pytest.approx(1 / 3)
    assert retention(KEPT, [4]) == 0.0
    assert retention(KEPT, range(6)) == 0.5


def test_the_published_defence_is_everything_else():
    """The proper defence is positions 1 and 2; the published one also has the template's 0 and 5."""
    directive, defence = [3, 4], [1, 2]
    assert retention(KEPT, directive) == 0.25
    assert retention(KEPT, defence) == 0.25
    assert retention_elsewhere(KEPT, directive) == pytest.approx((1 + 0.25 + 0.25 + 1) / 4)


def test_no_position_and_a_wrong_one():
    assert np.isnan(retention(KEPT, []))
    assert np.isnan(retention_elsewhere(KEPT, range(6)))
    with pytest.raises(IndexError, match="context of 6 tokens"):
        retention(KEPT, [6])
    with pytest.raises(IndexError, match="context of 6 tokens"):
        retention(KEPT, [-1])


@given(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(2, 8)).flatmap(lambda shape: arrays(bool, shape)))
def test_the_span_and_the_rest_make_up_the_whole(kept):
    tokens = kept.shape[2]
    span = np.arange(tokens // 2)
    whole = (retention(kept, span) * span.size + retention_elsewhere(kept, span) * (tokens - span.size)) / tokens
    assert whole == pytest.approx(kept.mean())


@pytest.mark.parametrize(
    ("shares", "index"),
    [
        ([0.5, 0.5], 1.0),
        ([0.01, 0.01, 0.01], 1.0),
        ([1.0, 0.0], 0.5),
        ([0.0, 0.3, 0.0, 0.0], 0.25),
        ([0.2, 0.8], 1 / (2 * 0.68)),
        ([0.0, 0.0], np.nan),
    ],
)
def test_jain_by_hand(shares, index):
    assert jain(np.array(shares)) == pytest.approx(index, nan_ok=True)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=6), st.floats(0.01, 1))
def test_jain_is_between_one_over_n_and_one_and_ignores_scale(shares, scale):
    index = jain(np.array(shares))
    assert 1 / len(shares) - 1e-9 <= index <= 1 + 1e-9
    assert jain(np.array(shares) * scale) == pytest.approx(index)


def test_fairness_by_hand():
    # spans of two and four positions; a head keeps 3 of 6, so 1 and 2 are proportional
    spans = {"directive": [0, 1], "rest": [2, 3, 4, 5]}
    found = fairness(KEPT, spans)
    # kept shares 5/8 and 7/16; a head keeps 2, 1, 1, 1 of the first span
    assert found == Fairness(
        index=pytest.approx(jain(np.array([5 / 8, 7 / 16]))), gap=pytest.approx(3 / 16), excess=pytest.approx(1.0)
    )


def test_proportional_budgets_are_fair():
    kept = np.zeros((1, 2, 12), dtype=bool)
    kept[0, 0, [0, 1, 6, 7]] = kept[0, 1, [4, 5, 10, 11]] = True
    assert fairness(kept, {"a": range(6), "b": range(6, 12)}) == Fairness(index=1.0, gap=0.0, excess=0.0)


def test_heads_that_favour_different_spans_are_alike_on_average_only():
    kept = np.zeros((1, 2, 8), dtype=bool)
    kept[0, 0, :4] = kept[0, 1, 4:] = True
    assert fairness(kept, {"a": range(4), "b": range(4, 8)}) == Fairness(index=1.0, gap=0.0, excess=2.0)


@given(st.integers(0, 20), st.lists(st.integers(1, 9), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_largest_remainder_budgets_are_fair_up_to_rounding(budget, lengths, chance):
    total = sum(lengths)
    budget = min(budget, total)
    exact = [budget * length / total for length in lengths]
    budgets = [int(part) for part in exact]
    largest = sorted(range(len(lengths)), key=lambda i: exact[i] - budgets[i], reverse=True)
    for i in largest[: budget - sum(budgets)]:
        budgets[i] += 1
    ends = np.cumsum(lengths)
    spans = {f"s{i}": np.arange(end - length, end) for i, (end, length) in enumerate(zip(ends, lengths, strict=True))}
    kept = np.zeros((1, 1, total), dtype=bool)
    for positions, count in zip(spans.values(), budgets, strict=True):
        kept[0, 0, chance.sample(positions.tolist(), count)] = True
    assert fairness(kept, spans).excess < 1


def test_of_nothing_kept_the_index_is_not_defined():
    found = fairness(np.zeros((2, 2, 4), dtype=bool), {"a": [0], "b": [1, 2, 3]})
    assert (found.gap, found.excess) == (0.0, 0.0) and np.isnan(found.index)


@pytest.mark.parametrize("spans", [{}, {"a": [0]}, {"a": [0], "b": []}])
def test_fairness_needs_two_spans(spans):
    with pytest.raises(ValueError, match="two or more"):
        fairness(KEPT, spans)
