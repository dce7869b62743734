"""How accuracy falls under compression: against the uncompressed model, and in the order of the families.

Source: arXiv 2510.00231, figures 2 and 3 (normalised accuracy and rank correlation).
"""

import warnings

import numpy as np
from scipy.stats import ConstantInputWarning, spearmanrho

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
    accuracy, baseline = np.where(missing, np.nan, accuracy), np.where(missing, np.nan, baseline)
    enough = (~missing).sum(axis=-1) >= FEWEST
    found = np.full(enough.shape, np.nan)
    if enough.any():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConstantInputWarning)
            found[enough] = spearmanrho(accuracy[enough], baseline[enough], axis=-1, nan_policy="omit").statistic
    return found
