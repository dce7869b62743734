import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.metrics.forms import Lexicon, mentions, remaining, within, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oslen's", "oslen s"),
        ("Oslen\u2019s", "oslen s"),
        ("the Voss College, in Oslen.", "voss college in oslen"),
        ("the 3rd of May", "3 of may"),
        ("11TH", "11"),
        ("A blue-winged heron", "blue winged heron"),
        ("1987-03-12", "1987 03 12"),
        ("ﬁne Ⅳ", "fine iv"),
        ("STRASSE straße", "strasse strasse"),
        ("£5", "5"),
        ("", ""),
        ("The a AN ... !", ""),
    ],
)
def test_words_by_hand(text, expected):
    assert words(text) == tuple(expected.split())


@given(st.text())
def test_words_of_words_are_the_same(text):
    once = words(text)
    assert words(" ".join(once)) == once


def test_within_needs_a_run():
    assert within(("b", "c"), ("a", "b", "c"))
    assert not within(("a", "c"), ("a", "b", "c"))
    assert not within(("a", "b"), ("a",))
    assert within((), ("a",))


def test_the_longest_form_wins_and_forms_do_not_overlap():
    lexicon = Lexicon({"Person": ["Voss", "Ana Voss"], "Organization": ["Voss College"], "Location": ["Ana"]})
    found = mentions(words("Ana Voss of Voss College met Voss"), lexicon)
    assert {(" ".join(m.words), *m.types) for m in found} == {
        ("ana voss", "Person"),
        ("voss college", "Organization"),
        ("voss", "Person"),
    }
    assert remaining(words("Ana Voss of Voss College met Voss"), found) == ["of", "met"]


def test_one_form_of_two_types_keeps_both():
    found = mentions(words("Hollin"), Lexicon({"Person": ["Hollin"]}), Lexicon({"Location": ["the Hollin"]}))
    assert found[0].types == {"Person", "Location"}


def test_nothing_is_found_in_nothing():
    assert mentions((), Lexicon({"Person": ["Voss"]})) == []
    assert mentions(words("Voss"), Lexicon({})) == []
    assert Lexicon({"Person": ["...", "the"]}).types == {}
