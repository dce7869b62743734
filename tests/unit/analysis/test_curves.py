from importlib import import_module

import numpy as np
import pytest

from kvstudy.analysis.analysis import Results
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.curves import ANSWER_METRICS, CONTEXT_METRICS, SHARES, curves
from kvstudy.analysis.layer_curves import layer_curves
from kvstudy.contracts.analysis import CURVES, LAYER_CURVES
from kvstudy.contracts.judgements import GERS, OUTCOMES
from kvstudy.contracts.scores import CONTEXT_SCORES, LAYER_SCORES, QUESTION_SCORES
from kvstudy.contracts.vocabulary import CONTROLS

BOOTSTRAP = Bootstrap(200, 0.95, 1)


@pytest.fixture
def small(study):
    """Six contexts: the odd ones alike, and the even ones."""
    base, half = study.cell("none", 0.0), study.cell("snapkv", 0.5)
    for control in CONTROLS:
        study.ask(base, "base-0000", ["fabricated", "empty"], ger=None, regime=control)
    for even, odd in ((f"base-000{n}", f"base-000{n + 1}") for n in (0, 2, 4)):
        study.ask(base, even, ["correct", "correct"], ger=0.0)
        study.ask(base, odd, ["correct", "abstained"], ger=0.0)
        study.ask(half, even, ["correct", "misrouted", "degenerate", "empty"], ger=0.5)
        study.ask(half, odd, ["fabricated", "hedged"], ger=0.8)
        for context, consensus in ((even, 0.25), (odd, 0.75)):
            study.compress(base, context, 0.0)
            study.compress(half, context, 0.4)
            study.layer(base, context, 0, consensus, None)
            study.layer(half, context, 0, consensus, 0.5 if context == even else None)
            study.layer(half, context, 1, 1.0, 0.1)
    return study


def interval(even, odd):
    """The interval of a mean over the six contexts, from the total and the number of each even and each odd one."""
    totals, counts = (BOOTSTRAP.weights("base", 6) @ np.array([a, b] * 3) for a, b in zip(even, odd, strict=True))
    return np.quantile(totals / counts, [0.025, 0.975])


def test_values_by_hand(small, tmp_path):
    table = curves(*small.write(tmp_path), BOOTSTRAP)
    half = table[table["policy"] == "snapkv"].set_index("metric")
    assert half.loc["token_f1", "value"] == pytest.approx(1 / 6)
    assert half.loc["hallucinated", "value"] == pytest.approx(2 / 6)
    assert half.loc["ger_layer", "value"] == pytest.approx((4 * 0.5 + 2 * 0.8) / 6)
    assert half.loc["outcome_broken", "value"] == pytest.approx(2 / 6)
    assert half.loc["eviction_layer", "value"] == pytest.approx(0.4)
    assert half.loc["achieved_ratio", "value"] == 0.5
    assert half.loc["token_f1", ["contexts", "rows", "undefined"]].tolist() == [6, 18, 0]
    assert half.loc["eviction_layer", ["contexts", "rows", "undefined"]].tolist() == [6, 6, 0]
    assert half.loc[["token_f1", "hallucinated"], "cut"].tolist() == [pytest.approx(1 / 6)] * 2
    assert half.loc[["ger_layer", "eviction_layer"], "cut"].isna().all()  # of no answers
    assert sum(half.loc[f"outcome_{o}", "value"] for o in OUTCOMES) == pytest.approx(1)
    assert half.loc["hallucinated", ["low", "high"]].tolist() == pytest.approx(interval((1, 4), (1, 2)))


def test_the_controls_have_answers_but_no_structure(small, tmp_path):
    table = curves(*small.write(tmp_path), BOOTSTRAP)
    for control in CONTROLS:
        found = table[table["regime"] == control]
        assert set(found["metric"]) == {"token_f1", "exact_match", "hallucinated", *SHARES}
    agnostic = table[(table["regime"] == "agnostic") & (table["policy"] == "none")]
    assert set(agnostic["metric"]) == {*ANSWER_METRICS, *GERS, *SHARES, *CONTEXT_METRICS}


def test_metrics_are_columns_of_the_scores():
    assert {*ANSWER_METRICS, *GERS} <= {column.name for column in QUESTION_SCORES.columns}
    assert set(CONTEXT_METRICS) <= {column.name for column in CONTEXT_SCORES.columns}
    assert {"eviction", "jaccard", "consensus", "consensus_beyond_sinks"} <= {c.name for c in LAYER_SCORES.columns}


def test_layers_by_hand(small, tmp_path):
    table = layer_curves(*small.write(tmp_path), BOOTSTRAP).set_index(["policy", "layer", "metric"])
    assert table.loc[("snapkv", 0, "consensus"), "value"] == 0.5
    found = table.loc[("snapkv", 0, "consensus"), ["low", "high"]].tolist()
    assert found == pytest.approx(interval((0.25, 1), (0.75, 1)))
    sizes = ["value", "contexts", "undefined"]
    assert table.loc[("snapkv", 0, "jaccard"), sizes].tolist() == [0.5, 3, 3]
    assert table.loc[("snapkv", 0, "jaccard"), ["low", "high"]].isna().all()
    assert table.loc[("snapkv", 1, "jaccard"), sizes].tolist() == [0.1, 6, 0]
    assert ("none", 0, "jaccard") not in table.index


def test_questions_without_evidence_are_left_out_of_ger_and_counted(study, tmp_path):
    cell = study.cell("snapkv", 0.5)
    for context in range(6):
        study.ask(cell, f"base-000{context}", ["correct", "correct"], ger=0.5 if context else None)
    table = curves(*study.write(tmp_path), BOOTSTRAP).set_index("metric")
    assert table.loc["ger_layer", ["value", "contexts", "rows", "undefined"]].tolist() == [0.5, 5, 10, 2]
    assert table.loc["token_f1", ["value", "contexts", "rows", "undefined"]].tolist() == [1.0, 6, 12, 0]


@pytest.mark.parametrize("name", ["curves", "layer_curves"])
def test_the_same_scores_give_the_same_bytes(small, tmp_path, name):
    small.write(tmp_path)
    analysis = import_module(f"kvstudy.analysis.{name}").ANALYSIS
    for out in ("one", "two"):
        analysis.write(Results(tmp_path, tmp_path, {"resamples": 50, "confidence": 0.9, "seed": 1}), tmp_path / out)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len(analysis.table.read(tmp_path / "one")) > 0


def test_a_cell_without_scores_adds_no_rows(study, tmp_path):
    study.cell("snapkv", 0.5)
    cells, scores = study.write(tmp_path)
    for rows, table in (
        (curves(cells, scores, BOOTSTRAP), CURVES),
        (layer_curves(cells, scores, BOOTSTRAP), LAYER_CURVES),
    ):
        table.write(rows, tmp_path / "empty.parquet")
        assert table.read(tmp_path / "empty.parquet").empty
