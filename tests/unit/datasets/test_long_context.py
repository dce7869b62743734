"""`long_context`: several subjects told in two rounds, and questions whose evidence lies all over the text."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from kvstudy.contracts.vocabulary import ANSWER_TYPES
from kvstudy.datasets import long_context, world
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.regions import relative
from kvstudy.datasets.sections import readable, words_between
from tests.unit.datasets.rivals import candidates
from tests.unit.datasets.texts import contains, gives_away

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world.load(RESOURCES)


def draw(seed, index):
    return long_context.generate(WORLD, passage_random(seed, "long_context", index), index)


@pytest.fixture(scope="module")
def drawn():
    return [draw(7 * index, index) for index in range(60)]


def test_lengths_and_counts(drawn):
    for passage in drawn:
        assert 900 <= len(passage.text.split()) <= 1300
        assert Counter(question.direction for question in passage.questions) == {"forward": 5, "reverse": 5}
        assert Counter(question.hop for question in passage.questions) == {0: 6, 1: 4}
        assert not re.search(r"[{}\[\]|\n]|  ", passage.text + "".join(q.text for q in passage.questions))


def test_every_answer_is_stated_where_the_evidence_says(drawn):
    for passage in drawn:
        named = {row[2:] for mention in passage.mentions for row in mention.nested()}
        for question in passage.questions:
            ((start, end),) = question.evidence
            assert passage.text[start:end] in question.answers
            assert question.type == "part" or (start, end) in named
            if question.direction == "forward":
                form = re.escape(question.answers[0])
                assert [m.span() for m in re.finditer(rf"\b{form}\b", passage.text, re.I)] == [(start, end)]


def test_every_fifth_of_the_text_holds_evidence_and_nearly_every_tenth(drawn):
    tenths = []
    for passage in drawn:
        starts = [question.evidence[0][0] / len(passage.text) for question in passage.questions]
        assert {int(5 * start) for start in starts} == set(range(5))
        tenths.append(len({int(10 * start) for start in starts}))
    assert sum(tenths) >= 9 * len(tenths)


def test_a_question_on_two_regions_names_nobody_whom_the_first_region_describes(drawn):
    for passage in drawn:
        for question in passage.questions:
            if question.hop == 0:
                assert question.bridge == ()
                continue
            (start, end), (told, _) = question.bridge[-1], question.evidence[0]
            assert end < told and len(passage.text[end:told].split()) >= 300
            (entity,) = (m.entity for m in passage.mentions if (m.start, m.end) == (start, end))
            assert not any(contains(question.text, form) for form in (entity.form, *entity.others))


def test_what_describes_the_entity_is_stated_far_from_the_answer(drawn):
    """Whatever the question does name stands at least 300 words before the answer, once in its own sentence."""
    for passage in drawn:
        for question in passage.questions:
            said = [m for m in passage.mentions if contains(question.text, m.form)] if question.hop else []
            early = [m for m in said if words_between(passage.text, (m.start, m.end), question.evidence[0]) >= 300]
            assert bool(early) == bool(question.hop)


def test_what_the_second_region_tells_of_an_entity_is_told_of_another_as_well(drawn):
    for passage in drawn:
        for question in passage.questions:
            assert question.hop == 0 or len(candidates(passage, question)) in (2, 3), question


def test_passages_open_and_close_in_many_ways(drawn):
    for part in (0, -1):
        said = Counter(re.findall(r"[^.?]+[.?]", passage.text)[part] for passage in drawn)
        assert len(said) >= 25 and max(said.values()) <= 10


def test_no_sentence_comes_twice(drawn):
    for passage in drawn:
        said = [one.strip() for one in re.findall(r"[^.?]+[.?]", passage.text)]
        assert len(said) == len(set(said))


def test_no_question_tells_its_own_answer_or_that_of_another(drawn):
    for passage in drawn:
        assert len({question.text for question in passage.questions}) == 10
        forms = [form.lower() for question in passage.questions for form in set(question.answers)]
        assert len(forms) == len(set(forms))
        for question in passage.questions:
            assert not gives_away(question.text, question.answers[:1])
            assert question.text[0].isupper() and question.text.endswith("?")
            for other in passage.questions:
                assert not any(contains(question.text, form) for form in other.answers)


def test_every_answer_type_occurs(drawn):
    asked = [question for passage in drawn for question in passage.questions]
    types = Counter(question.answer_type for question in asked)
    assert set(types) == set(ANSWER_TYPES) and min(types.values()) >= 25
    assert Counter(question.type for question in asked) == {"standard": 480, "manipulated": 60, "part": 60}


def test_a_passage_depends_on_seed_and_index_alone(drawn):
    assert draw(7 * 5, 5) == drawn[5]
    assert len({passage.text for passage in drawn}) == 60
    assert draw(1, 5).text != drawn[5].text


def test_a_question_becomes_a_description():
    assert relative("Which town has a mint?", "town") == "the town that has a mint"
    assert relative("Who was born in May?", "person") == "the person who was born in May"
    assert relative("Which animal did they describe?", "animal") == relative("What is it?", "object") == ""


def test_a_long_phrase_stands_at_the_end_or_in_front():
    phrase = "the town that has a mint"
    assert readable(f"Who founded {phrase}?", phrase, "town", Random(0)) == f"Who founded {phrase}?"
    said = {readable(f"On which river does {phrase} stand?", phrase, "town", Random(seed)) for seed in range(20)}
    assert said == {
        f"{verb} {phrase}: on which river does this town stand?" for verb in ("Consider", "Think of", "Take")
    }


def test_words_are_counted_between_spans_in_any_order():
    one, four = (0, 3), (14, 18)
    assert words_between("one two three four", one, four) == words_between("one two three four", four, one) == 2
