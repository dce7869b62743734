"""`hops`: a chain of four entities told in sections, and four questions for every number of links."""

import re
from collections import Counter
from itertools import combinations, groupby, permutations
from pathlib import Path

import pytest

from kvstudy.contracts.vocabulary import ANSWER_TYPES
from kvstudy.datasets import hops, world
from kvstudy.datasets.asides import ASIDES
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.relations import LINKS, between
from kvstudy.datasets.sections import AGAIN, BEGINNINGS, CONNECTIVES, ENDINGS, NOUNS, RETURNS, TURNS
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.writer import SLOT
from tests.unit.datasets.rivals import candidates, facts
from tests.unit.datasets.texts import contains, gives_away, tokens

RESOURCES = Path(__file__).parents[3] / "resources"
WORLD = world.load(RESOURCES)


def draw(seed, index):
    return hops.generate(WORLD, passage_random(seed, "hops", index), index)


@pytest.fixture(scope="module")
def drawn():
    return [draw(7 * index, index) for index in range(60)]


def chain(passage):
    """The bridge of the last hop: where each of the three links is stated."""
    return next(question.bridge for question in passage.questions if question.hop == 3)


def test_lengths_and_counts(drawn):
    for passage in drawn:
        assert 1080 <= len(passage.text.split()) <= 1120
        assert Counter(question.hop for question in passage.questions) == {0: 4, 1: 4, 2: 4, 3: 4}
        assert not re.search(r"[{}\[\]|\n]|  ", passage.text + "".join(q.text for q in passage.questions))


def test_every_answer_is_stated_once_where_the_evidence_says(drawn):
    for passage in drawn:
        for question in passage.questions:
            ((start, end),) = question.evidence
            assert passage.text[start:end] == question.answers[0]
            form = re.escape(question.answers[0])
            assert [m.span() for m in re.finditer(rf"\b{form}\b", passage.text, re.IGNORECASE)] == [(start, end)]
            if question.type != "part":
                assert (start, end) in {row[2:] for mention in passage.mentions for row in mention.nested()}


def test_the_bridge_names_the_linked_entities_in_the_order_of_the_chain(drawn):
    for passage in drawn:
        links, named = chain(passage), {(m.start, m.end): m.entity for m in passage.mentions}
        for question in passage.questions:
            assert question.bridge == links[: question.hop]
            assert all(span in named for span in question.bridge)
        assert len({named[span] for span in links}) == 3


def test_a_link_is_the_only_place_outside_its_own_section_that_names_an_entity(drawn):
    for passage in drawn:
        links = chain(passage)
        linked = [m.entity for m in passage.mentions if (m.start, m.end) in links]
        told = [m.entity for m in passage.mentions if m.entity in linked and (m.start, m.end) not in links]
        assert len([entity for entity, _ in groupby(told)]) == 3


def test_questions_name_the_subject_and_no_entity_on_the_way(drawn):
    for passage in drawn:
        named = {(m.start, m.end): m.entity for m in passage.mentions}
        linked = [named[span] for span in chain(passage)]
        for question in passage.questions:
            for entity in linked:
                assert not any(contains(question.text, form) for form in (entity.form, *entity.others))
            assert not gives_away(question.text, question.answers)
            assert question.text[0].isupper() and question.text.endswith("?")
        named_by = [{m.entity for m in passage.mentions if m.form in q.text} for q in passage.questions]
        assert len(set.intersection(*named_by)) == 1


def test_answers_and_questions_are_unique(drawn):
    for passage in drawn:
        assert len({question.text for question in passage.questions}) == 16
        forms = [form.lower() for question in passage.questions for form in set(question.answers)]
        assert len(forms) == len(set(forms))


def test_what_a_question_needs_lies_far_apart(drawn):
    for passage in drawn:
        for question in passage.questions:
            for one, other in combinations((*question.bridge, *question.evidence), 2):
                (_, end), (start, _) = sorted((one, other))
                assert len(passage.text[end:start].split()) >= 100


def test_what_a_linked_entity_is_asked_for_is_told_of_its_twin_as_well(drawn):
    for passage in drawn:
        for question in passage.questions:
            assert question.hop == 0 or len(candidates(passage, question)) == 2, question


