"""Rates of every policy against the ratio, context by context, and the scores of all cells of a model together."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.contracts.judgements import RIGHT
from kvstudy.contracts.scores import QUESTION_SCORES
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import BASELINE, CONTROLS, LENGTH

PART = ["compress", "regime", "dataset"]
RATES = ("hallucinated", "failed")


@dataclass(frozen=True)
class Series:
    """One rate of one policy against the ratio.

    Parameters
    ----------
    labels : dict
        experiment, model, policy, compress, regime, dataset, metric.
    ratios : numpy.ndarray
        (ratios,) ascending, 0 included.
    events, questions, cut : numpy.ndarray
        (contexts, ratios): how many questions of a context had the event, how many were asked, and how many of their
        answers ended at the limit of tokens. The contexts are those that all ratios have, in the order of their names.
    """

    labels: dict
    ratios: np.ndarray
    events: np.ndarray
    questions: np.ndarray
    cut: np.ndarray


def scores_by_model(
    cells: pd.DataFrame, scores: Path, table: Table, file: str
) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """For each model of each experiment the rows of all its cells but for the controls, one model in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    table : Table
        Of `contracts.scores`.
    file : str
        Its file in those folders, without suffix.
    """
    for (experiment, model), group in cells.groupby(["experiment", "model"]):
        rows = pd.concat([table.read(scores / cell / f"{file}.parquet") for cell in group["cell"]], ignore_index=True)
        yield {"experiment": experiment, "model": model}, rows[~rows["regime"].isin(CONTROLS)]


def failed(rows: pd.DataFrame) -> pd.Series:
    """1.0 where an answer is wrong: neither correct nor hedged."""
    return 1.0 - rows["outcome"].isin(RIGHT)


def all_series(cells: pd.DataFrame, scores: Path) -> Iterator[Series]:
    """Every rate of every policy, model, regime and dataset; arguments as `scores_by_model`."""
    for study, rows in scores_by_model(cells, scores, QUESTION_SCORES, "questions"):
        rows = rows.assign(failed=failed(rows), cut=rows["stop"] == LENGTH)
        for part, of in rows.groupby(PART):
            start = of[of["policy"] == BASELINE]
            for policy, compressed in of[of["policy"] != BASELINE].groupby("policy"):
                labels = {**study, "policy": policy, **dict(zip(PART, part, strict=True))}
                together = pd.concat([start, compressed])
                for metric in RATES:
                    yield one_series({**labels, "metric": metric}, together)


def one_series(labels: dict, rows: pd.DataFrame) -> Series:
    """The rate that the labels name, over the contexts that all ratios have."""
    grouped = rows.groupby(["context_id", "ratio"])
    counts = grouped[labels["metric"]].sum(), grouped.size(), grouped["cut"].sum()
    wide = [count.unstack("ratio").sort_index().dropna() for count in counts]
    return Series(labels, wide[0].columns.to_numpy(dtype=float), *(table.to_numpy(dtype=float) for table in wide))
