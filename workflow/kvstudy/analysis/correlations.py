"""Pearson correlation of GER and the hallucination rate over the policies and ratios of a model.

Both rise with the ratio, so that a large r is no evidence of a cause: unrelated curves that rise reach r of about 0.9.

Source: arXiv 2603.01426, figures 24 and 44.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import pearsonr

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import DIGITS, Bootstrap, quotient
from kvstudy.contracts.analysis import CORRELATIONS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, GERS, RATIO_SETS, UNDEFINED
from kvstudy.contracts.scores import QUESTION_SCORES

FEWEST = 3  # points; through two points every correlation is 1
FLAT = 1e-9  # a range of points below this is rounding, not variation
SERIES = (*GERS, "hallucinated")
PART = ["compress", "regime", "dataset"]


def correlations(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The table `correlations`; one model of one experiment is in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for (experiment, model), group in cells[cells["ratio"] > 0].groupby(["experiment", "model"]):
        points: dict[tuple[str, str, str], list[tuple[float, pd.DataFrame]]] = {}
        for cell, ratio in zip(group["cell"], group["ratio"], strict=True):
            for part, rows in QUESTION_SCORES.read(scores / cell / "questions.parquet").groupby(PART):
                points.setdefault(part, []).append((ratio, context_sums(rows)))
        for part, sums in sorted(points.items()):
            labels = {"experiment": experiment, "model": model, **dict(zip(PART, part, strict=True))}
            for name, ratios in RATIO_SETS.items():
                if set(ratios or ()) <= {ratio for ratio, _ in sums}:
                    chosen = [of for ratio, of in sums if ratios is None or ratio in ratios]
                    rows = correlate(chosen, labels["dataset"], bootstrap)
                    found += [{**labels, "ratios": name, **row} for row in rows]
    return found


def context_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Per context the sums of the three GERs and of the hallucinated answers, then how many questions have each."""
    grouped = rows.groupby("context_id", sort=True)[list(SERIES)]
    return grouped.sum().join(grouped.count(), rsuffix="_questions")


def correlate(points: list[pd.DataFrame], dataset: str, bootstrap: Bootstrap) -> list[dict]:
    """One row a reading of GER.

    Parameters
    ----------
    points : list of pandas.DataFrame
        `context_sums` of each policy and ratio; only contexts that all of them have count, so that each resample draws
        the same contexts for every point. No rows when there is none.
    dataset : str
        Name of the dataset.
    bootstrap : Bootstrap
    """
    shared = sorted(set.intersection(*(set(point.index) for point in points)))
    if not shared:
        return []
    sums = np.stack([point.loc[shared].to_numpy(dtype=float) for point in points])
    weights = bootstrap.weights(dataset, len(shared))
    observed = rates(sums.sum(axis=1))
    resampled = rates(np.einsum("bc,pcs->bps", weights, sums))
    questions = np.split(sums, 2, axis=-1)[1]  # (points, contexts, series) with each; all have the last series
    having = questions.all(axis=0).sum(axis=0).tolist()  # contexts with each series at every point
    without = (questions[..., -1:] - questions).sum(axis=(0, 1)).astype(int).tolist()
    return [
        {
            "ger": ger,
            **estimate(observed, resampled, i, having[i], bootstrap),
            "points": len(points),
            "contexts": having[i],
            UNDEFINED: without[i],
        }
        for i, ger in enumerate(GERS)
    ]


def rates(sums: np.ndarray) -> np.ndarray:
    """(..., series) means over the questions that have each, from (..., sums and then numbers of questions)."""
    return quotient(*np.split(sums, 2, axis=-1))


def estimate(observed: np.ndarray, resampled: np.ndarray, reading: int, contexts: int, bootstrap: Bootstrap) -> dict:
    """r with its interval and p; all missing with fewer than three points or where one of the two does not vary, or
    is not defined. Interval and p are missing with fewer than FEWEST_CONTEXTS contexts.

    Parameters
    ----------
    observed : numpy.ndarray
        (points, series).
    resampled : numpy.ndarray
        (resamples, points, series).
    reading : int
        Which of the series is the GER; the last is the hallucination rate.
    contexts : int
        Contexts behind every point that have this GER.
    bootstrap : Bootstrap
    """
    ger, rate = observed[:, reading], observed[:, -1]
    if len(ger) < FEWEST or not (np.ptp(ger) >= FLAT and np.ptp(rate) >= FLAT):
        return dict.fromkeys(("r", "low", "high", "p"), np.nan)
    found = pearsonr(ger, rate)
    low, high = bootstrap.interval(pearson(resampled[..., reading], resampled[..., -1]), contexts)
    return {
        "r": round(float(found.statistic), DIGITS),
        "low": float(low),
        "high": float(high),
        "p": round(float(found.pvalue), DIGITS) if contexts >= FEWEST_CONTEXTS else np.nan,
    }


def pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson correlation over the last axis, -1..1; nan where x or y does not vary."""
    x, y = (v - v.mean(axis=-1, keepdims=True) for v in (x, y))
    varies = (np.ptp(x, axis=-1) >= FLAT) & (np.ptp(y, axis=-1) >= FLAT)
    scale = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    r = np.divide((x * y).sum(axis=-1), scale, out=np.full(scale.shape, np.nan), where=varies)
    return np.clip(r, -1, 1)


ANALYSIS = OfScores(correlations, CORRELATIONS)
