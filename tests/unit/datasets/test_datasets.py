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
    "base": "17f2383361d8d80ff8b4ea4e6accbea1a73c32cac89a029744947c67a9d13977",
    "knowledge_manipulation": "1ee3308707c76b5a84a980134c458d4a28bd24d26130f5d120a6e8fb5b7da3df",
    "coreference": "117796839acf62219bd12cc35f18daf12a799a62d11651eca69abecd5e20542b",
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
        assert set(question.evidence) <= named, question
        form = re.escape(question.answers[0])
        everywhere = {match.span() for match in re.finditer(rf"\b{form}\b", passage.text, re.IGNORECASE)}
        assert everywhere <= named, question  # the answer stands nowhere but where the generator put it
        if question.direction == "forward":
            assert everywhere == set(question.evidence), question
        assert 1 <= min(len(form.split()) for form in question.answers) <= 5


@settings(max_examples=60, deadline=None)
@over_seeds
def test_a_reverse_question_has_its_evidence_where_its_fact_is_told(seed, index):
    """The attribute that the question names marks the sentence; the name stands in it, or is the last one before it."""
    passage = draw("base", seed, index)
    for question in passage.questions:
        if question.direction == "forward":
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
    assert [form for forms in FORMS.values() for form in forms if contains(said, form)] == []
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


def test_an_unknown_dataset_is_refused(tmp_path):
    command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", "bass", "--passages", "1", "--seed", "1"]
    done = subprocess.run([*command, "--resources", str(RESOURCES), "--out", str(tmp_path)], capture_output=True)
    assert done.returncode == 2 and b"--dataset: there is no 'bass'" in done.stderr
