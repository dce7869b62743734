"""Whether compression treats the spans of a context alike.

Eviction is fair when every span keeps the same share of its entries: b_X / n_X = b_Y / n_Y, with b_X the kept and n_X
all entries of span X.

Sources: arXiv 2510.00231, fair eviction (the condition); Jain, Chiu and Hawe 1984 (the index).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kvstudy.metrics.retention import retention


@dataclass(frozen=True)
class Fairness:
    """How alike the spans are treated.

    Parameters
    ----------
    index : float
        Jain's index of the spans' kept shares: 1 when all are equal, 1 / spans when one span alone is kept; nan where
        nothing of any span is.
    gap : float
        Largest less smallest kept share, 0..1.
    excess : float
        Entries by which a span is furthest from its proportional part of a head's budget, over all spans, layers and KV
        heads. Whole numbers cannot always be proportional: below 1 the condition holds up to rounding.
    """

    index: float
    gap: float
    excess: float


def fairness(kept: np.ndarray, spans: Mapping[str, np.ndarray]) -> Fairness:
    """Fairness of what was kept between at least two spans.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    spans : mapping of str to numpy.ndarray
        Name to positions; no span is empty and none overlap. What is in no span does not count.

    Raises
    ------
    ValueError
        Fewer than two spans, or one without positions.
    """
    if len(spans) < 2 or any(len(positions) == 0 for positions in spans.values()):
        raise ValueError(f"spans {sorted(spans)}: fairness is between two or more, each with positions")
    shares = np.array([retention(kept, positions) for positions in spans.values()])
    lengths = np.array([len(positions) for positions in spans.values()])
    entries = np.stack([kept[:, :, positions].sum(axis=2) for positions in spans.values()], axis=-1)
    proportional = entries.sum(axis=-1, keepdims=True) * lengths / lengths.sum()
    return Fairness(jain(shares), float(np.ptp(shares)), float(np.abs(entries - proportional).max()))


def jain(shares: np.ndarray) -> float:
    """Jain's fairness index (sum x)^2 / (n sum x^2) of n shares, 1/n..1.

    It does not change with the scale of the shares, so that it is 1 for equal shares however small; nan where nothing
    is kept at all.
    """
    squares = (shares**2).sum()
    return float(shares.sum() ** 2 / (len(shares) * squares)) if squares else float("nan")
