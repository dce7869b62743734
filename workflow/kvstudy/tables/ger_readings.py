"""Eviction in the three readings that its definition allows, of the answer's tokens (GER) and of all."""

import pandas as pd

from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.table import Table
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

LABELS = {
    "ger_layer": "GER by layer",
    "ger_model": "GER by model",
    "ger_head": "GER by KV head",
    "eviction_layer": "Eviction by layer",
    "eviction_model": "Eviction by model",
    "eviction_head": "Eviction by KV head",
}
METRICS = {name: f"{label}: share of tokens that are gone." for name, label in LABELS.items()}
GER_READINGS = Table(
    "ger_readings",
    wide.columns(METRICS),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset"),
    doc="What was evicted at one ratio, of the evidence (GER) and of the compressed region, in each reading.",
)


def rows(curves: pd.DataFrame) -> pd.DataFrame:
    """The table `ger_readings`."""
    return wide.widen(curves[curves["ratio"] > 0], METRICS)


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset and regime."""
    more = wide.several(frame)
    groups = [
        page.Group(
            f"{dataset}, question-{regime}",
            tuple(
                page.Row((*wide.names(row, more), *(wide.estimate(row, name) for name in METRICS)), names=3)
                for row in part.itertuples()
            ),
        )
        for (dataset, regime), part in frame.groupby(["dataset", "regime"], sort=False)
    ]
    columns = (*wide.NAMES, *(page.Column(label, number=True) for label in LABELS.values()))
    notes = (
        "Share of tokens that are gone: of those that state the answer (GER) and of the whole compressed region "
        "(eviction). By layer: from all KV heads of a layer, mean over layers. By model: from all KV heads of all "
        "layers. By KV head: mean over KV heads and layers. Never is by model above by layer, nor by layer above by KV "
        "head; by KV head the eviction of the region is the ratio itself.",
        wide.INTERVALS,
        *wide.left_out(frame, LABELS),
    )
    return page.Document("Three readings of eviction", columns, tuple(groups), notes)


TABLE = ReportTable(rows, document, GER_READINGS, (CURVES,))
