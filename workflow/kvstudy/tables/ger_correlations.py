"""The three readings of GER and hallucination: over ratios, within a ratio, and as published."""

import pandas as pd

from kvstudy.contracts.analysis import CORRELATIONS, WITHIN_RATIO
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, GERS, RATIO_SETS
from kvstudy.contracts.published import STUDY
from kvstudy.contracts.table import NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

NOT_SAID = "not said"
WITHIN = "within"
OVER = {"all": "all ratios", "paper": "the paper's five", WITHIN: "within a ratio", NOT_SAID: NOT_SAID}
READINGS = {
    "ger_layer": "by layer",
    "ger_model": "by model",
    "ger_head": "by KV head",
    NOT_SAID: NOT_SAID,
}
GER_CORRELATIONS = Table(
    "ger_correlations",
    (
        Column("dataset", TEXT, doc="Name of the dataset; unstated where the paper does not say."),
        Column("source", TEXT, doc=f'"{STUDY}", or where the number is printed.'),
        Column("experiment", TEXT, doc="The block of the config; empty for published numbers."),
        Column("model", TEXT, doc="Name of the model in the config, or as printed."),
        Column("compress", TEXT, optional=True, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("ger", TEXT, values=(*GERS, NOT_SAID), doc="Which reading of GER."),
        Column(
            "ratios",
            TEXT,
            values=(*RATIO_SETS, WITHIN, NOT_SAID),
            doc="Over all ratios, over the paper's five, or within: among questions of the same policy and ratio.",
        ),
        Column("r", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Pearson correlation."),
        Column("low", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Lower end of the interval."),
        Column("high", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Upper end of the interval."),
        Column("p", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Two-sided p value under independence."),
        Column(
            "log_odds",
            NUMBER,
            optional=True,
            doc="Within: change of the log-odds of a hallucination from no evidence evicted to all of it.",
        ),
        Column("log_odds_low", NUMBER, optional=True, doc="Lower end of its interval, errors clustered by context."),
        Column("log_odds_high", NUMBER, optional=True, doc="Upper end."),
        Column("points", NUMBER, low=0, optional=True, doc="Points: policies times ratios; within: those that vary."),
        Column("contexts", NUMBER, low=1, optional=True, doc="Contexts behind each point."),
    ),
    key=("dataset", "source", "experiment", "model", "regime", "ger", "ratios"),
    doc="Correlation of one reading of GER and the hallucination rate; what a paper does not give is empty.",
)


def rows(correlations: pd.DataFrame, within_ratio: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """This study's correlations first, over ratios and within them, then the printed ones."""
    ends = {"low": "log_odds_low", "high": "log_odds_high", "r_low": "low", "r_high": "high", "cells": "points"}
    within = within_ratio.drop(columns="p").rename(columns=ends).assign(source=STUDY, ratios=WITHIN)
    printed = published[published["metric"] == "pearson_r"]
    printed = printed.rename(columns={"value": "r"}).assign(experiment="", ger=NOT_SAID, ratios=NOT_SAID)
    names = [column.name for column in GER_CORRELATIONS.columns]
    integers = {"points": "Int64", "contexts": "Int64"}
    parts = [correlations.assign(source=STUDY), within, printed]
    frame = pd.concat([part.reindex(columns=names).astype(integers) for part in parts if len(part)])
    order = {reading: index for index, reading in enumerate(READINGS)}
    later = {over: index for index, over in enumerate(OVER)}
    frame = frame.assign(
        printed=frame["source"] != STUDY, order=frame["ger"].map(order), later=frame["ratios"].map(later)
    )
    by = ["printed", "dataset", "experiment", "model", "regime", "order", "later"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[names]


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset of this study, then one for each source of published numbers."""
    own = frame[frame["source"] == STUDY]
    several = wide.several(own)
    groups = [page.Group(dataset, _lines(part, several)) for dataset, part in own.groupby("dataset")]
    printed = frame[frame["source"] != STUDY]
    groups += [page.Group(source, _lines(part, several=False)) for source, part in printed.groupby("source")]
    columns = (
        page.Column("Model"),
        page.Column("Regime"),
        page.Column("GER"),
        page.Column("Over"),
        page.Column("r", number=True),
        page.Column("Interval", number=True),
        page.Column("p", number=True),
        page.Column("Log-odds", number=True),
        page.Column("Interval", number=True),
        page.Column("Points", number=True),
        page.Column("Contexts", number=True),
    )
    notes = (
        "GER is the evicted share of the tokens that state the answer. By layer: by all KV heads of a layer, mean "
        "over layers. By model: by all KV heads of all layers. By KV head: mean over KV heads and layers.",
        "Over ratios: Pearson correlation over the compressed cells of a model, one point for each policy and ratio. "
        "Intervals come from resampling contexts; p takes the points as independent, which they are not. Both "
        "quantities rise with the compression ratio, so a high r alone does not show that eviction of the answer "
        f"causes the error. On fewer than {FEWEST_CONTEXTS} contexts there is neither.",
        "Within a ratio: the same two quantities question by question, each less the mean of its policy and ratio, "
        "and the change of the log-odds of a false claim from no evidence evicted to all of it, by logistic "
        "regression with an intercept for every policy and ratio. Only questions that were compressed alike are "
        "compared. The interval of the log-odds comes from errors clustered by context and t with one degree of "
        "freedom less than contexts. Such errors are too small when clusters are few (Cameron and Miller 2015), so "
        "with fewer than 20 contexts there are no log-odds, and none where GER alone tells the outcomes apart; r and "
        "its interval, from resampling contexts, are there all the same.",
    )
    return page.Document("GER and hallucination", columns, tuple(groups), notes)


def _lines(part: pd.DataFrame, several: bool) -> tuple[page.Row, ...]:
    lines = []
    for row in part.itertuples():
        own = row.source == STUDY
        model = wide.model(row, several)
        r, interval = ("not defined", "") if pd.isna(row.r) else page.estimate(row.r, row.low, row.high)
        p = "" if pd.isna(row.p) else "< 0.001" if row.p < 0.001 else f"{row.p:.3f}"
        odds = ("", "") if pd.isna(row.log_odds) else page.estimate(row.log_odds, row.log_odds_low, row.log_odds_high)
        counts = (str(row.points), str(row.contexts)) if own else ("", "")
        cells = (model, f"question-{row.regime}", READINGS[row.ger], OVER[row.ratios], r, interval, p, *odds, *counts)
        lines.append(page.Row(cells, names=4, look="" if own else "apart"))
    return tuple(lines)


TABLE = ReportTable(rows, document, GER_CORRELATIONS, (CORRELATIONS, WITHIN_RATIO), lists=("published",))
