"""Bootstrap over contexts.

The questions of one passage share its text and its compressed cache, so they are not independent: the context is the
unit that is resampled, and an estimate is the mean over the questions of the drawn contexts. Cells on the same contexts
of a dataset draw the same contexts, resample by resample, so that differences between cells are paired.

Source: Davison and Hinkley 1997, section 3.8 (whole clusters resampled); Efron 1979 (percentile interval).
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kvstudy.contracts.judgements import FEWEST_CONTEXTS

DIGITS = 12  # decimals that are kept: the order of a BLAS sum, and with it the last bits, depends on the threads


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Parameters
    ----------
    resamples : int
        Number of resamples.
    confidence : float
        Coverage of the interval, 0 < confidence < 1.
    seed : int
        The study's seed.
    """

    resamples: int
    confidence: float
    seed: int

    def weights(self, dataset: str, contexts: int) -> np.ndarray:
        """How often each context is drawn in each resample.

        Parameters
        ----------
        dataset : str
            Name of the dataset; with the seed it decides the draws.
        contexts : int
            Number of contexts, in the order of their names.

        Returns
        -------
        numpy.ndarray
            (resamples, contexts); each row sums to `contexts`.
        """
        return draws(self.seed, dataset, contexts, self.resamples)

    def interval(self, estimates: np.ndarray, contexts: np.ndarray | int) -> tuple[np.ndarray, np.ndarray]:
        """Percentile interval of resampled estimates (resamples, ...): lower and upper ends (...).

        A resample in which an estimate is not defined (nan) is left out; the ends are nan where none is defined, and
        where fewer than FEWEST_CONTEXTS `contexts` (...) are behind the estimate.
        """
        tail = (1 - self.confidence) / 2
        missing = np.isnan(estimates).all(axis=0) | (np.asarray(contexts) < FEWEST_CONTEXTS)
        low, high = np.nanquantile(np.where(missing, 0.0, estimates), [tail, 1 - tail], axis=0)
        return (
            np.round(np.where(missing, np.nan, low), DIGITS),
            np.round(np.where(missing, np.nan, high), DIGITS),
        )

    def mean(self, dataset: str, totals: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Means over questions, with contexts resampled.

        Parameters
        ----------
        dataset : str
            Name of the dataset.
        totals : numpy.ndarray
            (contexts, metrics): a metric's sum over a context's questions.
        counts : numpy.ndarray
            (contexts, metrics): the number of questions in that sum.

        Returns
        -------
        value, low, high : numpy.ndarray
            (metrics,); nan where no question has the metric, and the ends also where fewer than FEWEST_CONTEXTS
            contexts have it.
        """
        weights = self.weights(dataset, len(totals))
        value = quotient(totals.sum(axis=0), counts.sum(axis=0))
        low, high = self.interval(quotient(weights @ totals, weights @ counts), (counts > 0).sum(axis=0))
        return np.round(value, DIGITS), low, high


@lru_cache(maxsize=32)
def draws(seed: int, dataset: str, contexts: int, resamples: int) -> np.ndarray:
    """`Bootstrap.weights`, from `numpy.random.RandomState`: its stream is frozen, so the draws never change."""
    digest = hashlib.sha256(f"{seed}:{dataset}".encode()).digest()
    random = np.random.RandomState(np.frombuffer(digest, dtype="<u4"))
    weights = np.empty((resamples, contexts))
    for row in weights:
        row[:] = np.bincount(random.randint(0, contexts, size=contexts), minlength=contexts)
    weights.flags.writeable = False
    return weights


def quotient(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """total / count; nan where the count is 0."""
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
