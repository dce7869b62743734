"""Which answer types a dataset asks for: all alike, as far as passages allow, or in given shares."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
Shares = dict[str, float]  # answer type -> how often it is asked for, in any unit


def by_shares(found: Sequence[T], answer_type: Callable[[T], str], shares: Shares, random: Random) -> list[T]:
    """In random order; how often a type comes first is as its share, whatever the number of its candidates.

    Source: Efraimidis and Spirakis 2006, weighted random order without replacement. Types without a share come last.
    """
    types = [answer_type(one) for one in found]
    count = Counter(types)
    keys = [random.random() ** (count[t] / shares[t]) if shares.get(t) else -random.random() for t in types]
    return [found[n] for n in sorted(range(len(found)), key=keys.__getitem__, reverse=True)]
