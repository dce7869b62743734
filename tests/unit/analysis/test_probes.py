"""Estimates from predictions, against scikit-learn's scores and a loop over resamples."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from kvstudy.analysis import probes as program
from kvstudy.analysis.analysis import Results
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.probes import probes
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.probes import CONTROL, PREDICTIONS, PROBES, TASK

BOOTSTRAP = Bootstrap(200, 0.9, 1)
CELL = {"cell": "routing.m.p.r500", "experiment": "routing", "model": "m", "policy": "p", "ratio": 0.5}
TYPES = ("Person", "Thing", "Event")


def predicted(target, labels, contexts=6, questions=4, seed=0, converged=True):
    """Predictions of a task and its control, right now and then."""
    random = np.random.default_rng(seed)
    rows = []
    for task, share in ((TASK, 0.7), (CONTROL, 0.3)):
        for number in range(contexts * questions):
            label = labels[random.integers(len(labels))]
            context = f"base-{number // questions:04d}"
            rows.append(
                {
                    "cell": CELL["cell"],
                    "dataset": "base",
                    "regime": "agnostic",
                    "compress": "passage",
                    "context_id": context,
                    "question_id": f"{context}-q{number % questions:02d}",
                    "target": target,
                    "task": task,
                    "layer": 3,
                    "label": label,
                    "predicted": label if random.random() < share else labels[random.integers(len(labels))],
                    "choices": 2 + number % 2,
                    "converged": converged or number > 0,
                }
            )
    return pd.DataFrame(rows)


def estimated(rows, tmp_path, bootstrap=BOOTSTRAP):
    PREDICTIONS.write(rows, tmp_path / "p.parquet")
    found = probes(pd.DataFrame([CELL]), [tmp_path / "p.parquet"], bootstrap)
    PROBES.check(found, "here")
    return found.set_index("metric")


def of(rows, task):
    return rows[rows["task"] == task]


def test_answer_types_are_scored_as_scikit_learn_does(tmp_path):
    rows = predicted("answer_type", TYPES)
    found = estimated(rows, tmp_path)
    task, control = (f1_score(x["label"], x["predicted"], average="macro") for x in (of(rows, TASK), of(rows, CONTROL)))
    assert found.loc["macro_f1", "value"] == pytest.approx(task)
    assert found.loc["control", "value"] == pytest.approx(control)
    assert found.loc["selectivity", "value"] == pytest.approx(task - control)
    each = f1_score(of(rows, TASK)["label"], of(rows, TASK)["predicted"], average=None, labels=TYPES)
    assert [found.loc[f"f1_{name}", "value"] for name in TYPES] == pytest.approx(list(each))
    assert set(found.index) == {"macro_f1", "control", "selectivity", *(f"f1_{name}" for name in TYPES)}


def test_candidates_are_scored_by_accuracy_beside_guessing(tmp_path):
    rows = predicted("candidate", ("a", "b"))
    found = estimated(rows, tmp_path)
    right = rows["label"] == rows["predicted"]
    assert found.loc["accuracy", "value"] == pytest.approx(right[rows["task"] == TASK].mean())
    assert found.loc["chance", "value"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert set(found.index) == {"accuracy", "chance", "control", "selectivity"}


@pytest.mark.parametrize(("target", "labels"), [("answer_type", TYPES), ("candidate", ("a", "b"))])
def test_intervals_are_those_of_a_loop_over_drawn_contexts(target, labels, tmp_path):
    rows = predicted(target, labels)
    metric = "macro_f1" if target == "answer_type" else "accuracy"
    contexts = sorted(rows["context_id"].unique())
    differences, scores = [], []
    for weights in BOOTSTRAP.weights("base", len(contexts)):
        names = [name for name, times in zip(contexts, weights, strict=True) for _ in range(int(times))]
        drawn = pd.concat([rows[rows["context_id"] == name] for name in names])
        both = []
        for task in (TASK, CONTROL):
            some = of(drawn, task)
            both.append(
                f1_score(some["label"], some["predicted"], average="macro")
                if target == "answer_type"
                else (some["label"] == some["predicted"]).mean()
            )
        scores.append(both[0])
        differences.append(both[0] - both[1])
    found = estimated(rows, tmp_path)
    assert found.loc[metric, ["low", "high"]].tolist() == pytest.approx(list(np.quantile(scores, [0.05, 0.95])))
    ends = found.loc["selectivity", ["low", "high"]].tolist()
    assert ends == pytest.approx(list(np.quantile(differences, [0.05, 0.95])))


def test_the_numbers_behind_an_estimate_and_convergence(tmp_path):
    found = estimated(predicted("candidate", ("a", "b"), converged=False), tmp_path)
    assert set(found["contexts"]) == {6} and set(found["rows"]) == {24}
    assert found["converged"].unique() == pytest.approx([46 / 48])


def test_behind_the_f1_of_a_type_are_the_contexts_that_have_it(tmp_path):
    rows = predicted("answer_type", TYPES, contexts=8)
    rare = TYPES[0]
    first = sorted(rows["context_id"].unique())[:2]
    for column in ("label", "predicted"):
        rows.loc[(rows[column] == rare) & ~rows["context_id"].isin(first), column] = TYPES[1]
    rows.loc[rows["context_id"].isin(first), "label"] = rare
    found = estimated(rows, tmp_path)
    assert found.loc[f"f1_{rare}", "contexts"] == 2 and found.loc["macro_f1", "contexts"] == 8
    assert found.loc[f"f1_{rare}", ["low", "high"]].isna().all()
    assert found.loc["macro_f1", ["low", "high"]].notna().all()


def test_one_context_alone_has_no_interval(tmp_path):
    found = estimated(predicted("candidate", ("a", "b"), contexts=1, questions=8), tmp_path)
    assert found[["low", "high"]].isna().all(axis=None)


def test_cells_without_predictions_give_a_table_without_rows(tmp_path):
    PREDICTIONS.write([], tmp_path / "none.parquet")
    assert probes(pd.DataFrame([CELL]), [tmp_path / "none.parquet"], BOOTSTRAP).empty


def test_the_same_predictions_give_the_same_bytes(tmp_path):
    CELLS.write([CELL], tmp_path / "cells.parquet")
    PREDICTIONS.write(predicted("answer_type", TYPES), tmp_path / f"probes/{CELL['cell']}.parquet")
    settings = {"resamples": 50, "confidence": 0.95, "seed": 1, "probed": [CELL["cell"]]}
    for name in ("a", "b"):
        program.ANALYSIS.write(Results(tmp_path, tmp_path, settings), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
