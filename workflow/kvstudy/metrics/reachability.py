"""Whether a question still comes to the evidence in a compressed context, and by how many routes.

A token of the evidence is reached directly when some query head, in some layer, attends to it where it survives, and
through a copy when one attends to another survivor whose state had taken it in. Direct routes that share no query head
are as many as the query heads that have one. Query heads that read from the same KV head share what survives in it, so
routes that could survive independently of each other are at most as many as the KV heads that have one. All of this is
defined for any tokens in place of the evidence, such as its floor.

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
        Query heads, over all layers, with a direct route.
    kv_routes : int
        KV heads, over all layers, that one of these query heads reads from.
    holding : float
        Share of all KV heads that keep some of the evidence, 0..1.
    direct, reached : float
        Share of the evidence that is reached directly, and in any way, 0..1.
    leaked : float
        Of the evidence that no KV head of any layer kept, the share that is reached through copies, 0..1; nan where
        some head kept all of it.
    """

    routes: int
    kv_routes: int
    holding: float
    direct: float
    reached: float
    leaked: float


def reachability(
    heads: np.ndarray, kv_heads: np.ndarray, direct: np.ndarray, copied: np.ndarray, evicted: np.ndarray
) -> Reachability:
    """Sum up one question's layers.

    Parameters
    ----------
    heads, kv_heads : numpy.ndarray
        (layers,) query heads with a direct route, and KV heads with such a query head.
    direct, copied : numpy.ndarray
        (layers, tokens of the evidence) bool: reached directly, and through a copy.
    evicted : numpy.ndarray
        (layers, KV heads, tokens of the evidence) bool: gone from that KV head.

    Raises
    ------
    ValueError
        There is no evidence, or a token that is gone from everywhere is reached directly.
    """
    if evicted.size == 0:
        raise ValueError("routes to no evidence are not defined")
    gone = evicted.all(axis=(0, 1))
    if (direct & gone).any():
        raise ValueError("a direct route leads to a token that no head kept")
    reached = (direct | copied).any(axis=0)
    return Reachability(
        routes=int(heads.sum()),
        kv_routes=int(kv_heads.sum()),
        holding=float((~evicted).any(axis=2).mean()),
        direct=float(direct.any(axis=0).mean()),
        reached=float(reached.mean()),
        leaked=float(reached[gone].mean()) if gone.any() else float("nan"),
    )


def least_probability(survival: np.ndarray, routes: np.ndarray) -> np.ndarray:
    """Proposition 1: with k independent routes that each survive with probability p, at least 1 - (1 - p)^k, 0..1."""
    return 1 - (1 - survival) ** routes
