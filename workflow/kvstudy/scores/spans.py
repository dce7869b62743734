"""Scores of the spans of one system prompt: what is left of each, and how alike they were treated."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kvstudy.metrics.fairness import fairness
from kvstudy.metrics.retention import retention, retention_elsewhere

Places = Mapping[tuple[str, int], np.ndarray]  # (kind, index) -> positions in the context


def places(rows: pd.DataFrame) -> dict[tuple[str, int], np.ndarray]:
    """The positions of every span, from the context's rows of the facts `spans`."""
    return {(row["kind"], row["index"]): np.arange(row["start"], row["end"]) for row in rows.to_dict("records")}


def span_scores(kept: np.ndarray, spans: Places, positions: list[str]) -> list[dict]:
    """The columns of `span_scores`, one row a span.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    spans : mapping
        As `places`.
    positions : list of str
        Place of each instruction among those of the prompt; empty where it is not known.
    """
    return [
        {
            "kind": kind,
            "index": index,
            "position": positions[index] if kind == "instruction" else None,
            "tokens": len(tokens),
            "retention": retention(kept, tokens),
            "elsewhere": retention_elsewhere(kept, tokens) if kind == "directive" else np.nan,
        }
        for (kind, index), tokens in spans.items()
    ]


def fairness_scores(kept: np.ndarray, spans: Places) -> list[dict]:
    """The columns of `fairness_scores`: a row for each group of at least two spans; arguments as `span_scores`."""
    groups = {"parts": ("directive", "defence"), "instructions": ("instruction",)}
    rows = []
    for between, kinds in groups.items():
        group = {f"{kind} {index}": tokens for (kind, index), tokens in spans.items() if kind in kinds}
        if len(group) > 1:
            found = fairness(kept, group)
            numbers = {"index": found.index, "gap": found.gap, "excess": found.excess}
            rows.append({"between": between, "spans": len(group), **numbers})
    return rows
