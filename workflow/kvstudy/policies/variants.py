"""The variants of a policy: as it is, or under a repair."""

from kvpress import BasePress

from kvstudy.contracts.vocabulary import DEBIAS, PLAIN
from kvstudy.policies.debias import DebiasPress
from kvstudy.policies.fair import FairPress
from kvstudy.policies.selection import Span
from kvstudy.policies.whitelist import WhitelistPress


def vary(press: BasePress, variant: str, spans: list[Span], whitelist: list[int]) -> BasePress:
    """The press under a variant, for one context.

    Parameters
    ----------
    press : BasePress
        The policy; for a repair one with scores.
    variant : str
        plain, whitelist, fair, fair-whitelist, or debias- with a strength.
    spans : list of (int, int)
        [start, end) in tokens of what is to be treated alike; together they cover the context.
    whitelist : list of int
        Positions that a whitelist keeps.

    Raises
    ------
    ValueError
        The context has nothing for the repair to work on: fewer than two spans, or no whitelisted position.
    """
    if variant == PLAIN:
        return press
    if variant != "whitelist":
        if len(spans) < 2:
            raise ValueError(f"fair eviction needs two spans or more, this system prompt has {len(spans)}")
        strength = variant.removeprefix(DEBIAS)
        press = FairPress(press, spans) if strength == variant else DebiasPress(press, spans, float(strength))
    if variant.endswith("whitelist"):
        if not whitelist:
            raise ValueError("this system prompt holds no whitelisted phrase")
        press = WhitelistPress(press, whitelist)
    return press
