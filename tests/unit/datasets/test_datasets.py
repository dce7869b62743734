"""What holds of `base`, `knowledge_manipulation` and `coreference` besides what holds of all; their first bytes."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvstudy.config.generated import GENERATED
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.vocabulary import ANSWER_TYPES, UNKNOWN
from kvstudy.datasets import base, coreference, world
from kvstudy.datasets import knowledge_manipulation as knowledge
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.entities import SPELLED_OUT, date, person, place, spelled_out
from kvstudy.datasets.generators import generator, passages
from kvstudy.datasets.passages import Mention, evidence, rows
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.writer import SLOT, Writer
from tests.unit.datasets.texts import contains, tokens

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world.load(RESOURCES)
FORMS = world.forms(RESOURCES)
PINNED = {
    "base": "52d4ab8f8ab85cd118c794c441606d0255b0f55acbf50265c5edf2e2aaf8dfbc",
    "knowledge_manipulation": "4e4834ff170ddbbb0ad3e298133567caf3712d2d4624367d1eb9879a1c5b2cdc",
    "coreference": "b5c53d06a5dd05e1542016f9400d25b00565cde81f1ce9606f08661f3e91b7fa",
}


def draw(dataset, seed, index):
    return generator(dataset)(WORLD, passage_random(seed, dataset, index), index)


any_passage = pytest.mark.parametrize("dataset", PINNED)
over_seeds = given(seed=st.integers(0, 2**31), index=st.integers(0, 10_000))


@any_passage
@settings(max_examples=60, deadline=None)
@over_seeds
def test_every_answer_is_stated_where_the_evidence_says(dataset, seed, index):
    passage = draw(dataset, seed, index)
    named = {row[2:] for mention in passage.mentions for row in mention.nested()}
    for question in passage.questions:
        assert len(question.evidence) == 1 - question.altered, question
        if question.altered:
            continue
        assert all(passage.text[start:end] in question.answers for start, end in question.evidence)
        inside = {span for span in question.evidence if any(a <= span[0] and span[1] <= b for a, b in named)}
        assert inside == set(question.evidence) and (question.type == "part" or inside <= named), question
        form = re.escape(question.answers[0])
        everywhere = {match.span() for match in re.finditer(rf"\b{form}\b", passage.text, re.IGNORECASE)}
        assert all(any(a <= start and end <= b for a, b in named) for start, end in everywhere), question
        if question.direction == "forward":
            assert everywhere == set(question.evidence), question
        assert 1 <= min(len(form.split()) for form in question.answers) <= 5


@settings(max_examples=60, deadline=None)
@over_seeds
def test_a_reverse_question_has_its_evidence_where_its_fact_is_told(seed, index):
    """The attribute that the question names marks the sentence; the name stands in it, or is the last one before it."""
    passage = draw("base", seed, index)
    for question in passage.questions:
        if question.direction == "forward" or question.type != "standard":
            continue
        told = [m for m in passage.mentions if contains(question.text, m.form)]
        sentences = {sentence_of(passage.text, mention.start) for mention in told}
        assert len(sentences) == 1, (question, told)
        first, last = sentences.pop()
        names = [m for m in passage.mentions if m.form in question.answers and m.start < last]
        inside = [(m.start, m.end) for m in names if m.start >= first]
        assert list(question.evidence) == (inside or [(names[-1].start, names[-1].end)]), question


def sentence_of(text: str, at: int) -> tuple[int, int]:
    """First character of the sentence around a position, and one past its full stop."""
    return next((m.start(), m.end()) for m in re.finditer(r"\S[^.]*\.", text) if m.end() > at)


def test_a_pronoun_a_last_name_and_a_short_noun_stand_for_the_nearest_name():
    """Six facts told of one person; each is stated by its own attribute and by one mention of the name."""
    cora, day = person("Cora", "Delaine"), date(3, 5, 1874, day_first=True)
    seen = set()
    for seed in range(40):
        writer = Writer(Random(seed))
        writer.sentence("{subj} was a baker.", {"subj": cora})
        for _ in range(6):
            before = len(writer.text) + 1
            stating = writer.sentence("{subj} came on {day}.", {"subj": cora, "day": day})
            said = writer.text[before:].removesuffix(" came on 3 May 1874.")
            ((start, end),) = evidence(stating, cora)
            if said in ("She", "He"):
                names = [m.span() for m in re.finditer("(Cora )?Delaine", writer.text)]
                assert (start, end) == names[-1] and end < before
            else:
                assert (start, writer.text[start:end]) == (before, said)
            assert evidence(stating, day) == ((len(writer.text) - 11, len(writer.text) - 1),)
            seen.add(said)
    assert seen == {"Cora Delaine", "Delaine", "She", "He"}


def test_no_pronoun_follows_a_sentence_about_somebody_else():
    cora, olga = person("Cora", "Delaine"), person("Olga", "Marsh")
    for seed in range(40):
        writer = Writer(Random(seed))
        writer.sentence("{subj} was a baker.", {"subj": cora})
        writer.sentence("{other}, a miner, married {him}.", {"subj": cora, "other": olga})
        before = len(writer.text) + 1
        writer.sentence("Rain or shine, {subj} went out.", {"subj": cora})
        assert writer.text[before:] in ("Rain or shine, Delaine went out.", "Rain or shine, Cora Delaine went out.")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), index=st.integers(0, 1000))
def test_in_a_life_a_pronoun_follows_a_sentence_that_begins_with_its_person(seed, index):
    passage = draw("base", seed, 6 * index + 1)
    subject = next(m.entity for m in passage.mentions if m.entity.type == "Person")
    clear = True
    for match in re.finditer(r"\S[^.]*\.", passage.text):
        first, *_ = re.findall(r"\b(?:[Ss]he|[Hh]er?|[Hh]i[sm])\b", match[0]) or [""]
        people = [m for m in passage.mentions if match.start() <= m.start < match.end() and m.entity.type == "Person"]
        alone = first and (not people or match[0].index(first) < people[0].start - match.start())
        assert clear or not alone, match[0]
        clear = not people or people[0].entity == subject


def test_a_story_of_an_event_names_no_month_but_its_own():
    """What is held every May was first held in a year, not on a date in October."""
    for index in range(5, 300, 6):
        passage = draw("base", 1, index)
        months = [m.form for m in passage.mentions if m.form in world.MONTHS]
        assert len(months) == 1 and not any("month" in dict(m.entity.parts) for m in passage.mentions)


def test_base_has_every_question_type_in_useful_numbers():
    drawn = [draw("base", 1, index) for index in range(200)]
    counts = [Counter(q.type for q in passage.questions) for passage in drawn]
    assert all(count["standard"] in (5, 6) for count in counts)
    types = sum(counts, Counter())
    assert min(types["manipulated"], types["part"]) >= 40 and types["standard"] >= 1000


def test_the_lengths_are_those_of_the_published_datasets():
    base_words = [len(draw("base", 1, index).text.split()) for index in range(200)]
    assert min(base_words) >= 150 and max(base_words) <= 200 and 172 <= sum(base_words) / 200 <= 178
    words = [len(draw("knowledge_manipulation", 1, index).text.split()) for index in range(200)]
    assert 31.5 <= sum(words) / 200 <= 33.5


def test_no_exact_answer_is_said_to_be_a_rough_one():
    rough = re.compile(r"\b(?:about|some|nearly|almost|around|roughly|over|than) \{", re.IGNORECASE)
    for subject in SUBJECTS:
        for fact in subject.facts:
            if any(ask.unit for ask in fact.asks):
                assert not [plan for plan in fact.plans if rough.search(plan)]


def test_no_aside_speaks_of_the_living_after_a_death():
    for index in range(1, 301, 6):
        sentences = re.findall(r"\S[^.]*\.", draw("base", 1, index).text)
        died = next((n for n, sentence in enumerate(sentences) if " died " in sentence), len(sentences))
        assert not set(sentences[died:]) & set(SUBJECTS[1].asides)


def test_no_link_comes_before_an_origin_or_then():
    for subject in SUBJECTS:
        for fact in subject.facts:
            for plan in fact.plans:
                assert not (base.can_follow(fact, plan) and (fact is subject.facts[0] or " then " in plan))


def test_evidence_of_a_part_and_of_what_is_not_stated():
    cora, day = person("Cora", "Delaine"), date(3, 5, 1874, day_first=True)
    assert evidence((Mention(day, "3 May 1874", 10),), day.part("month")) == ((12, 15),)
    assert evidence((Mention(cora, "Delaine", 10),), cora) == ((10, 17),)
    with pytest.raises(ValueError, match="no mention states 'Cora Delaine'"):
        evidence((Mention(day, "3 May 1874", 10),), cora)


@settings(max_examples=60, deadline=None)
@over_seeds
def test_base_asks_both_ways_and_reveals_only_its_subject(seed, index):
    questions = draw("base", seed, index).questions
    assert Counter(q.direction for q in questions) == {"forward": 4, "reverse": 2}
    leaks = {
        asked.answers[0]
        for asked in questions
        for other in questions
        if other is not asked and any(contains(other.text, form) for form in asked.answers)
    }
    assert len(leaks) <= 1


def test_knowledge_has_the_composition_of_the_published_dataset():
    questions = draw("knowledge_manipulation", 1, 0).questions
    assert Counter(q.answer_type for q in questions) == (
        {"Person": 3, "Thing": 1, "Organization": 1, "Location": 4, "Date/Time": 4}
    )
    assert Counter(q.type for q in questions) == {"standard": 5, "manipulated": 8}


@settings(max_examples=200, deadline=None)
@over_seeds
def test_coreference_is_altered_where_the_pronoun_is_the_other(seed, index):
    """The passage states one gender and uses its pronouns only; the altered questions alone use the other's."""
    passage = draw("coreference", seed, index)
    said = set(tokens(passage.text))
    male, female = bool(said & {"male", "man", "he", "his"}), bool(said & {"female", "woman", "she", "her"})
    assert male != female and said & {"male", "female", "man", "woman"}
    for question in passage.questions:
        asked = set(tokens(question.text))
        of_a_man, of_a_woman = bool(asked & {"he", "his"}), bool(asked & {"she", "her"})
        assert of_a_man != of_a_woman
        assert question.altered == (of_a_man != male)
        assert (question.answers == UNKNOWN) == question.altered
    assert sum(not q.altered for q in passage.questions) in (5, 6)


