from hypothesis import given
from hypothesis import strategies as st

from kvstudy.cells.spans import fair_spans


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
        covering = fair_spans(spans, length)
        assert [position for start, end in covering for position in range(start, end)] == list(range(length))
        for (first, last), (start, end) in zip(covering, sorted(found), strict=True):
            assert first <= start and end <= last


def test_without_any_part_there_is_no_span():
    assert fair_spans({"directive": [(0, 9)], "defence": [], "instruction": []}, 9) == []
