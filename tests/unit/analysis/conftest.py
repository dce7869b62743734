"""Scores of a small study, written through the contracts."""

from pathlib import Path

import pandas as pd
import pytest

from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.scores import (
    AGREEMENT,
    CONTEXT_SCORES,
    HEAD_SCORES,
    LAYER_SCORES,
    QUESTION_SCORES,
    ROUTE_SCORES,
)


def part(cell: dict, context: str, regime: str) -> dict:
    return {**cell, "dataset": "base", "regime": regime, "compress": "context", "context_id": context}


def question(
    cell: dict,
    context: str,
    number: int,
    *,
    regime: str = "agnostic",
    ger: float | None,
    outcome: str,
    mass: float = 0.5,
    agreement: float = 0.25,
) -> dict:
    wrong = outcome in ("misrouted", "fabricated")
    return {
        **part(cell, context, regime),
        "question_id": f"{context}-q{number:02d}",
        "answer_type": "Person",
        "question_type": "standard",
        "direction": "forward",
        "token_f1": float(outcome == "correct"),
        "exact_match": float(outcome == "correct"),
        "stop": "length" if outcome == "degenerate" else "eos",
        "outcome": outcome,
        "hallucinated": float(wrong),
        "ger_layer": ger,
        "ger_model": None if ger is None else ger / 2,
        "ger_head": ger,
        "evidence_mass": None if ger is None else mass,
        "agreement": agreement,
    }


class Study:
    """Cells with rows of scores, to be written below a folder."""

    def __init__(self) -> None:
        self.cells: list[dict] = []
        self.rows: dict[str, dict[str, list[dict]]] = {}

    def cell(self, policy: str, ratio: float, model: str = "m") -> dict:
        name = f"routing.{model}.{policy}.r{round(ratio * 1000):03d}"
        cell = {"cell": name, "experiment": "routing", "model": model, "policy": policy, "ratio": ratio}
        self.cells.append(cell)
        self.rows[name] = {"questions": [], "contexts": [], "layers": [], "heads": [], "routes": []}
        return cell

    def ask(self, cell: dict, context: str, outcomes: list[str], ger: float | None = 0.5, **options) -> None:
        rows = self.rows[cell["cell"]]["questions"]
        rows += [question(cell, context, n, outcome=o, ger=ger, **options) for n, o in enumerate(outcomes)]

    def compress(self, cell: dict, context: str, eviction: float) -> None:
        self.rows[cell["cell"]]["contexts"].append(
            {
                **part(cell, context, "agnostic"),
                "achieved_ratio": cell["ratio"],
                "eviction_layer": eviction,
                "eviction_model": 0.0,
                "eviction_head": eviction,
            }
        )

    def layer(self, cell: dict, context: str, layer: int, consensus: float, jaccard: float | None) -> None:
        self.rows[cell["cell"]]["layers"].append(
            {
                **part(cell, context, "agnostic"),
                "layer": layer,
                "eviction": 0.25,
                "jaccard": jaccard,
                **{c.name: consensus if "consensus" in c.name else 1 - consensus for c in AGREEMENT},
            }
        )

    def head(self, cell: dict, context: str, layer: int, head: int, evidence: float | None) -> None:
        row = {"layer": layer, "head": head, "eviction": cell["ratio"], "evidence_eviction": evidence}
        self.rows[cell["cell"]]["heads"].append({**part(cell, context, "agnostic"), **row})

    def route(self, cell: dict, context: str, number: int, epsilon: float, **found) -> None:
        row = {
            "question_id": f"{context}-q{number:02d}",
            "target": "evidence",
            "epsilon": epsilon,
            "leaked": None,
            "kv_routes": 0,
            "holding": 1.0,
            **found,
        }
        self.rows[cell["cell"]]["routes"].append({**part(cell, context, "agnostic"), **row})

    def write(self, folder: Path) -> tuple[pd.DataFrame, Path]:
        """The table of cells and the folder of scores."""
        CELLS.write(self.cells, folder / "cells.parquet")
        tables = {
            "questions": QUESTION_SCORES,
            "contexts": CONTEXT_SCORES,
            "layers": LAYER_SCORES,
            "heads": HEAD_SCORES,
            "routes": ROUTE_SCORES,
        }
        for cell, rows in self.rows.items():
            for name, table in tables.items():
                frame = pd.DataFrame(rows[name], columns=[c.name for c in table.columns])
                table.write(frame, folder / "scores" / cell / f"{name}.parquet")
        return CELLS.read(folder / "cells.parquet"), folder / "scores"


@pytest.fixture
def study() -> Study:
    return Study()
