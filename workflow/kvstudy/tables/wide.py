"""From a row an estimate to a row a cell, with the estimates side by side."""

from collections.abc import Mapping

import pandas as pd

from kvstudy.contracts.analysis import WHERE, fitted
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, Column
from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.tables import document as page

PLACE = (*CELL, *WHERE[2:])
BY = ["dataset", "place", "experiment", "model", "later", "policy", "ratio"]
NAMES = (page.Column("Model"), page.Column("Policy"), page.Column("Ratio", number=True))


def columns(metrics: Mapping[str, str], *more: Column, low: float | None = 0, high: float | None = 1) -> tuple:
    """The columns of such a table: where, `more`, then each metric with its meaning and the ends of its interval."""
    estimates = [column for name, doc in metrics.items() for column in fitted(name, doc, low, high)]
    return (*PLACE, *more, *estimates, Column("contexts", INT, low=1, doc="Contexts behind the estimates."))


def widen(rows: pd.DataFrame, metrics: Mapping[str, str], *more: str) -> pd.DataFrame:
    """One row a cell, dataset and regime (and value of `more`), ordered as on the page; the columns are `columns`'."""
    index = [column.name for column in PLACE] + list(more)
    rows = rows[rows["metric"].isin(metrics)]
    frame = rows.pivot(index=index, columns="metric", values=["value", "low", "high"])
    frame.columns = [name if end == "value" else f"{name}_{end}" for end, name in frame.columns]
    contexts = rows.groupby(index)["contexts"].max().astype("int32")
    names = [*index, *(f"{name}{end}" for name in metrics for end in ("", "_low", "_high")), "contexts"]
    frame = frame.join(contexts).reset_index().reindex(columns=names)
    places = {regime: place for place, regime in enumerate(REGIMES)}
    frame = frame.assign(place=frame["regime"].map(places), later=frame["policy"] != BASELINE)
    return frame.sort_values([*BY, *more], kind="stable", ignore_index=True)[names]


def several(frame: pd.DataFrame) -> bool:
    """Whether the rows are of more than one experiment."""
    return frame["experiment"].nunique() > 1


def model(row: tuple, several: bool) -> str:
    """The model of a row, with its experiment where there are several."""
    return f"{row.model} ({row.experiment})" if several else row.model


def names(row: tuple, several: bool) -> tuple[str, str, str]:
    """Model, policy and ratio of a row."""
    return model(row, several), row.policy, f"{row.ratio:g}"


def estimate(row: tuple, metric: str) -> str:
    """One estimate of a row with its interval, in one cell; empty where it is missing."""
    value = getattr(row, metric)
    if pd.isna(value):
        return ""
    return " ".join(page.estimate(value, getattr(row, f"{metric}_low"), getattr(row, f"{metric}_high"))).strip()
