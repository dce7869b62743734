"""Verdicts of lm-evaluation-harness's checkers: every class, strict and loose, the same ones every time."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kvstudy.config.instructions import SEARCHED, Rows, read
from kvstudy.contracts.instruction_classes import INSTRUCTIONS, LANGUAGES
from kvstudy.metrics.directives import GIBBERISH, Verdict, floor, revisions, verdicts, whole
from tests.unit.metrics.followed import FOLLOWED

OWN = read(Path(__file__).parents[3] / "resources/instructions/rows.jsonl").rows
TEXTS = {"text", "pattern", "patterns"}  # kinds of kwargs
LOUD = "IT IS COLD OUTSIDE AND THE WIND BLOWS OVER THE HILLS ALL NIGHT LONG."
CASES = {  # class -> what its checker is told, a response that follows, one that does not
    "change_case:capital_word_frequency": (
        {"capital_frequency": 2, "capital_relation": "at least"},
        "We saw TWO OWLS.",
        "We saw TWO owls.",
    ),
    "change_case:english_capital": ({}, LOUD, LOUD.replace("WIND", "Wind")),
    "change_case:english_lowercase": ({}, LOUD.lower(), LOUD.capitalize()),
    "combination:repeat_prompt": ({"prompt_to_repeat": "Name a bird."}, "Name a bird. A robin.", "A robin."),
    "combination:two_responses": ({}, "A robin.\n******\nA wren.", "A robin.\n******\nA robin."),
    "detectable_content:number_placeholders": ({"num_placeholders": 2}, "Dear [name] of [town]", "Dear [name]"),
    "detectable_content:postscript": ({"postscript_marker": "P.S."}, "Bye.\nP.S. Write!", "Bye. Write!"),
    "detectable_format:constrained_response": ({}, "My answer is maybe.", "Maybe."),
    "detectable_format:json_format": ({}, '```json\n{"bird": "wren"}\n```', "{bird: wren}"),
    "detectable_format:multiple_sections": (
        {"section_spliter": "Part", "num_sections": 2},
        "Part 1\nA wren.\nPart 2\nA robin.",
        "Part 1\nA wren and a robin.",
    ),
    "detectable_format:number_bullet_lists": ({"num_bullets": 2}, "* wren\n- robin", "* wren"),
    "detectable_format:number_highlighted_sections": ({"num_highlights": 2}, "*wren* and *owl*", "*wren* and owl"),
    "detectable_format:title": ({}, "<<Birds>> They sing.", "<Birds> They sing."),
    "keywords:existence": ({"keywords": ["wren", "owl"]}, "An Owl and two wrens.", "An owl."),
    "keywords:forbidden_words": ({"forbidden_words": ["owl"]}, "The owlet sings.", "The Owl sings."),
    "keywords:frequency": ({"keyword": "owl", "frequency": 2, "relation": "at least"}, "Owl? owl!", "Owl?"),
    "keywords:letter_frequency": ({"letter": "z", "let_frequency": 1, "let_relation": "less than"}, "A wren", "A zoo"),
    "language:response_language": (
        {"language": "de"},
        "Der Vogel singt jeden Morgen im Garten.",
        "The bird sings in the garden every morning.",
    ),
    "length_constraints:nth_paragraph_first_word": (
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Later"},
        "It sang.\n\nLater, it slept.",
        "It sang. Later, it slept.",
    ),
    "length_constraints:number_paragraphs": (
        {"num_paragraphs": 2},
        "It sang.\n***\nIt slept.",
        "It sang.\n\nIt slept.",
    ),
    "length_constraints:number_sentences": (
        {"num_sentences": 3, "relation": "less than"},
        "Dr. Wren sang at 5 p.m. sharp. Then she slept.",
        "She sang. She ate. She slept.",
    ),
    "length_constraints:number_words": ({"num_words": 3, "relation": "at least"}, "one two three", "one two"),
    "punctuation:no_comma": ({}, "A wren and an owl.", "A wren, an owl."),
    "startend:end_checker": ({"end_phrase": "Good night!"}, "It sleeps. Good night!", "Good night! It sleeps."),
    "startend:quotation": ({}, '"It sings."', 'It says: "I sing."'),
}
FLOORS = {  # class -> whether each of the three kinds of gibberish follows what CASES tells it
    "change_case:english_lowercase": (True, False, True),
    "keywords:forbidden_words": (True, True, True),
    "keywords:letter_frequency": (True, True, True),
    "language:response_language": (False, True, False),  # no language is found in marks, and then any is accepted
    "length_constraints:number_sentences": (True, True, True),
    "length_constraints:number_words": (True, False, True),
    "punctuation:no_comma": (True, True, True),
}
SURE = Verdict(True, True)
NEITHER = Verdict(False, False)


def verdict(name: str, kwargs: dict, response: str) -> Verdict:
    return verdicts(response, [name], [kwargs])[0]


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_every_class_passes_and_fails_as_it_should(name):
    kwargs, followed, broken = CASES[name]
    assert set(kwargs) == set(INSTRUCTIONS[name])
    assert (verdict(name, kwargs, followed), verdict(name, kwargs, broken)) == (SURE, NEITHER)


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_empty_response_follows_nothing(name):
    assert {verdict(name, CASES[name][0], response) for response in ("", " \n")} == {NEITHER}


def test_the_classes_and_languages_are_the_checkers():
    from inspect import signature

    from kvstudy.metrics.directives import _checkers

    checkers = _checkers()
    from lm_eval.tasks.ifeval.instructions_util import LANGUAGE_CODES

    assert set(checkers) == set(INSTRUCTIONS) and set(LANGUAGE_CODES) == set(LANGUAGES)
    for name, checker in checkers.items():
        assert set(signature(checker.build_description).parameters) - {"self"} == set(INSTRUCTIONS[name])


@pytest.mark.parametrize("name", [name for name, told in INSTRUCTIONS.items() if set(told.values()) & TEXTS])
def test_rows_are_checked_for_the_patterns_that_the_checkers_search_for(name, monkeypatch):
    from lm_eval.tasks.ifeval import instructions

    texts = {told: f"X{told}" for told, kind in INSTRUCTIONS[name].items() if kind in TEXTS}
    told = {**CASES[name][0], **{key: [text] if key.endswith("words") else text for key, text in texts.items()}}
    searched = set()

    class Recorded:
        def __getattr__(self, attribute: str):
            found = getattr(re, attribute)
            return (
                (lambda *given, **flags: searched.add(given[0]) or found(*given, **flags)) if callable(found) else found
            )

    monkeypatch.setattr(instructions, "re", Recorded())
    verdict(name, told, "x")
    expected = {SEARCHED[key](text) for key, text in texts.items() if key in SEARCHED}
    assert {pattern for pattern in searched if "x" in pattern.lower()} == expected


def test_every_own_row_can_be_followed_as_a_whole():
    assert {row.user for row in OWN} == set(FOLLOWED)
    for row in OWN:
        each = verdicts(FOLLOWED[row.user], row.instruction_id_list, row.kwargs)
        assert whole(each) == SURE, (row.user, row.instruction_id_list, each)


def test_verdicts_are_those_of_the_harness():
    from lm_eval.tasks.ifeval.utils import process_results

    answers = ["**Sure!**\n" + FOLLOWED[row.user] + "\nBye, now." for row in OWN] + list(FOLLOWED.values())
    for row, response in zip(OWN * 2, answers, strict=True):
        theirs = process_results(row.model_dump(), [response])
        each = verdicts(response, row.instruction_id_list, row.kwargs)
        assert [v.strict for v in each] == theirs["inst_level_strict_acc"]
        assert [v.loose for v in each] == theirs["inst_level_loose_acc"]
        assert whole(each) == Verdict(theirs["prompt_level_strict_acc"], theirs["prompt_level_loose_acc"])


def test_loose_verdicts_forgive_an_opening_a_closing_and_asterisks():
    name, kwargs = "startend:quotation", {}
    for response in ('Sure:\n"It sings."', '"It sings."\nBye.', 'Sure:\n"It sings."\nBye.', '**"It sings."**'):
        assert verdict(name, kwargs, response) == Verdict(False, True)
    assert verdict(name, kwargs, 'Sure: "It sings."') == NEITHER


def test_revisions_are_the_eight_of_ifeval():
    assert revisions("a\n*b*\nc") == ["a\n*b*\nc", "*b*\nc", "a\n*b*", "*b*", "a\nb\nc", "b\nc", "a\nb", "b"]
    assert revisions("a") == ["a"] and revisions(" ") == []


def test_a_prompt_is_followed_if_all_its_instructions_are():
    assert whole([SURE, Verdict(False, True)]) == Verdict(False, True)
    assert whole([SURE, NEITHER]) == NEITHER and whole([SURE, SURE]) == SURE


def judged_again() -> list:
    words = ["la mer est", "si no ja", "de la an"]  # of no language in particular
    rows = [("language:response_language", {"language": code}) for code in ("es", "fi")]
    rows += [("change_case:english_lowercase", {})]
    return [verdict(*row, text) for row in rows for text in words]


def test_verdicts_are_the_same_every_time_and_leave_random_as_it_was():
    random.seed(5)
    expected = random.Random(5).random()
    first = judged_again()
    assert random.random() == expected
    for seed in range(2):
        random.seed(seed)
        assert judged_again() == first


LEAST = {"count": 0, "letter": "#", "text": "-", "pattern": "-", "patterns": ["-"], "relation": "less than"}


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_no_verdict_is_by_a_drawn_value(name, monkeypatch):
    """Not even where a row that is taken tells a checker the least: 0, a mark, a single character."""
    least = {told: LEAST.get(kind, "de") for told, kind in INSTRUCTIONS[name].items()}
    if "nth_paragraph" in least:
        least |= {"nth_paragraph": 1, "num_paragraphs": 1}
    rows = Rows()
    rows.add("row", {"key": 1, "prompt": "x", "instruction_id_list": [name], "kwargs": [least]})
    assert not rows.problems
    verdict(name, least, "x")  # which imports what it needs
    for drawn in ("choice", "choices", "randint", "random", "sample", "shuffle"):
        monkeypatch.setattr(random, drawn, None)
    for kwargs in (least, CASES[name][0]):
        for response in ("a - b", *CASES[name][1:]):
            verdict(name, kwargs, response)


@pytest.mark.parametrize(
    "letter", ["#", "!", "5", "z", "Z", "\u00e9", "\u00c9", "\u00df", "\u1e9e", "\u0436", "\u0416", "\u0130"]
)
def test_the_character_itself_is_counted_in_lower_case(letter):
    """As google-research's checker has it: S-IFEval's rows 1122 and 1129 ask for `#` and `!`."""
    texts = {2: f"{letter}{letter.lower()}", 1: letter.upper() if len(letter.upper()) == 1 else letter, 0: "abc xyw"}
    for count, text in texts.items():
        for frequency in (1, 2):
            least = {"letter": letter, "let_frequency": frequency, "let_relation": "at least"}
            fewer = {**least, "let_relation": "less than"}
            found = [verdict("keywords:letter_frequency", kwargs, f"so {text}").strict for kwargs in (least, fewer)]
            assert found == [count >= frequency, count < frequency], (text, frequency)


def test_verdicts_are_the_same_in_another_process():
    code = "from tests.unit.metrics.test_directives import judged_again; print([v.strict for v in judged_again()])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout.strip().splitlines()[-1] == str([v.strict for v in judged_again()])


def test_nothing_is_imported_before_the_first_verdict():
    code = "import sys, kvstudy.metrics.directives; print({'lm_eval', 'nltk', 'langdetect'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


def test_sentences_are_split_without_the_network(tmp_path):
    code = (
        "import socket; socket.socket.connect = None\n"
        "from kvstudy.metrics.directives import verdicts\n"
        "name = 'length_constraints:number_sentences'\n"
        "print(verdicts('One. Two.', [name], [{'num_sentences': 2, 'relation': 'at least'}])[0].strict)"
    )
    environment = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": ":".join(filter(None, sys.path))}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert ran.stdout.strip() == "True", ran.stderr


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_the_floor_of_every_class(name):
    kwargs = CASES[name][0]
    kinds = FLOORS.get(name, (False, False, False))
    assert tuple(verdict(name, kwargs, text).strict for text in GIBBERISH) == kinds
    assert floor([name], [kwargs], 60) == [(pytest.approx(sum(kinds) / 3),) * 2]


@pytest.mark.parametrize(("tokens", "share"), [(256, 0), (60, 0), (50, 0), (49, 1), (48, 1), (1, 1)])
def test_the_floors_texts_are_no_longer_than_a_response_may_be(tokens, share):
    """Any response of up to 49 tokens has fewer than 50 words."""
    told = {"num_words": 50, "relation": "less than"}
    words = floor(["length_constraints:number_words"], [told], tokens)
    assert words == [(pytest.approx(share or 1 / 3),) * 2]  # marks are no words, however many


def test_brackets_too_deep_to_read_are_no_json():
    assert verdict("detectable_format:json_format", {}, "[" * 100_000) == NEITHER


def test_a_class_that_is_none_and_kwargs_that_are_too_few_are_errors():
    with pytest.raises(KeyError, match="no_commas"):
        verdict("punctuation:no_commas", {}, "x")
    with pytest.raises(ValueError, match="shorter"):
        verdicts("x", ["punctuation:no_comma"], [])
