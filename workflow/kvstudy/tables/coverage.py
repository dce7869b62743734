"""What became of every cell: policies as rows, ratios as columns, for each dataset and regime; then the reasons."""

import pandas as pd

from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.judgements import COVERED, OK, TRIED_AGAIN, TRY_AGAIN
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, TEXT, Column, Table
from kvstudy.contracts.vocabulary import BASELINE, COMPRESS, CONTROLS, REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import numbers, wide
from kvstudy.tables.table import ReportTable

COVERAGE_ROWS = Table(
    "coverage_rows",
    (
        *CELL,
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("state", TEXT, values=COVERED, doc="State of these contexts."),
        Column("contexts", INT, low=1, doc="Contexts in this state."),
        Column("of", INT, low=1, doc="Contexts of this part of the cell in any state."),
        Column("reason", TEXT, doc="The message that came with the state; empty when ok."),
    ),
    key=("experiment", "model", "policy", "ratio", "dataset", "regime", "state", "reason"),
    doc="Contexts of one part of a cell that ended in the same state for the same reason.",
)
PART = ["experiment", "model", "policy", "ratio", "dataset", "regime"]


def rows(coverage: pd.DataFrame) -> pd.DataFrame:
    """The table `coverage` in the order of the page, with the number of contexts of each part."""
    frame = coverage.assign(of=coverage.groupby(PART)["contexts"].transform("sum").astype("int32"))
    places = {name: index for index, name in enumerate(REGIME_NAMES)}
    states = {name: index for index, name in enumerate(COVERED)}
    frame = frame.assign(
        place=frame["regime"].map(places), later=frame["policy"] != BASELINE, step=frame["state"].map(states)
    )
    by = ["dataset", "place", "experiment", "model", "later", "policy", "ratio", "step", "reason"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[[column.name for column in COVERAGE_ROWS.columns]]


def document(frame: pd.DataFrame) -> page.Document:
    """A group for each dataset and regime; a cell says its states, and [n] refers to the n-th reason."""
    reasons = list(dict.fromkeys(frame.loc[frame["state"] != OK, ["state", "reason"]].itertuples(False, None)))
    ratios = sorted(frame["ratio"].unique())
    several = wide.several(frame)
    groups = []
    for (dataset, regime), part in frame.groupby(["dataset", "regime"], sort=False):
        lines = []
        for (experiment, model, policy), line in part.groupby(["experiment", "model", "policy"], sort=False):
            cells = [_cell(line[line["ratio"] == ratio], reasons) for ratio in ratios]
            name = f"{model} ({experiment})" if several else model
            texts, looks = zip(*cells, strict=True)
            lines.append(page.Row((name, policy, *texts), names=2, looks=("", "", *looks)))
        groups.append(page.Group(f"{dataset}, {REGIME_NAMES[regime]}", tuple(lines)))
    columns = (page.Column("Model"), page.Column("Policy"), *(page.Column(f"ratio {ratio:g}") for ratio in ratios))
    said = numbers.texts(numbers.of_coverage(frame))
    notes = (
        f"{said['contexts_answered']} of {said['contexts_planned']} contexts were answered, counted over all cells, "
        "datasets and regimes. A cell says how many contexts ended in a state, of how many; an empty cell was not "
        "planned.",
    )
    if frame["state"].isin(TRIED_AGAIN).any():
        notes = (*notes, TRY_AGAIN)
    return page.Document(
        "What became of every cell",
        columns,
        tuple(groups),
        notes,
        tuple(f"{_words(state)}: {reason or 'no message'}" for state, reason in reasons),
    )


def _cell(line: pd.DataFrame, reasons: list[tuple[str, str]]) -> tuple[str, str]:
    """The text and the look of one cell of the matrix."""
    if line.empty:
        return "", ""
    total = int(line["of"].iloc[0])
    texts = []
    for row in line.itertuples():
        count = f"{row.contexts}" if row.contexts == total else f"{row.contexts}/{total}"
        note = "" if row.state == OK else f" [{reasons.index((row.state, row.reason)) + 1}]"
        texts.append(f"{_words(row.state)} {count}{note}")
    states = set(line["state"])
    return ", ".join(texts), "ok" if states == {OK} else "part" if OK in states else "none"


def _words(state: str) -> str:
    return state.replace("_", " ")


TABLE = ReportTable(rows, document, COVERAGE_ROWS, (COVERAGE,))
