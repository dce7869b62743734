"""Scores of probes on the mean of all layers, with their floors, control tasks and selectivity."""

import pandas as pd

from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.probes import ANSWER_TYPE, CANDIDATE, POOLED, PROBES, SCORES, TARGET
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

PART = ["target", "dataset", "experiment", "model", "regime", "policy", "ratio"]
TITLES = {CANDIDATE: "Candidate, accuracy", ANSWER_TYPE: "Answer type, macro-F1"}
ORDER = {name: place for place, name in enumerate((*TITLES, *REGIMES, *CONTROLS))}
SHARE = {"unit": "0..1", "low": 0, "high": 1}
END = {"optional": True, "doc": f"An end of its interval; missing with fewer than {FEWEST_CONTEXTS} contexts."}
PROBE_SCORES = Table(
    "probe_scores",
    (
        TARGET,
        Column("dataset", TEXT, doc="Name of the dataset."),
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("score", NUMBER, **SHARE, doc="Macro-F1 of answer_type, accuracy of candidate."),
        Column("low", NUMBER, **SHARE, **END),
        Column("high", NUMBER, **SHARE, **END),
        Column("embedding", NUMBER, **SHARE, doc="The same on the embedding of the last token: nothing was read yet."),
        Column("chance", NUMBER, **SHARE, optional=True, doc="Accuracy of guessing; of candidate alone."),
        Column("control", NUMBER, **SHARE, doc="Score of the control task."),
        Column("selectivity", NUMBER, unit="-1..1", low=-1, high=1, doc="Score less that of the control task."),
        Column("selectivity_low", NUMBER, unit="-1..1", low=-1, high=1, **END),
        Column("selectivity_high", NUMBER, unit="-1..1", low=-1, high=1, **END),
        Column("contexts", INT, low=1, doc="Contexts behind the score."),
        Column("rows", INT, low=1, doc="Questions behind the score."),
        Column("converged", NUMBER, **SHARE, doc="Share of the predictions by probes whose training converged."),
    ),
    key=tuple(PART),
    doc="What probes on the mean of all layers tell of one target at one ratio.",
)


def rows(probes: pd.DataFrame) -> pd.DataFrame:
    """One row a target and part of a cell."""
    pooled = probes[probes["layer"] == POOLED]
    scores = pooled[pooled["metric"] == pooled["target"].map(SCORES)].rename(columns={"value": "score"})
    frame = scores.merge(named(pooled, "control", value="control"), on=PART)
    ends = {"low": "selectivity_low", "high": "selectivity_high"}
    frame = frame.merge(named(pooled, "selectivity", value="selectivity", **ends), on=PART)
    frame = frame.merge(named(pooled, "chance", value="chance"), on=PART, how="left")
    embedded = probes[(probes["layer"] == 0) & (probes["metric"] == probes["target"].map(SCORES))]
    frame = frame.merge(embedded.rename(columns={"value": "embedding"})[[*PART, "embedding"]], on=PART)
    order = {name: frame[name].map(ORDER) for name in ("target", "regime")}
    ranked = frame.assign(**{f"{name}_order": values for name, values in order.items()})
    by = ["target_order", "dataset", "experiment", "model", "regime_order", "policy", "ratio"]
    return ranked.sort_values(by, kind="stable", ignore_index=True)[[c.name for c in PROBE_SCORES.columns]]


def named(probes: pd.DataFrame, metric: str, **columns: str) -> pd.DataFrame:
    """The rows of one metric, its columns under other names."""
    return probes[probes["metric"] == metric].rename(columns=columns)[[*PART, *columns.values()]]


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each target and dataset."""
    several = wide.several(frame)
    groups = [
        page.Group(f"{TITLES[target]}: {dataset}", _lines(part, several))
        for (target, dataset), part in frame.groupby(["target", "dataset"], sort=False)
    ]
    columns = (
        page.Column("Model"),
        page.Column("Regime"),
        page.Column("Policy"),
        page.Column("Ratio", number=True),
        page.Column("Score", number=True),
        page.Column("Interval", number=True),
        page.Column("Embedding", number=True),
        page.Column("Chance", number=True),
        page.Column("Control task", number=True),
        page.Column("Selectivity", number=True),
        page.Column("Interval", number=True),
        page.Column("Contexts", number=True),
        page.Column("Questions", number=True),
        page.Column("Converged", number=True),
    )
    notes = (
        "Linear probes on the state of a question's last token, mean over layers; no passage is both in training and "
        "in test. The lines in grey are floors: the same questions without the passage.",
        "Candidate: which of the names that the passage offers is the answer; questions with one candidate are left "
        "out. Answer type: what kind of thing is asked for, which the question alone gives away.",
        "The control task keeps all but the labels, which are drawn at random: for each form of question (answer type) "
        "or by shuffling the names' directions (candidate). Selectivity is the score less that of the control task.",
        wide.INTERVALS,
    )
    return page.Document("Probes on hidden states", columns, tuple(groups), notes)


def _lines(part: pd.DataFrame, several: bool) -> tuple[page.Row, ...]:
    lines = []
    for row in part.itertuples():
        score, interval = page.estimate(row.score, row.low, row.high)
        selectivity, spread = page.estimate(row.selectivity, row.selectivity_low, row.selectivity_high)
        cells = (
            wide.model(row, several),
            REGIME_NAMES[row.regime],
            row.policy,
            f"{row.ratio:g}",
            score,
            interval,
            f"{row.embedding:.2f}",
            "" if pd.isna(row.chance) else f"{row.chance:.2f}",
            f"{row.control:.2f}",
            selectivity,
            spread,
            str(row.contexts),
            str(row.rows),
            f"{100 * row.converged:.0f} %",
        )
        lines.append(page.Row(cells, names=4, look="apart" if row.regime in CONTROLS else ""))
    return tuple(lines)


TABLE = ReportTable(rows, document, PROBE_SCORES, (PROBES,))