def test_coreference_has_the_published_share_of_standard_questions():
    counts = [coreference.standard(index) for index in range(8000)]
    assert set(counts) == {5, 6} and sum(counts) == 41_710
    assert all(abs(sum(counts[:n]) - 0.5793 * 9 * n) <= 0.5 for n in range(1, 8001))
    assert sum(not q.altered for q in draw("coreference", 3, 7).questions) == counts[7]


def test_coreference_asks_everything_of_both_genders():
    drawn = [draw("coreference", 1, index) for index in range(200)]
    texts = {(q.text, q.altered) for passage in drawn for q in passage.questions}
    assert len(texts) == 4 * len(coreference.ASKS)
    assert {q.answer_type for passage in drawn for q in passage.questions} == (
        {"Person", "Thing", "Organization", "Location", "Date/Time"}
    )


def test_a_place_that_is_spelled_out_keeps_its_parts():
    home = place("Abbeybridge", "Upper Brightshire", "Silkonia")
    assert home.form == "Abbeybridge, Upper Brightshire, Silkonia" and len(home.others) == len(SPELLED_OUT)
    for form in home.others:
        told = spelled_out(home, form)
        assert told.form == form and set(told.answers) == set(home.answers)
        spans = [evidence((Mention(told, form, 3),), part) for _, part in told.parts]
        assert [form[start - 3 : end - 3] for ((start, end),) in spans] == [part.form for _, part in home.parts]


