from hypothesis import given
from hypothesis import strategies as st

from kvstudy.cells.spans import places


@st.composite
def parts(draw) -> tuple[list[tuple[int, int]], int]:
    """Spans in any order, with gaps between them, and the length of their context."""
    ends = sorted(draw(st.sets(st.integers(0, 200), min_size=2, max_size=12)))
    found = list(zip(ends[::2], ends[1::2], strict=False))
    return draw(st.permutations(found)), ends[-1] + draw(st.integers(1, 9))


@given(parts())
def test_fair_spans_cover_the_context_and_each_holds_its_part(drawn):
    found, length = drawn
    alone = {"directive": [(0, length)], "defence": [], "instruction": found}
    defended = {"directive": found[:1], "defence": found[1:], "instruction": []}
    for spans in (alone, defended) if len(found) > 1 else (alone,):
        covering = places(spans | {"whitelist": []}, length).parts
        assert [position for start, end in covering for position in range(start, end)] == list(range(length))
        for (first, last), (start, end) in zip(covering, sorted(found), strict=True):
            assert first <= start and end <= last


def test_without_any_part_there_is_no_span():
    found = places({"directive": [(0, 9)], "defence": [], "instruction": [], "whitelist": []}, 9)
    assert (found.parts, found.each, found.whitelist) == ([], [(0, 9)], [])


def test_apart_from_each_other_the_defence_is_the_important_span():
    spans = {"directive": [(3, 20)], "defence": [(22, 30)], "instruction": [(14, 20), (5, 12)], "whitelist": [(23, 25)]}
    found = places(spans, 32)
    assert found.parts == [(0, 22), (22, 32)]
    assert (found.each, found.important) == ([(0, 14), (14, 22), (22, 32)], 2)
    assert found.whitelist == [23, 24]


def test_without_a_defence_the_first_instruction_of_the_row_is_the_important_one():
    spans = {"directive": [(3, 20)], "defence": [], "instruction": [(14, 20), (5, 12)], "whitelist": []}
    found = places(spans, 21)
    assert found.parts == found.each == [(0, 14), (14, 21)]
    assert found.important == 1
