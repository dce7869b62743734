"""How much of a span of the context survives compression.

Source: arXiv 2510.00231, figure 8 (kept-token percentages of defence and directive).
"""

import numpy as np


def retention(kept: np.ndarray, positions: np.ndarray) -> float:
    """The kept share of a span, 0..1: mean over KV heads, then over layers, then over the span's tokens.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    positions : numpy.ndarray
        The span's positions in the context; nan where there are none.

    Raises
    ------
    IndexError
        A position is not in the context.
    """
    positions = np.asarray(positions, dtype=np.int64)
    if positions.size == 0:
        return float("nan")
    if positions.min() < 0 or positions.max() >= kept.shape[2]:
        raise IndexError(f"positions {positions.min()} to {positions.max()} in a context of {kept.shape[2]} tokens")
    return float(kept.mean(axis=1).mean(axis=0)[positions].mean())


def retention_elsewhere(kept: np.ndarray, positions: np.ndarray) -> float:
    """The kept share of every other position, 0..1; arguments as `retention`.

    Around the directive this is what the paper plots as the defence: it also holds the tokens of the chat template, of
    which a policy may keep all (the first four) or none.
    """
    return retention(kept, np.setdiff1d(np.arange(kept.shape[2]), positions))