def test_base_has_every_answer_type_in_useful_numbers():
    drawn = [draw("base", 1, index) for index in range(200)]
    types = Counter(q.answer_type for passage in drawn for q in passage.questions)
    assert set(types) == set(ANSWER_TYPES) and min(types.values()) >= 60
    dozen = Counter(q.answer_type for passage in drawn[:12] for q in passage.questions)
    assert set(dozen) == set(ANSWER_TYPES) and min(dozen.values()) >= 3


def test_no_plan_says_an_answer_by_itself():
    texts = [*base.LINKS]
    for subject in SUBJECTS:
        texts += subject.asides
        for fact in (subject.opening, *subject.facts):
            texts += (*fact.plans, *(text for ask in fact.asks for text in ask.texts))
    plain = [*knowledge.FIRST.values(), *knowledge.LATER.values(), knowledge.ASKS]
    plain += [*coreference.FIRST.values(), *coreference.LATER.values(), coreference.ASKS, SPELLED_OUT]
    for sentences in plain:
        texts += [
            part for sentence in sentences for part in ([sentence] if isinstance(sentence, str) else sentence[2:])
        ]
    said = " ".join(f"{' '.join(tokens(SLOT.sub(' slot ', text)))} stop" for text in texts)
    assert [form for forms in (*FORMS.values(), world.MONTHS) for form in forms if contains(said, form)] == []
    assert len(texts) > 400


