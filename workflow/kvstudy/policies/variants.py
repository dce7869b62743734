"""The variants of a policy: as it is, or under a repair."""

from dataclasses import dataclass

from kvpress import BasePress

from kvstudy.contracts.datasets import Span
from kvstudy.contracts.vocabulary import DEBIAS, PLAIN, WEIGHTED
from kvstudy.policies.debias import DebiasPress
from kvstudy.policies.fair import FairPress
from kvstudy.policies.whitelist import WhitelistPress


class NothingToRepair(ValueError):
    """A context that has nothing for a repair to work on; the message is the reason."""


@dataclass(frozen=True)
class Places:
    """What of one context the repairs work on, in tokens.

    Parameters
    ----------
    parts : list of (int, int)
        [start, end) of what fair eviction treats alike; together they cover the context.
    each : list of (int, int)
        The same with every instruction apart from the others.
    important : int
        Which of `each` is of more importance than the others.
    whitelist : list of int
        Positions that a whitelist keeps.
    """

    parts: list[Span]
    each: list[Span]
    important: int
    whitelist: list[int]


def vary(press: BasePress, variant: str, places: Places) -> BasePress:
    """The press under a variant, for one context.

    Parameters
    ----------
    press : BasePress
        The policy; for a repair one with scores.
    variant : str
        plain, whitelist, fair, fair-whitelist, fair-each, debias- with a strength, or weighted- with a weight.
    places : Places

    Raises
    ------
    NothingToRepair
        The context has fewer than two spans, or no whitelisted position.
    """
    if variant == PLAIN:
        return press
    if variant == "whitelist":
        return whitelisted(press, places)
    if variant.startswith((WEIGHTED, "fair-each")):
        spans = several(places.each)
        weight = float(variant.removeprefix(WEIGHTED)) if variant.startswith(WEIGHTED) else 1.0
        return FairPress(press, spans, weights=[weight if i == places.important else 1.0 for i in range(len(spans))])
    spans = several(places.parts)
    if variant.startswith(DEBIAS):
        return DebiasPress(press, spans, float(variant.removeprefix(DEBIAS)))
    fair = FairPress(press, spans)
    return whitelisted(fair, places) if variant == "fair-whitelist" else fair


def several(spans: list[Span]) -> list[Span]:
    """The spans, where there is something to be fair between."""
    if len(spans) < 2:
        raise NothingToRepair(f"fair eviction needs two spans or more, this system prompt has {len(spans)}")
    return spans


def whitelisted(press: BasePress, places: Places) -> WhitelistPress:
    """The press with the whitelist."""
    if not places.whitelist:
        raise NothingToRepair("this system prompt holds no whitelisted phrase")
    return WhitelistPress(press, places.whitelist)
