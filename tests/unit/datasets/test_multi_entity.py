"""`multi_entity`: related subjects, two of which are told by the same facts."""

import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kvstudy.contracts.vocabulary import ANSWER_TYPES
from kvstudy.datasets import multi_entity, world
from kvstudy.datasets.asking import candidates, manipulated, part
from kvstudy.datasets.cast import Cast, passage_random
from kvstudy.datasets.entities import Entity, date, named, person
from kvstudy.datasets.passages import Mention, Question, rows
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.subjects.facts import Fact, forward, reverse
from kvstudy.datasets.telling import Told
from kvstudy.datasets.weaving import Weaver, Wordings, draw_topics
from kvstudy.datasets.writer import SLOT
from tests.unit.datasets import soundness
from tests.unit.datasets.texts import contains, tokens

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world.load(RESOURCES)
FORMS = world.forms(RESOURCES)
PINNED = "4c5f6c630354d89a833bf9e9e1e4a5b2478c524db74806351eec2c94df6b9fcb"


def draw(seed, index):
    return multi_entity.generate(WORLD, passage_random(seed, "multi_entity", index), index)


over_seeds = given(seed=st.integers(0, 2**31), index=st.integers(0, 10_000))


@settings(max_examples=60, deadline=None)
@over_seeds
def test_a_passage_is_sound(seed, index):
    passage = draw(seed, index)
    soundness.check_text(passage)
    soundness.check_questions(passage)
    soundness.check_evidence(passage)
    soundness.check_mentions(passage, FORMS)
    soundness.check_no_repeats(passage)
    assert all(question.bridge == () for question in passage.questions)


def test_every_answer_type_in_useful_numbers():
    drawn = [draw(1, index) for index in range(100)]
    types = Counter(question.answer_type for passage in drawn for question in passage.questions)
    assert set(types) == set(ANSWER_TYPES) and min(types.values()) >= 45
    assert len({passage.text.split(". ")[0] for passage in drawn}) == 100


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_two_subjects_of_a_kind_are_never_neighbours(seed):
    random = Random(seed)
    twin, *others = random.sample(SUBJECTS, random.randint(3, 5))
    line = multi_entity.in_line(twin, others, random)
    assert Counter(one.draw for one in line) == {twin.draw: 2} | {one.draw: 1 for one in others}
    assert all(one is not other for one, other in pairwise(line))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_topics_begin_in_years_of_their_own_and_go_by_nouns_of_their_own(seed):
    cast = Cast(WORLD, Random(seed), 1820)
    topics = draw_topics([*SUBJECTS, *SUBJECTS], cast)
    assert len({topic.epoch for topic in topics}) == len(topics)
    assert all((topic.epoch < 1800) == (topic.subject.draw == "person") for topic in topics)
    nouns = [topic.noun for topic in topics if not topic.subject.noun]
    assert len(set(nouns)) == len(nouns)


def test_a_topic_is_named_in_full_when_the_story_turns_to_it():
    """Two persons take turns; a pronoun or a last name only follows a sentence about, or with, the same person."""
    born = Fact({}, ("{subj} was tall.", "Everyone knew {its} coat.", "It rained."), ())
    for seed in range(60):
        random = Random(seed)
        weaver = Weaver(random)
        topics = draw_topics([SUBJECTS[1], SUBJECTS[1]], Cast(WORLD, random, 1820))
        before = None
        for topic in random.choices(topics, k=12):
            start = len(weaver.text)
            weaver.tell(topic, Told(born, topic.own))
            if topic is not before:
                assert topic.name.form in weaver.text[start:]
            before = topic


def test_wordings_come_twice_only_when_there_is_no_other():
    wordings = Wordings(Random(1))
    assert {wordings.take(("a", "b", "c")) for _ in range(3)} == {"a", "b", "c"}
    assert wordings.take(("a", "b", "c")) in ("a", "b", "c")
    assert {wordings.take(("x [1|2].",)) for _ in range(2)} == {"x 1.", "x 2."}


def test_other_forms_and_parts_of_an_answer():
    cora, day, globe = person("Cora", "Delaine"), date(3, 5, 1874, True), named("Thing", "Emberdream Globe", True)
    stating = (Mention(cora, "Cora Delaine", 0), Mention(day, "3 May 1874", 20), Mention(globe, globe.form, 40))
    who = Question("Who made it?", cora.answers, "Person", "standard", "reverse", ((0, 12),))
    assert [(q.text, q.answers, q.evidence) for q in manipulated(who, cora, stating)] == [
        ("What is the first name of the person who made it?", ("Cora",), ((0, 4),)),
        ("What is the last name of the person who made it?", ("Delaine",), ((5, 12),)),
    ]
    assert list(manipulated(Question("Who did it marry?", *[()] * 5), cora, stating)) == []
    when = Question("On which date was it made?", day.answers, "Date/Time", "standard", "forward", ((20, 30),))
    assert [(q.text, q.evidence) for q in manipulated(when, day, stating)] == [
        ("In which month was it made?", ((22, 25),)),
        ("In which year was it made?", ((26, 30),)),
    ]
    which = Question("Which object was made by Cora?", globe.answers, "Thing", "standard", "reverse", ((40, 56),))
    (asked,) = part(which, globe, stating)
    assert (asked.text, asked.answers[0], asked.evidence) == (
        "Which globe was made by Cora?",
        "Emberdream",
        ((40, 50),),
    )
    assert (asked.type, asked.direction) == ("part", "reverse")
    wing = named("Creature", "crested pearlwing", True)
    animal = Question("Which animal was seen?", wing.answers, "Creature", "standard", "forward", ((0, 17),))
    (asked,) = part(animal, wing, (Mention(wing, wing.form, 0),))
    assert (asked.text, asked.answers[0]) == ("Which kind of pearlwing was seen?", "crested")
    assert list(part(who, cora, stating)) == []


def test_one_asks_the_kind_of_a_material_but_not_of_a_shape():
    for form, kinds in (("pear wood", ["What kind of wood is it made of?"]), ("brass plates", []), ("red tiles", [])):
        stuff = Entity("Thing", form)
        made = Question("What is it made of?", stuff.answers, "Thing", "standard", "forward", ((0, 9),))
        assert [question.text for question in part(made, stuff, (Mention(stuff, form, 0),))] == kinds


@settings(max_examples=60, deadline=None)
@over_seeds
def test_no_question_names_the_answer_of_another(seed, index):
    questions = draw(seed, index).questions
    assert [(a.text, b.text) for a in questions for b in questions if contains(a.text, b.answers[0])] == []


def test_a_question_that_does_not_say_whom_it_asks_about_is_left_out():
    cora, globe = person("Cora", "Delaine"), named("Thing", "Emberdream Globe", True)
    asks = (
        forward("guide", "Who was the guide?"),
        reverse("subj", "Which globe did {guide} see?", "What did {guide} see?"),
    )
    told = Told(Fact({}, (), asks), {"subj": globe, "guide": cora})
    told.stating = (Mention(cora, cora.form, 0), Mention(globe, globe.form, 20))
    assert {one.question.text for one in candidates([told], Random(1))} == {"What did Cora Delaine see?"}


def test_no_connective_says_an_answer():
    said = " ".join(f"{' '.join(tokens(SLOT.sub(' slot ', text)))} stop" for text in multi_entity.RETURNS)
    assert [form for forms in FORMS.values() for form in forms if contains(said, form)] == []


def test_the_first_twenty_passages_are_the_same_everywhere():
    drawn = [rows(draw(1, index), "multi_entity", index) for index in range(20)]
    text = json.dumps(drawn, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == PINNED
