"""The outcome rules on the passages and the world that studies use."""

from pathlib import Path

import pytest

from kvstudy.datasets.entities import SPELLED_OUT
from kvstudy.datasets.generators import passages
from kvstudy.datasets.passages import rows
from kvstudy.datasets.world import load
from kvstudy.metrics.abstention import abstains
from kvstudy.metrics.forms import mentions, within, words
from kvstudy.metrics.outcomes import Gold, Reply, classify
from kvstudy.metrics.token_f1 import exact_match
from kvstudy.scores.answers import forms_by_type
from kvstudy.scores.world import world_lexicon

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world_lexicon(RESOURCES)


def outcome(answer: str, gold: Gold) -> str:
    return classify(Reply(answer, [1, 2, 3], "stop"), gold, WORLD)


@pytest.fixture(scope="module", params=["base", "coreference", "knowledge_manipulation"])
def questions(request) -> list[tuple[dict, dict, Gold]]:
    found = []
    for index, passage in enumerate(passages(request.param, 12, 1, RESOURCES)):
        context, asked = rows(passage, request.param, index)
        entities = forms_by_type(context["entities"])
        for q in asked:
            gold = Gold(q["question"], q["answers"], q["answer_type"], entities, altered=q["altered"])
            found.append((context, q, gold))
    return found


def test_every_accepted_form_is_correct(questions):
    for _, question, gold in questions:
        for form in question["answers"]:
            assert outcome(form, gold) == "correct", (question["question"], form)
            assert outcome(f"It is {form}.", gold) == "correct", (question["question"], form)
            assert exact_match(form, question["answers"]) == 1.0


def test_saying_that_one_does_not_know_is_abstained(questions):
    for _, question, gold in questions:
        for text in ("I don't know.", "The passage does not say.", "unknown"):
            assert outcome(text, gold) == ("correct" if question["altered"] else "abstained"), question["question"]


def test_what_the_passage_says_is_wrong_where_the_question_was_altered(questions):
    for context, question, gold in questions:
        if question["altered"]:
            for entity in context["entities"]:
                assert outcome(entity["form"], gold) == "misrouted", (question, entity)
                assert outcome(f"I don't know, maybe {entity['form']}", gold) in ("misrouted", "correct")


def test_a_whole_place_is_right_where_its_part_was_asked_however_it_is_worded(questions):
    seen = 0
    for context, question, gold in questions:
        wholes = [e["form"] for e in context["entities"] if e["type"] == "Location" and len(e["form"].split()) > 3]
        whole = next((form for form in wholes if question["answers"][0] in form), None)
        if whole and not question["altered"]:
            place = next(place for place in load(RESOURCES).places if all(part in whole for part in place))
            for wording in ("{}, {}, {}", *SPELLED_OUT):
                assert outcome(wording.format(*place), gold) == "correct", (question, wording)
            seen += 1
    assert seen >= 20 or not seen


def test_other_entities_of_the_passage_are_misrouted(questions):
    seen = 0
    for context, question, gold in questions:
        if question["altered"]:
            continue
        for entity in context["entities"]:
            form = words(entity["form"])
            own_form = any(within(form, own) or within(own, form) for own in gold.forms)
            if entity["type"] != gold.type or own_form or within(form, gold.question):
                continue
            named = any(within(m.words, form) for m in gold.named)
            assert outcome(entity["form"], gold) == ("fabricated" if named else "misrouted"), (question, form)
            same_whole = any(within(form, whole) for whole in gold.wholes)
            both = outcome(f"{question['answers'][0]} or {entity['form']}", gold)
            assert both == ("correct" if named or same_whole else "hedged"), (question, form)
            seen += 1
    assert seen > 50


def test_entities_from_elsewhere_in_the_world_are_fabricated(questions):
    for context, question, gold in questions:
        if question["altered"]:
            continue
        told = words(context["passage"])
        others = [form for form in WORLD.of_type(gold.type) if len(form) > 1 and not set(form) & set(told)]
        for form in others[::5000] or ():
            assert outcome(" ".join(form), gold) == "fabricated", (question["question"], form)
            assert outcome(f"{question['answers'][0]} or {' '.join(form)}", gold) == "hedged"


def test_a_namesake_is_another_person(questions):
    first = RESOURCES.joinpath("words/first_names.txt").read_text().split()
    seen = 0
    for context, question, gold in questions:
        name = question["answers"][0].split()
        if gold.type == "Person" and len(name) == 2 and not question["altered"]:
            other = next(one for one in first if one not in context["passage"])
            assert outcome(f"{other} {name[1]}", gold) == "fabricated", question
            seen += 1
    assert seen


def test_no_form_of_the_world_abstains():
    assert not [form for form in WORLD.types if abstains(form)]


def test_a_full_name_is_one_mention():
    first, last = (RESOURCES.joinpath(f"words/{n}_names.txt").read_text().split()[0] for n in ("first", "last"))
    found = mentions(words(f"I met {first} {last}."), WORLD)
    assert [m.words for m in found] == [words(f"{first} {last}")]