def test_base_attributes_are_tightly_bound():
    assert {subject.draw for subject in SUBJECTS} == (
        {"organizations", "person", "things", "creatures", "place", "events"}
    )
    for index in range(60):
        mentions = draw("base", 2, index).mentions
        assert len({mention.entity.form for mention in mentions}) >= 10


@any_passage
def test_a_passage_depends_on_its_index_alone(dataset):
    few = [passage.text for passage in passages(dataset, 5, 3, RESOURCES)]
    many = [passage.text for passage in passages(dataset, 20, 3, RESOURCES)]
    assert many[:5] == few and len(set(many)) == 20
    assert [p.text for p in passages(dataset, 5, 4, RESOURCES)] != few


@any_passage
def test_the_first_fifty_passages_are_the_same_everywhere(dataset):
    drawn = [rows(passage, dataset, index) for index, passage in enumerate(passages(dataset, 50, 1, RESOURCES))]
    text = json.dumps(drawn, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == PINNED[dataset]


@any_passage
def test_the_command_writes_both_tables(dataset, tmp_path):
    for out in ("one", "two"):
        command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", dataset, "--passages", "7", "--seed", "1"]
        command += ["--resources", str(RESOURCES), "--out", str(tmp_path / out)]
        subprocess.run(command, check=True)
    contexts = CONTEXTS.read(tmp_path / "one" / "contexts.parquet")
    questions = QUESTIONS.read(tmp_path / "one" / "questions.parquet")
    assert contexts.context_id.tolist() == [f"{dataset}-{index:04d}" for index in range(7)]
    assert len(questions) == 7 * GENERATED[dataset].questions
    assert (contexts.words == contexts.passage.str.split().str.len()).all()
    text = contexts.set_index("context_id").passage
    for row in questions.itertuples():
        assert {text[row.context_id][span["start"] : span["end"]] for span in row.evidence} <= set(row.answers)
        assert row.altered == (len(row.evidence) == 0)
    for name in ("contexts.parquet", "questions.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("dataset", "count", "said"),
    [
        ("bass", "1", "--dataset: there is no 'bass'"),
        ("world", "1", "--dataset: there is no 'world'"),
        ("subjects.person", "1", "--dataset: there is no 'subjects.person'"),
        ("base", "0", "--passages: must be at least 1 (got 0)"),
    ],
)
def test_what_cannot_be_generated_is_refused_in_one_line(tmp_path, dataset, count, said):
    command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", dataset, "--passages", count, "--seed", "1"]
    command += ["--resources", str(RESOURCES), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, f"{said}\n") and not (tmp_path / "out").exists()
