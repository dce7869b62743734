"""Floors of routes: where they are drawn, and where there is no room for them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from kvstudy.cells.floors import floor, floors, runs

PASSAGE = list(range(3, 40))


def test_a_floor_has_the_runs_of_its_evidence_and_stands_on_nobodys():
    evidence = [[5, 6, 7, 20], [10, 11], []]
    first, second, third = floors(evidence, PASSAGE, ["a", "b", "c"], 1)
    taken = {5, 6, 7, 20, 10, 11}
    assert len(first) == 4 and len(second) == 2 and third == []
    assert second[1] == second[0] + 1
    assert not taken & {*first, *second} and {*first, *second} <= set(PASSAGE)
    assert sorted(runs(first)) in ([1, 3], [4])  # two runs may touch


def test_it_depends_on_the_seed_and_the_question_alone():
    evidence = [[5, 6], [10, 11]]
    both = floors(evidence, PASSAGE, ["c", "d"], 1)
    assert both == [[17, 18], [25, 26]]  # on any machine
    assert both[::-1] == floors(evidence[::-1], PASSAGE, ["d", "c"], 1)
    many = {tuple(floors([[5, 6]], PASSAGE, [str(name)], seed)[0]) for name in range(50) for seed in (1, 2)}
    assert len(many) > 20


def test_a_passage_that_is_too_short_gives_none():
    assert floors([[3, 4, 5]], [3, 4, 5, 6, 7, 8], ["a"], 1) == [[6, 7, 8]]
    assert floors([[3, 4, 5]], [3, 4, 5, 6, 7], ["a"], 1) == [[]]
    # enough tokens, but in no run of three; and the second question, which needs one, has its floor
    assert floors([[4, 5, 6], [9]], [2, 3, 4, 5, 6, 7, 8, 9, 10], ["a", "b"], 1)[0] == []
    assert len(floors([[4, 5, 6], [9]], [2, 3, 4, 5, 6, 7, 8, 9, 10], ["a", "b"], 1)[1]) == 1


def test_every_place_is_drawn():
    """A run of two in 0 to 3 and 5 to 6 starts at 0, 1, 2 or 5."""
    starts = [floor([2], {0, 1, 2, 3, 5, 6}, random.Random(seed))[0] for seed in range(400)]
    assert all(70 < starts.count(start) < 130 for start in (0, 1, 2, 5))


@given(st.sets(st.integers(0, 30)), st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 100))
def test_what_is_drawn_is_free_and_as_long(free, lengths, seed):
    found = floor(lengths, free, random.Random(seed))
    assert not found or (len(found) == sum(lengths) and set(found) <= free and found == sorted(set(found)))


def test_runs():
    assert runs([]) == [] and runs([4]) == [1] and runs([1, 2, 3, 7, 9, 10]) == [3, 1, 2]
