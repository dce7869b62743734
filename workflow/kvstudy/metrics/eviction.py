"""Eviction rate and global eviction ratio (GER), in the three readings that the definition allows.

The definition counts a position as evicted when no head of "the head set" keeps it; eviction rate averages this over
the compressed positions, GER over the positions of the evidence. The head set can be read as the KV heads of one layer
(then averaged over layers), as all KV heads of all layers, or head by head. For the same positions
model <= layer <= head: what every layer evicts is evicted in each, and what all heads of a layer evict is evicted by
the average head.

Source: "Understanding the Physics of Key-Value Cache Compression for LLMs through Attention Dynamics"
(arXiv 2603.01426), section 5.1.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Eviction:
    """The evicted share of some positions, 0..1.

    Parameters
    ----------
    layer : float
        Evicted by all KV heads of a layer, mean over layers.
    model : float
        Evicted by all KV heads of all layers.
    head : float
        Mean over KV heads and layers.
    """

    layer: float
    model: float
    head: float


def eviction(kept: np.ndarray, positions: np.ndarray) -> Eviction:
    """The evicted share of the given positions: eviction rate for a region, GER for evidence.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    positions : numpy.ndarray
        Context positions, at least one; a position outside the compressed region is kept and counts as such.

    Raises
    ------
    ValueError
        There is no position.
    IndexError
        A position is not in the context.
    """
    evicted = evicted_at(kept, positions)
    return Eviction(
        layer=float(evicted.all(axis=1).mean()),
        model=float(evicted.all(axis=(0, 1)).mean()),
        head=float(evicted.mean()),
    )


def eviction_by_layer(kept: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(layers,) share of the positions that all KV heads of the layer evict; arguments as `eviction`."""
    return evicted_at(kept, positions).all(axis=1).mean(axis=1)


def eviction_by_head(kept: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(layers, KV heads) share of the positions that each KV head evicts; arguments as `eviction`."""
    return evicted_at(kept, positions).mean(axis=2)


def evicted_at(kept: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(layers, KV heads, positions) bool: which of the positions are gone."""
    positions = np.asarray(positions, dtype=np.int64)
    if positions.size == 0:
        raise ValueError("the evicted share of no positions is not defined")
    if positions.min() < 0 or positions.max() >= kept.shape[2]:
        raise IndexError(f"positions {positions.min()} to {positions.max()} in a context of {kept.shape[2]} tokens")
    return ~kept[:, :, positions]
