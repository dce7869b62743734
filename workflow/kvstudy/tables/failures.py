"""What wrong answers are put down to at every ratio, and how failures split at the loss of the evidence."""

import pandas as pd

from kvstudy.contracts.analysis import BY_SURVIVAL, CUT, FAILURE_CURVES
from kvstudy.contracts.judgements import FAILURE_MODES
from kvstudy.contracts.table import NUMBER, Column, Table
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

LABELS = {
    "failed": "Wrong, Pr(F)",
    **{mode: mode.capitalize() for mode in FAILURE_MODES},
    "erased": "Evidence gone, Pr(E)",
    "failed_if_erased": "Pr(F|E)",
    "failed_if_kept": "Pr(F|not E)",
    "failed_before_if_kept": "The same at ratio 0",
}
METRICS = {
    "failed": "Share that is answered wrongly.",
    **{mode: f"Share put down to {mode}." for mode in FAILURE_MODES},
    "erased": "Share whose evidence is gone.",
    "failed_if_erased": "Share that is answered wrongly of those whose evidence is gone.",
    "failed_if_kept": "The same of the others.",
    "failed_before_if_kept": "Share of those others that is answered wrongly at ratio 0.",
}
EPSILON = Column(
    "epsilon", NUMBER, unit="0..1", low=0, high=1, doc="0: gone by what survived; else by routes of more weight."
)
FAILURES = Table(
    "failures",
    (*wide.columns(METRICS, EPSILON), CUT),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "epsilon"),
    doc="The failures at one ratio, as shares of the questions that have evidence.",
)


def rows(failure_curves: pd.DataFrame) -> pd.DataFrame:
    """The table `failures`."""
    frame = wide.widen(failure_curves, METRICS, "epsilon")
    cut = failure_curves[failure_curves["metric"] == "failed"][[*FAILURES.key, "cut"]]
    return frame.merge(cut, on=list(FAILURES.key), how="left", validate="one_to_one")


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset, regime and way of judging whether the evidence is gone."""
    more, groups = wide.several(frame), []
    for (dataset, regime, epsilon), part in frame.groupby(["dataset", "regime", "epsilon"], sort=False):
        way = "by survival" if epsilon == BY_SURVIVAL else f"by routes of weight > {epsilon:g}, sampled passages"
        lines = tuple(_line(row, more) for row in part.itertuples())
        groups.append(page.Group(f"{dataset}, question-{regime}; {way}", lines))
    columns = (*wide.NAMES, *(page.Column(label, number=True) for label in (*LABELS.values(), "Cut")))
    notes = (
        "Shares of the questions whose answer the passage states. Every wrong answer has one mode, in this order: "
        "baseline, wrong at ratio 0, too; erasure, the evidence is gone; utilisation, it is there and some head "
        "attends to it; rigidity, it is there, none does and the heads agree on other tokens; dispersion, none does "
        "and they do not agree; undefined, none does and no head sees another token of the passage. The thresholds are "
        "in the config (statistics.failure_modes).",
        "Pr(F) = Pr(F|E) Pr(E) + Pr(F|not E) Pr(not E). By survival, E is that the GER by layer is at the "
        "threshold (erased) or above; at a threshold of 1, that no KV head holds any of the evidence. By routes, E is "
        "that no token of the question comes to it, directly or through a token that had taken it in.",
        "Beside Pr(F|not E) stands how often the same questions were answered wrongly at ratio 0. If loss of the "
        "evidence were all that matters, the two would be equal.",
        f"Cut is the share of the answers that ended at their limit of tokens. {wide.INTERVALS}",
    )
    return page.Document("Failure modes and erasure", columns, tuple(groups), notes)


def _line(row: tuple, more: bool) -> page.Row:
    """The cells of one model, policy and ratio."""
    estimates = (wide.estimate(row, name) for name in METRICS)
    return page.Row((*wide.names(row, more), *estimates, page.share(row.cut)), names=3)


TABLE = ReportTable(rows, document, FAILURES, (FAILURE_CURVES,))
