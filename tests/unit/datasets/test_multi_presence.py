"""`multi_presence`: instances of one entity, each with its own values, and questions that need the right one."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvstudy.contracts.vocabulary import ANSWER_TYPES
from kvstudy.datasets import multi_presence, world
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.passages import rows
from kvstudy.datasets.presences import PRESENCES
from kvstudy.datasets.writer import SLOT
from tests.unit.datasets import soundness
from tests.unit.datasets.texts import contains, tokens

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world.load(RESOURCES)
FORMS = world.forms(RESOURCES)
PINNED = "599452f89eba6e27285a1641f94e57a62afbee041043bab1dd97d6fc776a1abb"


def draw(seed, index):
    return multi_presence.generate(WORLD, passage_random(seed, "multi_presence", index), index)


over_seeds = given(seed=st.integers(0, 2**31), index=st.integers(0, 10_000))
any_presence = pytest.mark.parametrize("presence", PRESENCES, ids=[presence.draw for presence in PRESENCES])


@settings(max_examples=60, deadline=None)
@over_seeds
def test_a_passage_is_sound(seed, index):
    passage = draw(seed, index)
    soundness.check_text(passage)
    soundness.check_questions(passage)
    soundness.check_evidence(passage)
    soundness.check_mentions(passage, FORMS)
    soundness.check_no_repeats(passage)


@any_presence
def test_every_trait_is_told_of_every_instance_once(presence):
    for seed in range(10):
        chronicle, instances = multi_presence.draft(WORLD, passage_random(seed, "multi_presence", 0), presence)
        told = Counter((instances.index(one.instance), one.trait.slot) for one in chronicle.statements)
        traits = {slot for _, slot in told}
        assert set(told) == {(number, slot) for number in range(len(instances)) for slot in traits}
        assert set(told.values()) == {1} and len(traits) >= 5
        assert [one.slots["nth"].form for one in instances] == list(multi_presence.ORDINALS[: len(instances)])
        years = [int(one.slots["year"].form) for one in instances]
        assert years == sorted(set(years))


@any_presence
def test_a_question_speaks_of_one_instance_and_its_answer_is_of_the_same(presence):
    for seed in range(5):
        chronicle, instances = multi_presence.draft(WORLD, passage_random(seed, "multi_presence", 1), presence)
        owner = {}
        for number, instance in enumerate(instances):
            owner |= {part.form: number for e in instance.slots.values() for part in (e, *(p for _, p in e.parts))}
        shared = {instances[0].slots["subj"].form, *(part.form for _, part in instances[0].slots["subj"].parts)}
        for candidate in multi_presence.candidates(chronicle, instances):
            question = candidate.question
            asked = question.text.replace("first name", "name")
            named = {owner[form] for form in owner if form not in shared and contains(asked, form)}
            whole = [form for form in question.answers if form in owner]
            assert len(named) == 1 and (question.type == "part" or {owner[form] for form in whole} == named), question


@settings(max_examples=40, deadline=None)
@over_seeds
def test_the_question_the_evidence_and_the_bridge_are_linked(seed, index):
    """From a name in the question to the answer one passes only through sentences that share a name of the instance."""
    passage = draw(seed, index)
    ends = [match.end() for match in re.finditer(r"\.(?= |$)", passage.text)]

    def sentence(at):
        return next(number for number, end in enumerate(ends) if at < end)

    for question in passage.questions:
        spans = [*question.evidence, *question.bridge]
        told = {passage.text[start:end] for start, end in question.bridge}
        inside = {m.form for m in passage.mentions if sentence(m.start) == sentence(question.evidence[0][0])}
        inside |= {row[0] for m in passage.mentions if m.form in inside for row in m.nested()}
        in_question = {form for form in inside | told if contains(question.text, form)}
        assert in_question, question
        assert question.bridge or {sentence(start) for start, _ in spans} == {sentence(question.evidence[0][0])}


def test_every_answer_type_in_useful_numbers():
    drawn = [draw(1, index) for index in range(100)]
    types = Counter(question.answer_type for passage in drawn for question in passage.questions)
    assert set(types) == set(ANSWER_TYPES) and min(types.values()) >= 60
    bridged = [question for passage in drawn for question in passage.questions if question.bridge]
    assert len(bridged) >= 700
    openings = [passage.text.split(". ")[0] for passage in drawn]
    assert len(set(openings)) >= 98


def test_no_plan_says_an_answer_by_itself():
    texts = []
    for presence in PRESENCES:
        texts += [*presence.intros, *presence.openings, *presence.asides]
        texts += [text for key in presence.keys for text in (key.named, key.short, key.asked)]
        texts += [text for t in presence.traits for text in (*t.plans, *t.pairs, t.asked, t.which)]
    said = " ".join(f"{' '.join(tokens(SLOT.sub(' slot ', text)))} stop" for text in texts)
    assert [form for forms in FORMS.values() for form in forms if contains(said, form)] == []
    assert len(texts) > 350


@any_presence
def test_a_plan_names_its_slots(presence):
    keys = {key.slot for key in presence.keys}
    for opening in presence.openings:
        assert keys <= {match[2] for match in SLOT.finditer(opening)}, opening
    for trait in presence.traits:
        assert all({trait.slot, "inst"} <= {m[2] for m in SLOT.finditer(plan)} for plan in trait.plans), trait
        both = {trait.slot, "inst", f"{trait.slot}2", "inst2"}
        assert all(both <= {m[2] for m in SLOT.finditer(plan)} for plan in trait.pairs), trait
        assert "{inst}" in trait.asked and f"{trait.slot}}}" in trait.which
    assert len({trait.slot for trait in presence.traits} | keys) == len(presence.traits) + len(keys)


def test_the_first_twenty_passages_are_the_same_everywhere():
    drawn = [rows(draw(1, index), "multi_presence", index) for index in range(20)]
    text = json.dumps(drawn, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == PINNED
