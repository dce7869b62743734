"""What a wrong answer is put down to: the only place where these rules are.

In this order: the model already failed without compression (baseline); the evidence is gone (erasure); it is there and
some head attends to it (utilisation); it is there, no head attends to it, and the heads agree on other positions
(rigidity) or do not (dispersion), or have no position to look at (undefined).

Source: arXiv 2603.01426, representational erasure and rigidity; the thresholds are the study's own.
"""

from dataclasses import dataclass

import numpy as np

from kvstudy.contracts.judgements import UNDEFINED


@dataclass(frozen=True)
class Thresholds:
    """Where the lines are drawn, 0..1; see `kvstudy.config.keys.statistics.FailureModes`."""

    erased: float
    attended: float
    agreed: float


def failure_modes(
    failed_before: np.ndarray, erased: np.ndarray, mass: np.ndarray, agreement: np.ndarray, thresholds: Thresholds
) -> np.ndarray:
    """The mode of each wrong answer.

    Parameters
    ----------
    failed_before : numpy.ndarray
        (answers,) bool: wrong at ratio 0, too.
    erased : numpy.ndarray
        (answers,) bool: the evidence is gone.
    mass : numpy.ndarray
        (answers,) largest weight of a query head on the evidence, 0..1.
    agreement : numpy.ndarray
        (answers,) share of heads that look at the same position, 0..1; nan where there is no position to look at.
    thresholds : Thresholds

    Returns
    -------
    numpy.ndarray
        (answers,) str, of `kvstudy.contracts.judgements.FAILURE_MODES`.
    """
    attended, agreed, nowhere = mass >= thresholds.attended, agreement >= thresholds.agreed, np.isnan(agreement)
    rules = [failed_before, erased, attended, agreed, nowhere]
    return np.select(rules, ["baseline", "erasure", "utilisation", "rigidity", UNDEFINED], default="dispersion")