def test_every_link_has_a_rival(drawn):
    """Of each relation that a question follows, the text tells two, so that none of the links can be left out."""
    for passage in drawn:
        for start, _ in chain(passage):
            (told,) = (s for s in re.finditer(r"[^.?]+[.?]", passage.text) if s.start() <= start < s.end())
            (link,) = (one for one in facts() if one.fullmatch(told[0].strip()))
            said = [one.strip() for one in re.findall(r"[^.?]+[.?]", passage.text)]
            assert len([one for one in said if link.fullmatch(one)]) == 2, told[0]


def test_three_links_take_two_sentences(drawn):
    asked = [question for passage in drawn for question in passage.questions]
    assert {(len(re.findall(r"[.?]", question.text)), question.hop == 3) for question in asked} == {
        (1, False),
        (2, True),
    }
    assert max(len(sentence.split()) for question in asked for sentence in question.text.split(". ")) <= 45


def test_passages_open_and_close_in_many_ways(drawn):
    for part in (0, -1):
        said = Counter(re.findall(r"[^.?]+[.?]", passage.text)[part] for passage in drawn)
        assert len(said) >= 25 and max(said.values()) <= 10


def test_most_sentences_tell_something(drawn):
    """What has neither a name nor a number in it is but a small part of the text."""
    words = Counter()
    for passage in drawn:
        for sentence in re.finditer(r"[^.?]+[.?]", passage.text):
            empty = not any(sentence.start() <= m.start < sentence.end() for m in passage.mentions)
            pronoun = re.search(r"\b(it|its|she|her|he|his|him)\b", sentence[0], re.IGNORECASE)
            words[empty and not pronoun] += len(sentence[0].split())
    assert words[True] < 0.15 * words.total()


def test_no_sentence_comes_twice(drawn):
    for passage in drawn:
        said = [one.strip() for one in re.findall(r"[^.?]+[.?]", passage.text)]
        assert len(said) == len(set(said))


def test_sections_come_in_any_order(drawn):
    orders = set()
    for passage in drawn:
        first = [min(q.evidence[0][0] for q in passage.questions if q.hop == hop) for hop in range(4)]
        orders.add(tuple(sorted(range(4), key=first.__getitem__)))
    assert len(orders) >= 15


def test_every_answer_type_occurs_and_most_questions_are_standard(drawn):
    asked = [question for passage in drawn for question in passage.questions]
    types = Counter(question.answer_type for question in asked)
    assert set(types) == set(ANSWER_TYPES) and min(types.values()) >= 40
    kinds = Counter(question.type for question in asked)
    assert set(kinds) == {"standard", "manipulated", "part"} and kinds["standard"] > 0.8 * len(asked)
    assert {question.direction for question in asked} == {"forward"}


def test_a_passage_depends_on_seed_and_index_alone(drawn):
    assert draw(7 * 5, 5) == drawn[5]
    assert len({passage.text for passage in drawn}) == 60
    assert draw(1, 5).text != drawn[5].text


def test_any_two_kinds_of_subjects_are_related():
    kinds = [subject.draw for subject in SUBJECTS]
    assert sorted((link.source, link.target) for link in LINKS) == sorted(permutations(kinds, 2))
    assert between("things", "place").followed[0] == "the town whose church tower once held {subj}"
    with pytest.raises(StopIteration):
        between("things", "things")


def test_a_relation_is_followed_by_a_phrase_that_ends_on_its_source():
    for link in LINKS:
        assert len(link.plans) == 3 and all(plan.count("{next}") == 1 for plan in link.plans)
        for phrase in link.followed:
            assert phrase.startswith("the ") and phrase.endswith(" {subj}") and phrase.count("{") == 1
            assert phrase.split()[1] in (NOUNS[link.target], "author", "composer", "owner", "sponsor", "namesake")
        assert link.back.count("{next}") == 1 and link.back.endswith("?") and link.back.count("{") == 1


def test_nothing_that_fills_or_joins_says_an_answer_by_itself():
    texts = [*BEGINNINGS, *ENDINGS, *RETURNS, *AGAIN, *CONNECTIVES]
    texts += [text for some in (*ASIDES.values(), *TURNS.values()) for text in some]
    texts += [text for link in LINKS for text in (*link.plans, *link.followed, link.back)]
    said = " ".join(f"{' '.join(tokens(SLOT.sub(' slot ', text)))} stop" for text in texts)
    forms = [form for some in world.forms(RESOURCES).values() for form in some]
    assert [form for form in (*forms, *world.MONTHS) if contains(said, form)] == []
    assert len(set(texts)) > 350 and set(ASIDES) == set(TURNS) == set(NOUNS) == {s.draw for s in SUBJECTS}
