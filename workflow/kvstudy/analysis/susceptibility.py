"""Susceptibility: by how much a rate changes from one ratio to the next, over the distance between them.

Source: arXiv 2603.01426, figure 23.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import DIGITS, Bootstrap
from kvstudy.analysis.series import Series, all_series
from kvstudy.contracts.analysis import SUSCEPTIBILITY


def susceptibility(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The table `susceptibility`: a row for each two neighbouring ratios."""
    return [row for series in all_series(cells, scores) if len(series.events) for row in steps(series, bootstrap)]


def steps(series: Series, bootstrap: Bootstrap) -> list[dict]:
    """The rows of one series; both ends of a step rest on the same contexts."""
    weights = bootstrap.weights(series.labels["dataset"], len(series.events))
    widths = np.diff(series.ratios)
    slopes = np.diff(series.events.sum(axis=0) / series.questions.sum(axis=0)) / widths
    resampled = np.diff((weights @ series.events) / (weights @ series.questions), axis=1) / widths
    low, high = bootstrap.interval(resampled, len(series.events))
    columns = {
        "from_ratio": series.ratios[:-1],
        "to_ratio": series.ratios[1:],
        "value": np.round(slopes, DIGITS),
        "low": low,
        "high": high,
        "cut": both_ends(series.cut) / both_ends(series.questions),
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [{**series.labels, **row, "contexts": len(series.events)} for row in rows]


def both_ends(counts: np.ndarray) -> np.ndarray:
    """(steps,) the counts (contexts, ratios) of all contexts at the two ends of each step together."""
    total = counts.sum(axis=0)
    return total[:-1] + total[1:]


ANALYSIS = OfScores(susceptibility, SUSCEPTIBILITY)
