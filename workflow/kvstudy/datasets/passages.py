"""A passage with its mentions and questions; where an answer stands; the rows of the two tables."""

import re
from dataclasses import dataclass

from kvstudy.datasets.entities import Entity

FUNCTION_WORDS = ("a", "an", "the", "of")


@dataclass(frozen=True)
class Mention:
    """One place in a passage that names an entity.

    `form` is passage[start:end]: the entity's form, or a part of it that stands for the whole (a last name).
    """

    entity: Entity
    form: str
    start: int

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.form)

    def nested(self) -> list[tuple[str, str, int, int]]:
        """(form, type, start, end) of the mention, then of its parts in the order of the text."""
        rows, at = [(self.form, self.entity.type, self.start, self.end)], 0
        if self.form == self.entity.form:
            for _, part in self.entity.parts:
                at = self.form.index(part.form, at)
                rows.append((part.form, part.type, self.start + at, self.start + at + len(part.form)))
                at += len(part.form)
        return rows


@dataclass(frozen=True)
class Question:
    """A question about a passage; `direction`, `type` and `answer_type` are the vocabulary's labels."""

    text: str
    answers: tuple[str, ...]
    answer_type: str
    type: str
    direction: str


@dataclass(frozen=True)
class Passage:
    """A text, every mention in it in order, and its questions."""

    text: str
    mentions: tuple[Mention, ...]
    questions: tuple[Question, ...]


def tokens(text: str) -> list[str]:
    """Words and numbers, lower case, without punctuation."""
    return re.findall(r"\w+", text.lower())


def contains(whole: str, part: str) -> bool:
    """Whether the words of `part` stand in `whole` one after the other."""
    return f" {' '.join(tokens(part))} " in f" {' '.join(tokens(whole))} "


def gives_away(question: str, answers: tuple[str, ...]) -> bool:
    """Whether the question holds any word of its answer besides a, an, the, of."""
    asked = tokens(question)
    return any(word in asked for word in tokens(answers[0]) if word not in FUNCTION_WORDS)


def evidence(text: str, answers: tuple[str, ...]) -> list[tuple[int, int]]:
    """Every [start, end) at which `text` states the answer, without overlap.

    The longest form is taken first; a form that only adds an article or a unit to the first one is not looked for.
    """
    own = [form for form in answers if form == answers[0] or not contains(form, answers[0])]
    pattern = "|".join(re.escape(form) for form in sorted(own, key=lambda form: (-len(form), form)))
    return [match.span() for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text)]


def rows(passage: Passage, dataset: str, index: int) -> tuple[dict, list[dict]]:
    """The passage's row of the contexts table and its rows of the questions table."""
    context = f"{dataset}-{index:04d}"
    found = [row for mention in passage.mentions for row in mention.nested()]
    entities = [dict(zip(("form", "type", "start", "end"), row, strict=True)) for row in found]
    questions = [
        {
            "question_id": f"{context}-q{number:02d}",
            "context_id": context,
            "dataset": dataset,
            "question": question.text,
            "answers": list(question.answers),
            "answer_type": question.answer_type,
            "question_type": question.type,
            "direction": question.direction,
            "evidence": [{"start": start, "end": end} for start, end in evidence(passage.text, question.answers)],
        }
        for number, question in enumerate(passage.questions)
    ]
    words = len(passage.text.split())
    return {
        "context_id": context,
        "dataset": dataset,
        "passage": passage.text,
        "words": words,
        "entities": entities,
    }, questions
