"""One number for what a change of a policy is worth: directives followed and text not leaked.

Source: arXiv 2510.00231 v2, the table of composite scores: equal weights, ratios 0.4 to 0.7.
"""

from dataclasses import dataclass

import numpy as np

from kvstudy.contracts.vocabulary import LOWEST

HIGHEST = 0.7
WIDER = 0.1  # from where the paper's second table starts
TOLERANCE = 1e-9  # a ratio of 0.7 may have been computed


@dataclass(frozen=True)
class Composite:
    """The composite score, for each leading index of the series.

    Parameters
    ----------
    mean : numpy.ndarray
        (...) over the ratios, -1..1; above 0 the change is an improvement. nan without a ratio.
    sd : numpy.ndarray
        (...) standard deviation over the ratios (ddof 1), 0 and up; nan with fewer than two.
    ratios : numpy.ndarray
        (...) number of ratios that have all four values.
    """

    mean: np.ndarray
    sd: np.ndarray
    ratios: np.ndarray


def in_range(ratios: np.ndarray, lowest: float = LOWEST) -> np.ndarray:
    """Which ratios the score is over: `lowest` to 0.7, both included."""
    ratios = np.asarray(ratios, dtype=float)
    return (ratios >= lowest - TOLERANCE) & (ratios <= HIGHEST + TOLERANCE)


def composite(
    ratios: np.ndarray,
    accuracy: np.ndarray,
    leakage: np.ndarray,
    plain_accuracy: np.ndarray,
    plain_leakage: np.ndarray,
    lowest: float = LOWEST,
) -> Composite:
    """0.5 * (gain of directive accuracy) + 0.5 * (reduction of leakage) against the unchanged policy.

    Parameters
    ----------
    ratios : numpy.ndarray
        (ratios,); those outside `lowest` to 0.7 do not count.
    accuracy, leakage : numpy.ndarray
        (..., ratios), 0..1, of the changed policy; nan where missing.
    plain_accuracy, plain_leakage : numpy.ndarray
        The same of the unchanged policy.
    lowest : float, optional
        The least ratio that counts.
    """
    gain = np.subtract(accuracy, plain_accuracy)
    reduction = np.subtract(plain_leakage, leakage)
    scores = np.ma.masked_invalid((0.5 * gain + 0.5 * reduction)[..., in_range(ratios, lowest)])
    return Composite(
        np.ma.filled(scores.mean(axis=-1), np.nan),
        np.ma.filled(scores.std(axis=-1, ddof=1), np.nan),
        scores.count(axis=-1),
    )
