"""The word lists: sorted, closed, and without one form inside another."""

import json
import re
from pathlib import Path

import pytest

from kvstudy.contracts.vocabulary import ANSWER_TYPES
from kvstudy.datasets import world
from kvstudy.datasets.entities import date, indefinite, ordinal
from tests.unit.datasets.texts import contains, tokens

RESOURCES = Path(__file__).parents[3] / "resources"
FORMS = world.forms(RESOURCES)
INVENTED = ("first_names", "last_names", "places", "rivers", "organizations", "universities", "things", "events")


@pytest.mark.parametrize("name", world.LISTS)
def test_a_list_is_sorted_clean_and_long_enough(name):
    data = (RESOURCES / "words" / f"{name}.txt").read_bytes()
    lines = data.decode("utf-8").split("\n")
    assert lines.pop() == "" and b"\r" not in data
    assert lines == sorted(set(lines)) and all(line == line.strip() and line for line in lines)
    assert 100 <= len(lines) <= 200


def test_every_folder_entry_is_a_known_list():
    assert {path.stem for path in (RESOURCES / "words").glob("*.txt")} == set(world.LISTS)


def test_forms_cover_every_type_that_is_not_open():
    assert {*FORMS, "Date/Time", "Numerals"} == set(ANSWER_TYPES)
    assert {"Alaldo", "Abbeyham"} <= set(FORMS["Person"])
    assert {part for place in world.load(RESOURCES).places for part in place} <= set(FORMS["Location"])


@pytest.mark.parametrize("kind", FORMS)
def test_no_form_is_part_of_another_of_its_type(kind):
    by_word = {}
    for form in FORMS[kind]:
        for word in tokens(form):
            by_word.setdefault(word, []).append(form)
    clashes = [
        (form, other)
        for form in FORMS[kind]
        for other in by_word[tokens(form)[0]]
        if other != form and contains(other, form)
    ]
    assert clashes == []


def test_a_city_has_one_region_and_a_region_one_country():
    places = world.load(RESOURCES).places
    assert len({city for city, _, _ in places}) == len(places) == 150
    assert len({region: country for _, region, country in places}) == len({place[1:] for place in places}) == 45
    assert len({country for *_, country in places}) == 15


def test_an_invented_word_belongs_to_one_list():
    owner = {}
    nouns = {tokens(form)[-1] for kind in ("Thing", "Event", "Organization") for form in FORMS[kind]}
    nouns |= {"university", "institute", "technology", "school", "of", "mines", "medical", "upper", "lower"}
    for name in INVENTED:
        for entry in world.load(RESOURCES).lists[name]:
            for word in set(tokens(entry)) - nouns:
                assert owner.setdefault(word, name) == name, (word, owner[word], name)


def test_worked_examples_name_nothing_of_the_world():
    examples = json.loads((RESOURCES / "prompts" / "examples.json").read_text(encoding="utf-8"))
    for example in examples["passages"]:
        said = example["passage"] + " " + " ".join(f"{q['question']} {q['answer']}" for q in example["questions"])
        assert [form for forms in FORMS.values() for form in forms if contains(said, form)] == []
        assert 20 <= len(example["passage"].split()) <= 60
        for question in example["questions"]:
            assert question["answer"] in example["passage"]
            assert not contains(question["question"], question["answer"])
        years = re.findall(r"\b1\d{3}\b", example["passage"])
        assert years and all(int(year) < 1700 for year in years)


def test_all_ways_of_writing_a_date_are_accepted():
    day = date(3, 5, 1874, day_first=True)
    assert day.answers == (
        "3 May 1874",
        "May 3, 1874",
        "3rd May 1874",
        "May 3rd, 1874",
        "3rd of May 1874",
        "1874-05-03",
    )
    assert [part.form for _, part in day.parts] == ["3", "May", "1874"]
    assert [part.form for _, part in date(3, 5, 1874, day_first=False).parts] == ["May", "3", "1874"]


def test_ordinals_and_articles():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 28)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "28th"]
    )
    assert (indefinite("engraver"), indefinite("tailor")) == ("an engraver", "a tailor")
    odd = ("hour", "hon", "heir", "uni", "use", "usu", "eu", "one", "once", "ukr", "ut")
    said_with_an = [form for form in world.load(RESOURCES).lists["occupations"] if form.lower().startswith(odd)]
    assert said_with_an == []  # whose first letter would give the wrong article
