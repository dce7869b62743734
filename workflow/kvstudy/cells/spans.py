"""Where the parts of a system prompt stand in its context, in tokens."""

from itertools import pairwise
from typing import Any

from kvstudy.contracts.datasets import Span
from kvstudy.contracts.instructions import SPAN_COLUMNS
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS
from kvstudy.models.prompt import Prompt
from kvstudy.policies.variants import Places

TokenSpans = dict[str, list[Span]]


def has_spans(context: Any) -> bool:
    """Whether a row of a table of contexts is a system prompt rather than a passage."""
    return context.dataset == SYSTEM_PROMPTS


def character_spans(context: Any) -> TokenSpans:
    """Kind -> [start, end) in characters of the content, of a row of system_prompts."""
    return {
        kind: [(int(span["start"]), int(span["end"])) for span in getattr(context, column)]
        for kind, column in SPAN_COLUMNS.items()
    }


def token_spans(prompt: Prompt, context: Any) -> TokenSpans:
    """Kind -> [start, end) of the tokens that overlap each span's characters; of a passage no spans of any kind."""
    spans = character_spans(context) if has_spans(context) else {kind: [] for kind in SPAN_COLUMNS}
    return {kind: [tokens_of(prompt, span) for span in of] for kind, of in spans.items()}


def tokens_of(prompt: Prompt, span: Span) -> Span:
    """The positions of one span's tokens, which follow each other."""
    positions = prompt.positions([span])
    return positions[0], positions[-1] + 1


def places(spans: TokenSpans, length: int) -> Places:
    """What the repairs work on in a context of `length` tokens.

    Fair eviction treats directive and defence alike; without a defence the instructions, as far as the row tells where
    they stand. With every instruction apart, the defence is the important span; without one, the row's first
    instruction.
    """
    defence, instructions = spans["defence"], spans["instruction"]
    parts = spans["directive"] + defence if defence else instructions
    each = defence + (instructions or spans["directive"])
    whitelist = [position for start, end in spans["whitelist"] for position in range(start, end)]
    return Places(
        covering(parts, length), covering(each, length), sorted(each).index(each[0]) if each else 0, whitelist
    )


def covering(spans: list[Span], length: int) -> list[Span]:
    """The spans in their order, so that together they cover a context of `length` tokens.

    What stands before the first span belongs to it, what stands after another span belongs to that one.
    """
    later = sorted(start for start, _ in spans)[1:]
    return list(pairwise([0, *later, length])) if spans else []
