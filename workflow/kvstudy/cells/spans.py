"""Where the parts of a system prompt stand in its context, in tokens."""

from itertools import pairwise
from typing import Any

from kvstudy.models.prompt import Prompt

Span = tuple[int, int]
TokenSpans = dict[str, list[Span]]
COLUMNS = {  # kind -> column of system_prompts with its spans in characters
    "directive": "directive",
    "defence": "defence",
    "whitelist": "whitelist",
    "instruction": "instructions",
}


def has_spans(context: Any) -> bool:
    """Whether a row of a table of contexts is a system prompt rather than a passage."""
    return all(hasattr(context, column) for column in COLUMNS.values())


def character_spans(context: Any) -> TokenSpans:
    """Kind -> [start, end) in characters of the content, of a row of system_prompts."""
    return {
        kind: [(int(span["start"]), int(span["end"])) for span in getattr(context, column)]
        for kind, column in COLUMNS.items()
    }


def token_spans(prompt: Prompt, context: Any) -> TokenSpans:
    """Kind -> [start, end) of the tokens that overlap each span's characters; of a passage no spans of any kind."""
    spans = character_spans(context) if has_spans(context) else {kind: [] for kind in COLUMNS}
    return {kind: [tokens_of(prompt, span) for span in of] for kind, of in spans.items()}


def tokens_of(prompt: Prompt, span: Span) -> Span:
    """The positions of one span's tokens, which follow each other."""
    positions = prompt.positions([span])
    return positions[0], positions[-1] + 1


def fair_spans(spans: TokenSpans, length: int) -> list[Span]:
    """The spans between which fair eviction shares a context of `length` tokens, covering all of it.

    They are directive and defence; without a defence the instructions, as far as the row tells where they stand. What
    stands before the first span belongs to it, what stands after another span belongs to that one.
    """
    parts = spans["directive"] + spans["defence"] if spans["defence"] else spans["instruction"]
    later = sorted(start for start, _ in parts)[1:]
    return list(pairwise([0, *later, length])) if parts else []
