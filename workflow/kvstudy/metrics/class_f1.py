"""F1 of each class from counts, and their mean."""

import numpy as np


def class_f1(hits: np.ndarray, predicted: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """F1 of classes, 0..1: 2 hits / (predicted + actual).

    Parameters
    ----------
    hits, predicted, actual : numpy.ndarray
        (..., classes): how often a class was predicted rightly, was predicted, and was right.

    Returns
    -------
    numpy.ndarray
        (..., classes); nan for a class that is neither predicted nor right.
    """
    total = predicted + actual
    return np.divide(2 * hits, total, out=np.full(np.shape(total), np.nan), where=total > 0)


def macro_f1(f1: np.ndarray) -> np.ndarray:
    """(...) mean of (..., classes) F1 over the classes that have one; nan where none has."""
    has = ~np.isnan(f1)
    count = has.sum(axis=-1)
    return np.divide(np.where(has, f1, 0).sum(axis=-1), count, out=np.full(count.shape, np.nan), where=count > 0)
