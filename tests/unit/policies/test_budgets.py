"""Budgets of spans: exact, and as proportional as whole numbers can be."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from kvpress import KnormPress

from kvstudy.policies.budgets import proportional_budgets, round_shares, total_budget

LENGTHS = st.lists(st.integers(1, 90), min_size=1, max_size=7)


@given(LENGTHS, st.floats(0.05, 0.95))
def test_budgets_are_exact_and_within_one_of_proportional(lengths, ratio):
    total = total_budget(KnormPress(ratio), None, sum(lengths))
    budgets = proportional_budgets(lengths, total, [0] * len(lengths))
    assert sum(budgets) == total == max(1, int(sum(lengths) * (1 - ratio)))
    for length, budget in zip(lengths, budgets, strict=True):
        assert abs(budget - total * length / sum(lengths)) < 1
        assert 0 <= budget <= length


@given(st.data())
def test_forced_entries_raise_their_span_and_the_others_share_what_is_left(data):
    lengths = data.draw(LENGTHS)
    least = [data.draw(st.integers(0, length)) for length in lengths]
    total = data.draw(st.integers(max(1, sum(least)), sum(lengths)))
    budgets = proportional_budgets(lengths, total, least)
    assert sum(budgets) == total
    assert all(low <= budget <= length for low, budget, length in zip(least, budgets, lengths, strict=True))
    over = [budget > low for budget, low in zip(budgets, least, strict=True)]
    rate = [budget / length for budget, length in zip(budgets, lengths, strict=True)]
    for i, free in enumerate(over):
        for j in range(len(over)):
            if free:  # a span with more than it must keep is not better off than any other, whole numbers aside
                assert rate[i] - rate[j] < 1 / lengths[i] + 1 / lengths[j]


def test_equal_remainders_go_to_later_spans():
    assert proportional_budgets([10, 10, 10], 10, [0, 0, 0]) == [3, 3, 4]
    assert proportional_budgets([10, 20], 15, [0, 0]) == [5, 10]
    assert proportional_budgets([5, 5], 5, [0, 0]) == [2, 3]


def test_a_span_with_more_forced_entries_than_its_share_keeps_exactly_these():
    assert proportional_budgets([20, 40, 40], 20, [12, 0, 0]) == [12, 4, 4]
    assert proportional_budgets([20, 40, 40], 20, [3, 0, 0]) == [4, 8, 8]
    assert proportional_budgets([20, 40, 40], 20, [10, 5, 0]) == [10, 5, 5]


def test_shares_are_rounded_head_by_head():
    shares = torch.tensor([[[1.5, 2.5], [0.2, 3.8]]], dtype=torch.float64)
    assert round_shares(shares).tolist() == [[[1, 3], [0, 4]]]


@given(st.data())
def test_weighted_budgets_are_exact_within_bounds_and_in_proportion(data):
    lengths = data.draw(LENGTHS)
    weights = [data.draw(st.floats(0.1, 20)) for _ in lengths]
    least = [data.draw(st.integers(0, length)) for length in lengths]
    total = data.draw(st.integers(max(1, sum(least)), sum(lengths)))
    budgets = proportional_budgets(lengths, total, least, weights)
    assert sum(budgets) == total
    assert all(low <= budget <= length for low, budget, length in zip(least, budgets, lengths, strict=True))
    size = [length * weight for length, weight in zip(lengths, weights, strict=True)]
    rate = [budget / own for budget, own in zip(budgets, size, strict=True)]
    for i in range(len(lengths)):
        for j in range(len(lengths)):
            if budgets[i] > least[i] and budgets[j] < lengths[j]:  # i could give to j, and has no more by its weight
                assert rate[i] - rate[j] < 1 / size[i] + 1 / size[j]


def test_a_heavier_span_keeps_more_and_never_more_than_it_has():
    assert proportional_budgets([10, 10, 10], 16, [0, 0, 0], [2, 1, 1]) == [8, 4, 4]
    assert proportional_budgets([10, 10, 10], 20, [0, 0, 0], [9, 1, 1]) == [10, 5, 5]
    assert proportional_budgets([10, 10, 10], 20, [0, 8, 0], [9, 1, 1]) == [10, 8, 2]
