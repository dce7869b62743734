import pandas as pd
import pytest

from kvstudy.analysis import analysis
from kvstudy.analysis.analysis import CELL, OfScores, Results
from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.plan import CELLS

LABELS = {"compress": "passage", "regime": "agnostic", "dataset": "base", "metric": "token_f1"}
ESTIMATE = {"value": 0.5, "low": 0.4, "high": 0.6, "contexts": 5, "rows": 9, "undefined": 0}


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_cells_that_stand_alone_are_in_memory_a_few_at_a_time(tmp_path, monkeypatch, at_once):
    names = [(model, policy, ratio) for model in "ba" for policy in "qp" for ratio in (0.75, 0.5)]
    cells = [
        {"cell": ".".join(map(str, n)), "experiment": "routing", **dict(zip(CELL[1:], n, strict=True))} for n in names
    ]
    CELLS.write(cells, tmp_path / "cells.parquet")
    seen = []

    def analyse(some: pd.DataFrame, scores, bootstrap) -> list[dict]:
        seen.append(len(some))
        return [{**row, **LABELS, **ESTIMATE} for row in some[CELL].to_dict("records")]

    monkeypatch.setattr(analysis, "AT_ONCE", at_once)
    results = Results(tmp_path, tmp_path, {"resamples": 10, "confidence": 0.9, "seed": 1})
    OfScores(analyse, CURVES, by_cell=True).write(results, tmp_path / "curves.parquet")
    assert seen == [min(at_once, 8)] * (8 // min(at_once, 8))
    found = CURVES.read(tmp_path / "curves.parquet")[CELL].itertuples(index=False, name=None)
    assert list(found) == sorted(("routing", *name) for name in names)
