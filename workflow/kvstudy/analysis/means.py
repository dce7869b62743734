"""Means of score columns over one part of a cell, with intervals; the rows without a value are left out and counted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.contracts.judgements import UNDEFINED
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import LENGTH


def means(rows: pd.DataFrame, metrics: Sequence[str], bootstrap: Bootstrap, unit: str = "context_id") -> pd.DataFrame:
    """The mean of each metric over the rows of one dataset and regime.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns dataset, the unit and the metrics; of answers, stop, too.
    metrics : sequence of str
    bootstrap : Bootstrap
    unit : str, optional
        The column that names what is resampled.

    Returns
    -------
    pandas.DataFrame
        metric, value, low, high, contexts, rows, undefined, cut: one row a metric; contexts (units) and rows count
        those that have it, undefined the rows that do not; cut is the share of those that have it
        whose answer ended at its limit of tokens, nan where the rows are not of answers.
    """
    grouped = rows.groupby(unit, sort=True)[list(metrics)]
    found = estimates(rows["dataset"].iloc[0], grouped.sum(), grouped.count(), len(rows), bootstrap)
    return found.assign(cut=cut_share(rows, metrics)).rename_axis("metric").reset_index()


def cut_share(rows: pd.DataFrame, metrics: Sequence[str]) -> pd.Series:
    """Of the rows that have a metric, the share whose answer ended at its limit of tokens: one value a metric."""
    defined = rows[list(metrics)].notna()
    if "stop" not in rows:
        return pd.Series(np.nan, index=defined.columns)
    return defined[rows["stop"] == LENGTH].sum() / defined.sum().replace(0, np.nan)


def means_by(
    rows: pd.DataFrame, by: list[str], metrics: Sequence[str], bootstrap: Bootstrap, unit: str = "context_id"
) -> list[pd.DataFrame]:
    """`means` of the rows of each combination of the columns `by`, which are columns of the result, too."""
    return [
        means(part, metrics, bootstrap, unit).assign(**dict(zip(by, names, strict=True)))
        for names, part in rows.groupby(by)
    ]


def layer_means(rows: pd.DataFrame, metrics: Sequence[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """The mean of each metric in each layer; as `means`, with the columns metric and layer in front."""
    return by_place(rows, ["layer"], metrics, bootstrap)


def by_place(rows: pd.DataFrame, places: list[str], metrics: Sequence[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """The mean of each metric at each place, such as a layer or a layer's head; as `means`, metric and places first.

    A context has at most one row a place.
    """
    wide = rows.pivot(index="context_id", columns=places, values=list(metrics)).sort_index()
    found = estimates(rows["dataset"].iloc[0], wide.fillna(0.0), wide.notna(), len(wide), bootstrap)
    return found.rename_axis(["metric", *places]).reset_index()


def estimates(
    dataset: str, totals: pd.DataFrame, counts: pd.DataFrame, every: int, bootstrap: Bootstrap
) -> pd.DataFrame:
    """Mean, interval and numbers behind them of each column; value and interval are nan where no row has a value.

    Parameters
    ----------
    dataset : str
        Name of the dataset.
    totals, counts : pandas.DataFrame
        One row a context, in the order of their names; one column an estimate: the sum of its values and their number.
    every : int
        The rows of the scores, with and without a value.
    bootstrap : Bootstrap
    """
    number = counts.to_numpy(dtype=float)
    value, low, high = bootstrap.mean(dataset, totals.to_numpy(dtype=float), number)
    rows = number.sum(axis=0)
    sizes = {"contexts": (number > 0).sum(axis=0), "rows": rows, UNDEFINED: every - rows}
    found = pd.DataFrame({"value": value, "low": low, "high": high, **sizes}, index=totals.columns)
    return found.astype(dict.fromkeys(sizes, np.int32))


def stack(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """One frame below the other, with the table's columns in their order; no rows when there is no frame."""
    names = [column.name for column in table.columns]
    return pd.concat([frame[names] for frame in frames], ignore_index=True) if frames else pd.DataFrame(columns=names)
