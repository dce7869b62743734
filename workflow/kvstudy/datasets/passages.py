"""A passage with its mentions and questions; where it states an answer; the rows of the two tables.

The evidence of a question is where the passage states the answer to this question, not every place where it names the
answering entity: the mention in the one sentence that states the fact. Where that sentence refers to the subject by a
pronoun or a short noun, or leaves it unsaid, and the subject is the answer, the evidence is the nearest earlier mention
of the subject's name (for a person, the last name alone is one): what the reference stands for.
"""

import re
from dataclasses import dataclass

from kvstudy.datasets.entities import Entity

SMALL = ("a", "an", "the", "of")  # words that tell nothing of an answer


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

    def span(self, entity: Entity) -> tuple[int, int] | None:
        """[start, end) at which the mention names the entity, as itself or as its part; None where it does not."""
        if entity == self.entity:
            return self.start, self.end
        parts = {(form, kind): (start, end) for form, kind, start, end in self.nested()[1:]}
        return parts.get((entity.form, entity.type))


@dataclass(frozen=True)
class Question:
    """A question about a passage.

    `direction`, `type` and `answer_type` are the vocabulary's labels, `evidence` holds the [start, end) at which the
    passage states the answer. `hop` counts the links that lead to it and `bridge` holds where they are stated; an
    `altered` question has no evidence.
    """

    text: str
    answers: tuple[str, ...]
    answer_type: str
    type: str
    direction: str
    evidence: tuple[tuple[int, int], ...]
    hop: int = 0
    altered: bool = False
    bridge: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Passage:
    """A text, every mention in it in order, and its questions."""

    text: str
    mentions: tuple[Mention, ...]
    questions: tuple[Question, ...]


def evidence(stating: tuple[Mention, ...], answer: Entity) -> tuple[tuple[int, int], ...]:
    """Every [start, end) at which the mentions that state a fact (`Writer.sentence`) name the answer.

    Raises
    ------
    ValueError
        None of them does.
    """
    spans = tuple(span for mention in stating if (span := mention.span(answer)))
    if not spans:
        raise ValueError(f"no mention states {answer.form!r}")
    return spans


def gives_away(question: str, answer: str) -> bool:
    """Whether the question holds a word of the answer that is not a mere article or "of"."""
    asked, said = (re.findall(r"\w+", text.lower()) for text in (question, answer))
    return any(word in asked for word in said if word not in SMALL)


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
            "hop": question.hop,
            "altered": question.altered,
            "bridge": [{"start": start, "end": end} for start, end in question.bridge],
            "evidence": [{"start": start, "end": end} for start, end in question.evidence],
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
