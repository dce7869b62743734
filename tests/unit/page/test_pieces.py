"""A passage in pieces: nothing lost, each piece with its tokens."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.models.prompt import Prompt
from kvstudy.page.pieces import kept, marked, pieces


def prompt(offsets, passage_start=0):
    return Prompt(list(range(len(offsets))), (0, len(offsets)), offsets, passage_start)


@given(st.text(min_size=1), st.text(), st.data())
def test_pieces_are_the_whole_passage_in_order_with_every_token_of_it(passage, before, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(before + passage)), min_size=1)) | {len(before + passage)})
    offsets = list(zip([0, *cuts], cuts, strict=False))
    found = pieces(prompt(offsets, len(before)), passage)
    assert "".join(piece.text for piece in found) == passage
    assert [passage[piece.start : piece.end] for piece in found] == [piece.text for piece in found]
    positions = [position for piece in found for position in range(piece.first, piece.last)]
    inside = [i for i, (start, end) in enumerate(offsets) if end > len(before) and end > start]
    assert positions == sorted(set(positions)) and set(inside) <= set(positions)


def test_tokens_of_one_character_are_one_piece():
    found = pieces(prompt([(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]), "a漢b")
    assert [(piece.text, piece.first, piece.last) for piece in found] == [("a", 0, 1), ("漢", 1, 4), ("b", 4, 5)]
    assert kept(found, np.array([9, 0, 3, 6, 1])) == [9, 3, 1]


def test_what_no_token_covers_goes_to_a_neighbour():
    found = pieces(prompt([(0, 0), (1, 3), (4, 6)]), " ab cd.")
    assert [piece.text for piece in found] == [" ab", " cd."]


def test_tokens_around_the_passage_are_left_out():
    found = pieces(prompt([(0, 4), (4, 8), (8, 11), (11, 15)], passage_start=6), "lo wo")
    assert [(piece.text, piece.first) for piece in found] == [("lo", 1), (" wo", 2)]


def test_pieces_that_overlap_a_span_are_marked():
    found = pieces(prompt([(0, 3), (3, 6), (6, 9)]), "abcdefghi")
    assert marked(found, [{"start": 2, "end": 4}]) == [0, 1]
    assert marked(found, [{"start": 3, "end": 6}]) == [1]
    assert marked(found, []) == []
