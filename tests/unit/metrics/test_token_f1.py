import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.metrics.token_f1 import exact_match, first_line, normalised, token_f1

# answer, accepted form, F1, exact match; the values are those of the official SQuAD script
CASES = [
    ("Oslen", "Oslen", 1.0, 1.0),
    ("Oslen.", "Oslen", 1.0, 1.0),
    ("the oslen", "Oslen", 1.0, 1.0),
    ("The Shadow of the Pines", "Shadow of Pines", 1.0, 1.0),
    ("Reed Calder", "Rhea Calder", 0.5, 0.0),
    ("12 March 1987", "14 March 1987", 2 / 3, 0.0),
    ("1987", "1988", 0.0, 0.0),
    ("in the year 1987", "1987", 0.5, 0.0),
    ("He lives in Oslen", "Oslen", 0.4, 0.0),
    ("Oslen Oslen", "Oslen", 2 / 3, 0.0),
    ("blue blue lamp", "blue lamp lamp", 2 / 3, 0.0),
    ("1,200 tonnes", "1200 tonnes", 1.0, 1.0),
    ("U.S.A.", "USA", 1.0, 1.0),
    ("anthem", "them", 0.0, 0.0),
    ("well-known", "wellknown", 1.0, 1.0),
    ("Ærø", "ærø", 1.0, 1.0),
    ("Zoë", "Zoe", 0.0, 0.0),
    ("Oslen\u2019s", "Oslens", 0.0, 0.0),
    ("", "Oslen", 0.0, 0.0),
    ("the", "Oslen", 0.0, 0.0),
    ("?!", "Oslen", 0.0, 0.0),
]


@pytest.mark.parametrize(("answer", "form", "f1", "exact"), CASES)
def test_pinned_cases(answer, form, f1, exact):
    assert token_f1(answer, [form]) == pytest.approx(f1)
    assert exact_match(answer, [form]) == exact


def test_normalisation_by_hand():
    assert normalised("  The QUICK, brown  fox's\ta-b 3.5% of an apple ") == [
        "quick",
        "brown",
        "foxs",
        "ab",
        "35",
        "of",
        "apple",
    ]


def test_the_best_accepted_form_counts():
    accepted = ["12 March 1987", "March 12, 1987", "1987-03-12"]
    assert token_f1("1987-03-12", accepted) == 1.0
    assert exact_match("1987-03-12", accepted) == 1.0
    assert token_f1("1987", accepted) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("Oslen\n\nQuestion: and then?", "Oslen"),
        ("\n \n  Oslen \r\nMore", "Oslen"),
        ("", ""),
        ("\n\n", ""),
        ("one line", "one line"),
    ],
)
def test_an_answer_ends_with_its_first_line(answer, line):
    assert first_line(answer) == line
    assert token_f1(answer, [line or "x"]) == (1.0 if line else 0.0)


@pytest.mark.parametrize("accepted", [[], ["the"], ["Oslen", "..."]])
def test_an_accepted_form_without_a_word_is_refused(accepted):
    with pytest.raises(ValueError, match="accepted forms"):
        token_f1("", accepted)
    with pytest.raises(ValueError, match="accepted forms"):
        exact_match("", accepted)


WORD = st.sampled_from(["oslen", "reed", "1987", "of", "blue"])
TEXT = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


@given(TEXT, TEXT)
def test_f1_is_symmetric_bounded_and_one_only_for_equal_bags(a, b):
    f1 = token_f1(a, [b])
    assert f1 == pytest.approx(token_f1(b, [a]))
    assert 0 <= f1 <= 1
    assert (f1 == 1) == (sorted(a.split()) == sorted(b.split()))
    assert exact_match(a, [b]) <= f1


@given(TEXT, TEXT)
def test_f1_by_counting(a, b):
    said, form = a.split(), b.split()
    shared = 0
    for word in said:
        if word in form:
            form.remove(word)
            shared += 1
    precision, recall = shared / len(a.split()), shared / len(b.split())
    expected = 2 * precision * recall / (precision + recall) if shared else 0.0
    assert token_f1(a, [b]) == pytest.approx(expected)


@given(TEXT, TEXT, TEXT)
def test_more_accepted_forms_never_lower_the_score(answer, one, other):
    assert token_f1(answer, [one, other]) == max(token_f1(answer, [one]), token_f1(answer, [other]))
