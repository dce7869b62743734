"""What holds of every passage of `multi_presence` and `multi_entity`."""

import re
from collections import Counter

from kvstudy.datasets.passages import Passage
from tests.unit.datasets.texts import contains, gives_away


def check_text(passage: Passage) -> None:
    """Length, spaces, articles, nothing left of a plan."""
    assert 400 <= len(passage.text.split()) <= 600
    for text in (passage.text, *(question.text for question in passage.questions)):
        assert "\n" not in text and "  " not in text and not re.search(r"[{}\[\]|]| [,.;:?]", text), text
        assert re.findall(r"\b[Aa] [aeiou]\w+", text) == []
        assert re.findall(r"\b[Aa]n [^aeiou\W]\w+", text) == []
        assert re.findall(r"\b(\w+) \1\b", text) == []


def check_questions(passage: Passage) -> None:
    """Ten that differ, five each way, one each of the odd types, none of which tells its answer or shares one."""
    questions = passage.questions
    assert Counter(question.direction for question in questions) == {"forward": 5, "reverse": 5}
    assert Counter(question.type for question in questions) == {"standard": 8, "manipulated": 1, "part": 1}
    assert len({question.text for question in questions}) == 10
    answers = [form.lower() for question in questions for form in set(question.answers)]
    assert len(answers) == len(set(answers)), answers
    for question in questions:
        assert not gives_away(question.text, question.answers), question
        assert question.text[0].isupper() and question.text.endswith("?")
        assert (question.hop, question.altered) == (int(bool(question.bridge)), False)


def check_evidence(passage: Passage) -> None:
    """An answer stands where its evidence says and nowhere unrecorded; so does what a bridge rests on."""
    named = {row[2:] for mention in passage.mentions for row in mention.nested()}
    for question in passage.questions:
        assert len(question.evidence) == 1, question
        ((start, end),) = question.evidence
        assert passage.text[start:end] in question.answers
        assert set(question.bridge) <= named and not set(question.bridge) & set(question.evidence)
        if question.type == "part":
            assert any(start == first and end < last for first, last in named), question
        else:
            form = re.escape(passage.text[start:end])
            everywhere = {match.span() for match in re.finditer(rf"\b{form}\b", passage.text, re.IGNORECASE)}
            assert (start, end) in everywhere and everywhere <= named, question


def check_mentions(passage: Passage, forms: dict[str, list[str]]) -> None:
    """Every form of the world is recorded where it stands, and none is part of another of its type."""
    recorded = {row for mention in passage.mentions for row in mention.nested()}
    assert all(passage.text[start:end] == form for form, _, start, end in recorded)
    for kind, some in forms.items():
        for form in some:
            if form in passage.text:
                for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", passage.text):
                    assert (form, kind, *match.span()) in recorded
    whole = {mention.entity.form: mention.entity for mention in passage.mentions}.values()
    for one in whole:
        for other in whole:
            if other.form != one.form and other.type == one.type:
                assert not contains(other.form, one.form), (one.form, other.form)


def check_no_repeats(passage: Passage) -> None:
    """No two sentences begin or end with the same twelve words."""
    sentences = [sentence.split() for sentence in re.findall(r"[^.]+\.", passage.text)]
    for part in (slice(0, 12), slice(-12, None)):
        counted = Counter(" ".join(words[part]) for words in sentences if len(words) >= 12)
        assert [words for words, times in counted.items() if times > 1] == []
