"""Estimates over the scores of a whole study, with their intervals."""

from kvstudy.contracts.judgements import GERS
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, REGIMES, STATES

INTERVAL = (
    Column("value", NUMBER, doc="The estimate."),
    Column(
        "low",
        NUMBER,
        optional=True,
        doc="Lower end of the interval, contexts resampled; missing where one context alone is behind the estimate.",
    ),
    Column("high", NUMBER, optional=True, doc="Upper end of the interval."),
)
CURVES = Table(
    "curves",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column(
            "metric",
            TEXT,
            doc="A column of question_scores or context_scores; outcome_<name>: the share of an outcome; "
            "outcome_broken: the share that is empty or degenerate.",
        ),
        *INTERVAL,
        Column("contexts", INT, low=1, doc="Contexts behind the estimate."),
        Column("rows", INT, low=1, doc="Questions (or contexts) behind the estimate."),
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "metric"),
    doc="One metric at one ratio.",
)
LAYER_CURVES = Table(
    "layer_curves",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("metric", TEXT, doc="A column of layer_scores."),
        *INTERVAL,
        Column("contexts", INT, low=1, doc="Contexts behind the estimate."),
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "layer", "metric"),
    doc="One metric in one layer at one ratio.",
)
CORRELATIONS = Table(
    "correlations",
    (
        Column("experiment", TEXT, doc="The block of the config."),
        Column("model", TEXT, doc="Name of the model."),
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("ger", TEXT, values=GERS, doc="Which reading of GER."),
        Column("r", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Pearson correlation."),
        Column(
            "low",
            NUMBER,
            unit="-1..1",
            low=-1,
            high=1,
            optional=True,
            doc="Lower end of the interval, contexts resampled.",
        ),
        Column("high", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Upper end."),
        Column("p", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Two-sided p value under independence."),
        Column("points", INT, low=0, doc="Points: policies times ratios."),
        Column("contexts", INT, low=1, doc="Contexts behind each point."),
    ),
    key=("experiment", "model", "regime", "dataset", "ger"),
    doc="Pearson correlation of a GER variant and the hallucination rate over the compressed cells of a model.",
)
COVERAGE = Table(
    "coverage",
    (
        *CELL,
        Column("cell", TEXT, doc="Name of the cell."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("state", TEXT, values=STATES, doc="State of these contexts."),
        Column("reason", TEXT, doc="The message that came with it; empty when ok."),
        Column("contexts", INT, low=1, doc="Contexts in this state."),
    ),
    key=("cell", "dataset", "regime", "state", "reason"),
    doc="What became of one part of a cell.",
)
