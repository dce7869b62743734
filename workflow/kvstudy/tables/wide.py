"""From a row an estimate to a row a cell, with the estimates side by side."""

from collections.abc import Mapping

import pandas as pd

from kvstudy.contracts.analysis import WHERE, fitted
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, UNDEFINED
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, NUMBER, Column
from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.tables import document as page

PLACE = (*CELL, *WHERE[2:])
BY = ["dataset", "place", "experiment", "model", "later", "policy", "ratio"]
INTERVALS = f"Intervals come from resampling contexts; fewer than {FEWEST_CONTEXTS} have none."
NAMES = (page.Column("Model"), page.Column("Policy"), page.Column("Ratio", number=True))


def columns(metrics: Mapping[str, str], *more: Column, low: float | None = 0, high: float | None = 1) -> tuple:
    """The columns of such a table: where, `more`, then those of each metric."""
    contexts = Column("contexts", INT, low=0, doc="Contexts behind the estimates.")
    return (*PLACE, *more, *estimates(metrics, low, high), contexts)


def estimates(metrics: Mapping[str, str], low: float | None = None, high: float | None = None) -> tuple[Column, ...]:
    """Of each metric its meaning, the ends of its interval, and for how many it is not defined."""
    return tuple(
        column
        for name, doc in metrics.items()
        for column in (
            *fitted(name, doc, low, high),
            Column(f"{name}_{UNDEFINED}", NUMBER, low=0, optional=True, doc="For how many it is not defined."),
        )
    )


def widen(rows: pd.DataFrame, metrics: Mapping[str, str], *more: str) -> pd.DataFrame:
    """One row a cell, dataset and regime (and value of `more`), ordered as on the page; the columns are `columns`'."""
    index = [column.name for column in PLACE] + list(more)
    rows = rows[rows["metric"].isin(metrics)]
    frame = rows.pivot(index=index, columns="metric", values=["value", "low", "high", UNDEFINED])
    frame.columns = [name if end == "value" else f"{name}_{end}" for end, name in frame.columns]
    contexts = rows.groupby(index)["contexts"].max().astype("int32")
    wide = [column.name for column in estimates(metrics)]
    names = [*index, *wide, "contexts"]
    frame = frame.join(contexts).reset_index().reindex(columns=names)
    frame = frame.astype({name: "Int64" for name in wide if name.endswith(UNDEFINED)})
    places = {regime: place for place, regime in enumerate(REGIMES)}
    frame = frame.assign(place=frame["regime"].map(places), later=frame["policy"] != BASELINE)
    return frame.sort_values([*BY, *more], kind="stable", ignore_index=True)[names]


def left_out(frame: pd.DataFrame, labels: Mapping[str, str]) -> tuple[str, ...]:
    """A note on the metrics that some questions or contexts have no value of; none where all have one."""
    most = {label: frame[f"{name}_{UNDEFINED}"].max() for name, label in labels.items()}
    said = [f"{label} (up to {number} in a line)" for label, number in most.items() if pd.notna(number) and number > 0]
    return (
        (f"Not defined for some questions or contexts, and left out of the mean: {'; '.join(said)}.",) if said else ()
    )


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
