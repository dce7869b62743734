"""What a card says of a dataset, counted from the rows of its two tables."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kvstudy.cards.lengths import CountTokens, Lengths, lengths
from kvstudy.contracts.vocabulary import ANSWER_TYPES, DIRECTIONS, QUESTION_TYPES

Counts = dict[str, int]

SAMPLES = 3
TAGS = {
    "Answer type": ("answer_type", ANSWER_TYPES),
    "Question type": ("question_type", QUESTION_TYPES),
    "Direction": ("direction", DIRECTIONS),
}


@dataclass(frozen=True)
class Sample:
    """A passage with its questions, as rows of the tables."""

    context: dict
    questions: list[dict]


@dataclass(frozen=True)
class Card:
    """What there is to say of a dataset.

    Parameters
    ----------
    dataset : str
    contexts, questions : int
        How many there are.
    asked : tuple of int
        The least and the greatest number of questions of a passage.
    lengths : dict of str to Lengths
        Unit -> lengths of the passages in it.
    tags : dict of str to dict
        Tag -> label -> number of questions.
    unfound : int
        Questions that are not altered and yet have no evidence.
    samples : tuple of Sample
        The first passage, the last, and some between, evenly spread.
    digest : str
        Hash of all rows.
    """

    dataset: str
    contexts: int
    questions: int
    asked: tuple[int, int]
    lengths: dict[str, Lengths]
    tags: dict[str, Counts]
    unfound: int
    samples: tuple[Sample, ...]
    digest: str


def card(contexts: list[dict], questions: list[dict], tokens: dict[str, CountTokens]) -> Card:
    """The card of a dataset with at least one question a passage.

    Parameters
    ----------
    contexts, questions : list of dict
        The rows of both tables, in the order of their keys.
    tokens : dict of str to callable
        Name of a model -> what counts its tokens in each of some texts.
    """
    of: dict[str, list[dict]] = {context["context_id"]: [] for context in contexts}
    for question in questions:
        of[question["context_id"]].append(question)
    asked = [len(some) for some in of.values()]
    texts = [context["passage"] for context in contexts]
    units = {"words": lengths([context["words"] for context in contexts])}
    units |= {f"tokens of {model}": lengths(count(texts)) for model, count in tokens.items()}
    return Card(
        dataset=contexts[0]["dataset"],
        contexts=len(contexts),
        questions=len(questions),
        asked=(min(asked), max(asked)),
        lengths=units,
        tags=tags(questions),
        unfound=sum(not (question["altered"] or len(question["evidence"])) for question in questions),
        samples=tuple(Sample(context, of[context["context_id"]]) for context in spread(contexts, SAMPLES)),
        digest=digest(contexts, questions),
    )


def tags(questions: list[dict]) -> dict[str, Counts]:
    """Tag -> label -> number of questions, in the order of the vocabulary; labels that do not occur are left out."""
    found = {title: _in_order(Counter(q[column] for q in questions), order) for title, (column, order) in TAGS.items()}
    hops = Counter(question["hop"] for question in questions)
    found["Hops"] = {str(hop): hops[hop] for hop in sorted(hops)}
    altered = Counter("altered" if question["altered"] else "answered by the passage" for question in questions)
    found["Altered"] = _in_order(altered, ("answered by the passage", "altered"))
    spans = Counter(len(question["evidence"]) for question in questions)
    found["Spans of evidence"] = {str(count): spans[count] for count in sorted(spans)}
    bridges = Counter(len(question["bridge"]) for question in questions)
    found["Spans of a bridge"] = {str(count): bridges[count] for count in sorted(bridges)}
    return found


def _in_order(counts: Counter, order: Iterable[str]) -> Counts:
    return {label: counts[label] for label in order if counts[label]}


def spread(rows: list[dict], count: int) -> list[dict]:
    """At most `count` rows: the first, the last, and some between."""
    if len(rows) <= count:
        return rows
    return [rows[round(step * (len(rows) - 1) / (count - 1))] for step in range(count)]


def digest(contexts: list[dict], questions: list[dict]) -> str:
    """sha256 of all rows as JSON, a line each; the same whatever wrote or compressed the files."""
    found = hashlib.sha256()
    for row in (*contexts, *questions):
        found.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=list).encode() + b"\n")
    return found.hexdigest()
