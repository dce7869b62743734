"""How far the heads of a layer agree: on what they attend to, and on what they evict.

Two measures, since the published formula and the published curves do not fit each other: the formula cannot fall
below one over the number of heads, while the curves start near 0 and rise with the ratio, as the overlap of evicted
sets does.

Source: arXiv 2603.01426, section 5 (consensus); Jaccard 1912 (overlap).
"""

import numpy as np


def consensus(tops: np.ndarray) -> np.ndarray:
    """Distinct top positions over query heads: |{t*_h}| / |H|; 1/|H| is full agreement, 1 is none.

    Parameters
    ----------
    tops : numpy.ndarray
        (..., query heads) int: the position with each head's largest weight; -1 for a head that has no position to
        choose from, which is then left out of H.

    Returns
    -------
    numpy.ndarray
        (...), 0..1; nan where no head has a position.
    """
    ordered = np.sort(tops, axis=-1)
    chosen = ordered >= 0
    first = np.ones(ordered.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    heads = chosen.sum(axis=-1)
    return np.where(heads > 0, (first & chosen).sum(axis=-1) / np.maximum(heads, 1), np.nan)


def agreement(tops: np.ndarray) -> np.ndarray:
    """Largest share of query heads with the same top position: max_t |{h: t*_h = t}| / |H| of proposition 3.

    Arguments and missing values as `consensus`; 1 is full agreement, 1/|H| is none.
    """
    same = (tops[..., :, None] == tops[..., None, :]) & (tops >= 0)[..., None, :]
    heads = (tops >= 0).sum(axis=-1)
    return np.where(heads > 0, same.sum(axis=-1).max(axis=-1) / np.maximum(heads, 1), np.nan)


def jaccard(kept: np.ndarray) -> np.ndarray:
    """Overlap of the heads' evicted sets: |intersection| / |union|; 1 when all heads evict the same positions.

    Parameters
    ----------
    kept : numpy.ndarray
        (..., KV heads, positions) bool.

    Returns
    -------
    numpy.ndarray
        (...), 0..1; nan where no head evicts anything.
    """
    evicted = ~kept
    intersection = evicted.all(axis=-2).sum(axis=-1)
    union = evicted.any(axis=-2).sum(axis=-1)
    return np.where(union > 0, intersection / np.maximum(union, 1), np.nan)
