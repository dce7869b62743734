"""How accuracy falls under compression: against the uncompressed model, and in the order of the families.

Source: arXiv 2510.00231, figures 2 and 3 (normalised accuracy and rank correlation).
"""

import numpy as np
from scipy.stats import rankdata

FEWEST = 3  # families; two always correlate perfectly


def normalised(accuracy: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """accuracy / baseline, of one shape, 0 and up; nan where the baseline is 0: nothing was there to be lost."""
    accuracy, baseline = np.asarray(accuracy, dtype=float), np.asarray(baseline, dtype=float)
    return np.divide(accuracy, baseline, out=np.full(accuracy.shape, np.nan), where=baseline > 0)


def rank_correlation(accuracy: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Spearman correlation of the ranking of the families with that of the uncompressed model, -1..1.

    Parameters
    ----------
    accuracy, baseline : numpy.ndarray
        (..., families); a family that is nan in one of them is left out. Ties have average ranks.

    Returns
    -------
    numpy.ndarray
        (...); nan with fewer than three families, or where all families are equally accurate.
    """
    missing = np.isnan(accuracy) | np.isnan(baseline)
    x, y = (_centred_ranks(np.where(missing, np.nan, values)) for values in (accuracy, baseline))
    spread = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    defined = ((~missing).sum(axis=-1) >= FEWEST) & (spread > 0)
    return np.divide((x * y).sum(axis=-1), spread, out=np.full(spread.shape, np.nan), where=defined).clip(-1, 1)


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks less their mean along the last axis; 0 for what is missing."""
    ranks = rankdata(values, axis=-1, nan_policy="omit")
    number = np.maximum((~np.isnan(ranks)).sum(axis=-1, keepdims=True), 1)
    return np.nan_to_num(ranks - np.nansum(ranks, axis=-1, keepdims=True) / number)
