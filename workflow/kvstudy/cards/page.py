"""A card as a page of the report; every string of the dataset is escaped."""

from html import escape

from kvstudy.cards import contents
from kvstudy.cards.card import Card, Sample
from kvstudy.cards.marks import pieces
from kvstudy.tables.document import page


def html(card: Card) -> str:
    """The whole page, without scripts, links or outside files."""
    body = [
        f"<h1>{escape(card.dataset)}</h1>",
        f"<p>{escape(contents.about(card))}</p>",
        f"<p>{escape(contents.identity(card))}</p>",
        contents.lengths(card).table(),
        contents.tags(card).table(),
        f"<h2>Passages with their questions</h2>\n<p>{escape(contents.HOW_TO_READ)}</p>",
        *map(_sample, card.samples),
    ]
    return page(card.dataset, "\n".join(body))


def marked(passage: str, questions: list[dict]) -> str:
    """The passage with the spans of the questions marked; arguments as `pieces`."""
    return "".join(
        f"<mark>{escape(piece.text)}</mark><sup>{piece.label}</sup>" if piece.label else escape(piece.text)
        for piece in pieces(passage, questions)
    )


def _sample(sample: Sample) -> str:
    text = marked(sample.context["passage"], sample.questions)
    items = "\n".join(map(_question, sample.questions))
    name = escape(sample.context["context_id"])
    return f'<h3>{name}</h3>\n<p class="passage">{text}</p>\n<ol>\n{items}\n</ol>'


def _question(question: dict) -> str:
    first, others = contents.accepted(question)
    answer = f"<b>{escape(first)}</b>"
    if others:
        answer += f" (or {escape('; '.join(others))})"
    return f"<li>{escape(question['question'])} {answer} <small>{escape(contents.tagged(question))}</small></li>"
