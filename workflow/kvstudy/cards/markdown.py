"""A card as a page of docs."""

import re

from kvstudy.cards import contents
from kvstudy.cards.card import Card, Sample
from kvstudy.cards.marks import pieces
from kvstudy.tables.document import Document


def markdown(card: Card) -> str:
    """The whole page."""
    body = [
        f"# {escape(card.dataset)}",
        escape(contents.about(card)),
        escape(contents.identity(card)),
        *map(table, (contents.lengths(card), contents.tags(card))),
        f"## Passages with their questions\n\n{contents.HOW_TO_READ}",
        *map(_sample, card.samples),
    ]
    return "\n\n".join(body) + "\n"


def table(document: Document) -> str:
    """A table under its title; where there are several groups, the title of each stands in its first row."""
    titled = len(document.groups) > 1
    lines = [[""] * titled + [escape(column.label) for column in document.columns]]
    lines.append(["---"] * titled + ["---:" if column.number else "---" for column in document.columns])
    for group in document.groups:
        titles = [escape(group.title)] + [""] * (len(group.rows) - 1)
        for title, row in zip(titles, group.rows, strict=True):
            lines.append([title] * titled + [escape(cell) for cell in row.cells])
    return f"## {escape(document.title)}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|&#~])", r"\\\1", text)


def marked(passage: str, questions: list[dict]) -> str:
    """The passage with the spans of the questions marked; arguments as `pieces`."""
    return "".join(
        f"**{escape(piece.text)}**<sup>{piece.label}</sup>" if piece.label else escape(piece.text)
        for piece in pieces(passage, questions)
    )


def _sample(sample: Sample) -> str:
    text = marked(sample.context["passage"], sample.questions)
    items = "\n".join(f"{number}. {_question(question)}" for number, question in enumerate(sample.questions, 1))
    return f"### {escape(sample.context['context_id'])}\n\n{text}\n\n{items}"


def _question(question: dict) -> str:
    first, others = contents.accepted(question)
    other = f" (or {escape('; '.join(others))})" if others else ""
    return f"{escape(question['question'])} **{escape(first)}**{other} · {escape(contents.tagged(question))}"
