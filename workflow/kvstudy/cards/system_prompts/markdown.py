"""The card as a page of docs."""

from kvstudy.cards.contents import identity
from kvstudy.cards.markdown import escape, marked, table
from kvstudy.cards.system_prompts import contents
from kvstudy.cards.system_prompts.card import PromptsCard, Sample


def markdown(card: PromptsCard) -> str:
    """The whole page."""
    body = [
        f"# {escape(card.dataset)}",
        escape(contents.about(card)),
        escape(identity(card)),
        *map(table, (contents.counts(card), contents.classes(card), contents.lengths(card))),
        *(_texts(title, texts) for title, texts in contents.wording(card).items()),
        f"## System prompts with their requests\n\n{contents.HOW_TO_READ}",
        *map(_sample, card.samples),
    ]
    return "\n\n".join(body) + "\n"


def _texts(title: str, texts: dict[str, str]) -> str:
    lines = [f"- **{escape(label)}**: {escape(text)}" for label, text in texts.items()]
    return f"## {escape(title)}\n\n" + "\n".join(lines)


def _sample(sample: Sample) -> str:
    prompt = sample.prompt
    text = marked(prompt["passage"], contents.marked(prompt))
    items = "\n".join(f"{number}. {escape(item)}" for number, item in enumerate(contents.items(prompt), 1))
    return f"### {escape(prompt['context_id'])}\n\n{text}\n\n{items}\n\n{escape(contents.asked(sample.requests))}"
