"""The card as a page of the report; every string of the dataset is escaped."""

from html import escape

from kvstudy.cards.contents import identity
from kvstudy.cards.page import marked
from kvstudy.cards.system_prompts import contents
from kvstudy.cards.system_prompts.card import PromptsCard, Sample
from kvstudy.tables.document import page


def html(card: PromptsCard) -> str:
    """The whole page, without scripts, links or outside files."""
    body = [
        f"<h1>{escape(card.dataset)}</h1>",
        f"<p>{escape(contents.about(card))}</p>",
        f"<p>{escape(identity(card))}</p>",
        contents.counts(card).table(),
        contents.classes(card).table(),
        contents.lengths(card).table(),
        *(_texts(title, texts) for title, texts in contents.wording(card).items()),
        f"<h2>System prompts with their requests</h2>\n<p>{escape(contents.HOW_TO_READ)}</p>",
        *map(_sample, card.samples),
    ]
    return page(card.dataset, "\n".join(body))


def _texts(title: str, texts: dict[str, str]) -> str:
    lines = [f"<p><b>{escape(label)}</b> {escape(text)}</p>" for label, text in texts.items()]
    return "\n".join([f"<h2>{escape(title)}</h2>", *lines])


def _sample(sample: Sample) -> str:
    prompt = sample.prompt
    text = marked(prompt["passage"], contents.marked(prompt))
    items = "\n".join(f"<li>{escape(item)}</li>" for item in contents.items(prompt))
    return (
        f'<h3>{escape(prompt["context_id"])}</h3>\n<p class="passage">{text}</p>\n'
        f"<ol>\n{items}\n</ol>\n<p>{escape(contents.asked(sample.requests))}</p>"
    )
