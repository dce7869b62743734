"""Whether a question still comes to the evidence in a compressed context, and by how many routes.

A token of the evidence is reached directly when some query head, in some layer, attends to it where it survives, and
through a copy when one attends to another survivor whose state had taken it in. Direct routes that share no head with
each other are as many as the heads that have one.

Source: arXiv 2603.01426, reachability in the compressed token-attention graph and propositions 1 and 2.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reachability:
    """How one question comes to its evidence.

    Parameters
    ----------
    routes : int
        Query heads, over all layers, with a direct route: the head-disjoint direct routes.
    direct, reached : float
        Share of the evidence that is reached directly, and in any way, 0..1.
    leaked : float
        Of the evidence that no KV head of any layer kept, the share that is reached through copies, 0..1; nan where
        some head kept all of it.
    """

    routes: int
    direct: float
    reached: float
    leaked: float


def reachability(heads: np.ndarray, direct: np.ndarray, copied: np.ndarray, evicted: np.ndarray) -> Reachability:
    """Sum up one question's layers.

    Parameters
    ----------
    heads : numpy.ndarray
        (layers,) query heads with a direct route.
    direct, copied : numpy.ndarray
        (layers, tokens of the evidence) bool: reached directly, and through a copy.
    evicted : numpy.ndarray
        (tokens of the evidence,) bool: gone from all KV heads of all layers.

    Raises
    ------
    ValueError
        There is no evidence, or a token that is gone from everywhere is reached directly.
    """
    if evicted.size == 0:
        raise ValueError("routes to no evidence are not defined")
    if (direct & evicted).any():
        raise ValueError("a direct route leads to a token that no head kept")
    reached = (direct | copied).any(axis=0)
    return Reachability(
        routes=int(heads.sum()),
        direct=float(direct.any(axis=0).mean()),
        reached=float(reached.mean()),
        leaked=float(reached[evicted].mean()) if evicted.any() else float("nan"),
    )


def least_probability(survival: np.ndarray, routes: np.ndarray) -> np.ndarray:
    """Proposition 1: with k independent routes that each survive with probability p, at least 1 - (1 - p)^k, 0..1."""
    return 1 - (1 - survival) ** routes
