import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kvstudy.contracts.datasets import QUESTIONS
from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.contracts.vocabulary import CONTROLS, UNKNOWN
from kvstudy.metrics.forms import Lexicon
from kvstudy.metrics.ratio import RatioError
from kvstudy.recovery.lists import changed
from kvstudy.scores.facts import FactsError, read_cell
from kvstudy.scores.routing import Scores, cell_columns, score
from tests.facts import told
from tests.unit.scores.conftest import EVIDENCE

WORLD = Lexicon({"Person": ["Cora Delaine", "Ivo Marsh"], "Location": ["Oslen", "Harrow Bay", "Teld"]})


def scored(cell, datasets, tmp_path) -> Scores:
    return score(cell.job, read_cell(cell.job, cell.write(tmp_path / "facts"), datasets), WORLD)


def test_questions_by_hand(cell, datasets, tmp_path):
    first, second = scored(cell, datasets, tmp_path).questions
    assert first["token_f1"] == 0.0 and first["exact_match"] == 0.0
    assert first["outcome"] == "misrouted" and first["hallucinated"] == 1.0
    # evidence 6, 7: evicted by both heads of layer 0 and of layer 1
    assert (first["ger_layer"], first["ger_model"], first["ger_head"]) == (1.0, 1.0, 1.0)
    assert second["token_f1"] == 1.0 and second["exact_match"] == 1.0
    assert second["outcome"] == "correct" and second["hallucinated"] == 0.0
    # evidence 4: layer 0 keeps it in one head of two, layer 1 in none
    assert (second["ger_layer"], second["ger_model"], second["ger_head"]) == (0.5, 0.0, 0.75)


def test_contexts_by_hand(cell, datasets, tmp_path):
    first, second = scored(cell, datasets, tmp_path).contexts
    # of 2..9: layer 0 evicts 6, 7 in both heads; layer 1 evicts 6..9
    assert (first["eviction_layer"], first["eviction_model"], first["eviction_head"]) == (3 / 8, 2 / 8, 0.5)
    # layer 0: every position is kept by one head; layer 1 evicts 2..5
    assert (second["eviction_layer"], second["eviction_model"], second["eviction_head"]) == (2 / 8, 0.0, 0.5)
    assert {row["achieved_ratio"] for row in (first, second)} == {0.5}


def test_layers_by_hand(cell, datasets, tmp_path):
    rows = {(row["context_id"], row["layer"]): row for row in scored(cell, datasets, tmp_path).layers}
    assert [rows[key]["eviction"] for key in sorted(rows)] == [0.25, 0.5, 0.0, 0.5]
    # evicted sets: {6,7,8,9} and {4,5,6,7}; the same twice; odd and even; the same twice
    assert [rows[key]["jaccard"] for key in sorted(rows)] == pytest.approx([2 / 6, 1.0, 0.0, 1.0])
    assert [rows[key]["consensus"] for key in sorted(rows)] == [0.5, 1.0, 0.5, 1.0]
    assert [rows[key]["consensus_beyond_sinks"] for key in sorted(rows)] == pytest.approx([0.5, 2 / 3, 0.5, 2 / 3])


def test_heads_at_the_first_decoded_tokens_by_hand(cell, datasets, tmp_path):
    rows = scored(cell, datasets, tmp_path).layers
    assert [row["consensus_decoded"] for row in rows] == [(1 / 4 + 2 / 4) / 2, (3 / 4 + 2 / 4) / 2] * 2
    assert [row["agreement_decoded"] for row in rows] == [(1 + 3 / 4) / 2, (2 / 4 + 3 / 4) / 2] * 2
    # in layer 1 no position beyond the sinks is left at the second token
    assert [row["consensus_decoded_beyond_sinks"] for row in rows] == [(1 / 4 + 1) / 2, 3 / 4] * 2
    assert [row["agreement_decoded_beyond_sinks"] for row in rows] == [(1 + 1 / 4) / 2, 2 / 4] * 2


def test_an_answer_that_ended_at_once_has_no_decoded_token(cell, datasets, tmp_path):
    cell.answers[1]["answer_tokens"] = [7]
    cell.decoded = [row for row in cell.decoded if row["context_id"] == "base-0000"]
    layers = scored(cell, datasets, tmp_path).layers
    decoded = [name for name in layers[0] if "decoded" in name]
    assert len(decoded) == 4
    for row in layers:
        assert {bool(np.isnan(row[name])) for name in decoded} == {row["context_id"] == "base-0001"}
    LAYER_SCORES.write(layers, tmp_path / "layers.parquet")


def test_agreement_by_hand(cell, datasets, tmp_path):
    scores = scored(cell, datasets, tmp_path)
    assert [row["agreement"] for row in scores.layers] == [0.75, 0.25] * 2
    assert [row["agreement_beyond_sinks"] for row in scores.layers] == pytest.approx([0.5, 2 / 3] * 2)
    assert [row["agreement"] for row in scores.questions] == pytest.approx([(1 / 2 + 2 / 3) / 2] * 2)


def test_the_mass_on_evidence_is_that_of_the_best_head(cell, datasets, tmp_path):
    cell.attention[5]["evidence_mass"] = 0.75
    assert [row["evidence_mass"] for row in scored(cell, datasets, tmp_path).questions] == [
        0.75,
        pytest.approx(0.1, abs=1e-4),
    ]


def test_heads_by_hand(cell, datasets, tmp_path):
    rows = {(r["context_id"], r["layer"], r["head"]): r for r in scored(cell, datasets, tmp_path).heads}
    assert len(rows) == 8 and {row["eviction"] for row in rows.values()} == {0.5}
    # evidence 6, 7 is in no head; evidence 4 in the first head of layer 0 alone
    assert [rows[key]["evidence_eviction"] for key in sorted(rows)] == [1, 1, 1, 1, 0, 1, 1, 1]


def route(cell, context, layer, **found):
    labels = {name: cell.states[0][name] for name in ("cell", "dataset", "regime", "compress")}
    row = {"context_id": context, "question_id": f"{context}-q00", "epsilon": 0.1, "layer": layer}
    to = {"target": "evidence", "positions": EVIDENCE[context]}
    return {**labels, **row, **to, "heads": 0, "kv_heads": 0, "direct": [], "copied": [], **found}


def test_routes_by_hand(cell, datasets, tmp_path):
    cell.routes = [
        route(cell, "base-0000", 0),
        route(cell, "base-0000", 1, copied=[7]),
        route(cell, "base-0001", 0, heads=3, kv_heads=2, direct=[4]),
        route(cell, "base-0001", 1, copied=[4]),
    ]
    first, second = scored(cell, datasets, tmp_path).routes
    # evidence 6, 7 is evicted from everywhere, and 7 is reached through a copy
    assert (first["routes"], first["direct"], first["reached"], first["leaked"]) == (0, 0.0, 0.5, 0.5)
    assert (first["kv_routes"], first["holding"], second["kv_routes"]) == (0, 0.0, 2) and second["holding"] > 0
    assert (second["routes"], second["direct"], second["reached"]) == (3, 1.0, 1.0) and np.isnan(second["leaked"])


def test_the_floor_is_scored_by_its_own_positions(cell, datasets, tmp_path):
    """Of evidence 6, 7 nothing is left; of the floor 2, 9 every head keeps position 2, and 9 one head of four."""
    floor = {"target": "floor", "positions": [2, 9]}
    cell.routes = [
        *(route(cell, "base-0000", layer) for layer in (0, 1)),
        route(cell, "base-0000", 0, **floor, heads=2, kv_heads=1, direct=[2]),
        route(cell, "base-0000", 1, **floor, copied=[2]),
    ]
    evidence, found = scored(cell, datasets, tmp_path).routes
    assert (evidence["target"], evidence["reached"], evidence["holding"]) == ("evidence", 0.0, 0.0)
    assert (found["target"], found["routes"], found["kv_routes"]) == ("floor", 2, 1)
    assert (found["direct"], found["reached"], found["holding"]) == (0.5, 0.5, 1.0) and np.isnan(found["leaked"])


@pytest.mark.parametrize("rows", [[0], [0, 2], [1, 0, 2]], ids=["missing", "gap", "too many"])
def test_routes_of_some_layers_only_fail(cell, datasets, tmp_path, rows):
    cell.routes = [route(cell, "base-0001", layer) for layer in rows]
    with pytest.raises(FactsError, match="base-0001-q00"):
        scored(cell, datasets, tmp_path)


def test_scores_keep_their_contracts_and_their_bytes(cell, datasets, tmp_path):
    cell.routes = [route(cell, context, layer) for context in ("base-0000", "base-0001") for layer in (0, 1)]
    scores = scored(cell, datasets, tmp_path)
    for table, rows in (
        (QUESTION_SCORES, scores.questions),
        (CONTEXT_SCORES, scores.contexts),
        (LAYER_SCORES, scores.layers),
        (HEAD_SCORES, scores.heads),
        (ROUTE_SCORES, scores.routes),
    ):
        table.write(rows, tmp_path / "one.parquet")
        table.write(rows[::-1], tmp_path / "other.parquet")
        assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()
        read = table.read(tmp_path / "one.parquet")
        assert len(read) == len(rows)
        assert set(read["policy"]) == {"snapkv"} and set(read["model"]) == {"smol-0.1"}


def test_the_baseline_and_its_controls(baseline, datasets, tmp_path):
    scores = scored(baseline, datasets, tmp_path)
    for control in CONTROLS:
        asked = [row for row in scores.questions if row["regime"] == control]
        assert [row["outcome"] for row in asked] == ["abstained", "abstained"]
    QUESTION_SCORES.write(scores.questions, tmp_path / "questions.parquet")
    read = QUESTION_SCORES.read(tmp_path / "questions.parquet").set_index("regime")
    assert read.loc[list(CONTROLS), ["ger_layer", "ger_model", "ger_head"]].isna().all(axis=None)
    assert (read.loc["agnostic", ["ger_layer", "ger_model", "ger_head"]] == 0).all(axis=None)
    assert {row["regime"] for row in scores.contexts} == {"agnostic"}
    assert {row["regime"] for row in scores.layers} == {"agnostic"}
    LAYER_SCORES.write(scores.layers, tmp_path / "layers.parquet")
    assert LAYER_SCORES.read(tmp_path / "layers.parquet")["jaccard"].isna().all()


def test_the_command_scores_every_cell_of_a_bundle(cell, datasets, tmp_path):
    resources = Path(__file__).parents[3] / "resources"
    names = ["routing.smol-0.1.snapkv.r500", "routing.smol-0.1.snapkv.r501"]
    jobs = [{**cell.job, "cell": name} for name in names]
    for job in jobs:
        type(cell)(job).write(tmp_path / "facts" / job["cell"])
    options = {"facts": tmp_path / "facts", "datasets": datasets, "resources": resources, "out": tmp_path / "scores"}
    arguments = [*told(tmp_path / "jobs", {}, jobs), *(f"--{name}={value}" for name, value in options.items())]
    subprocess.run([sys.executable, "-m", "kvstudy.scores", *arguments], check=True)
    for name in names:
        made = tmp_path / "scores" / name
        assert QUESTION_SCORES.read(made / "questions.parquet")["outcome"].tolist() == ["misrouted", "correct"]
        assert len(CONTEXT_SCORES.read(made / "contexts.parquet")) == 2
        assert len(LAYER_SCORES.read(made / "layers.parquet")) == 4
        assert len(HEAD_SCORES.read(made / "heads.parquet")) == 8
        assert ROUTE_SCORES.read(made / "routes.parquet").empty
        assert set(QUESTION_SCORES.read(made / "questions.parquet")["cell"]) == {name}
        assert len(json.loads((made / "scores.json").read_text())["files"]) == 5
        assert changed(made / "scores.json") == []


def test_a_missed_ratio_ends_the_command_with_its_message(cell, datasets, tmp_path):
    resources = Path(__file__).parents[3] / "resources"
    cell.write(tmp_path / "facts" / cell.job["cell"])
    options = {"facts": tmp_path / "facts", "datasets": datasets, "resources": resources, "out": tmp_path / "scores"}
    asked = told(tmp_path / "jobs", {}, [{**cell.job, "ratio": 0.9}])
    command = [
        sys.executable,
        "-m",
        "kvstudy.scores",
        *asked,
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("routing.smol-0.1.snapkv.r500, agnostic, base-0000: requested ratio 0.9, achieved")
    assert not (tmp_path / "scores").exists()


def test_a_context_that_is_not_ok_has_no_scores(cell, datasets, tmp_path):
    cell.states[0].update(state="unsupported", reason="AssertionError: window", achieved_ratio=0.0)
    for rows in (cell.answers, cell.survivors, cell.attention, cell.decoded):
        rows[:] = [row for row in rows if row["context_id"] != "base-0000"]
    scores = scored(cell, datasets, tmp_path)
    assert {row["context_id"] for row in (*scores.questions, *scores.contexts, *scores.layers)} == {"base-0001"}


def test_a_cell_without_any_answer_has_empty_tables(cell, datasets, tmp_path):
    for state in cell.states:
        state.update(state="out_of_memory", reason="CUDA out of memory", achieved_ratio=0.0)
    cell.answers, cell.survivors, cell.attention, cell.decoded = [], [], [], []
    scores = scored(cell, datasets, tmp_path)
    for table, rows in (
        (QUESTION_SCORES, scores.questions),
        (CONTEXT_SCORES, scores.contexts),
        (LAYER_SCORES, scores.layers),
        (HEAD_SCORES, scores.heads),
        (ROUTE_SCORES, scores.routes),
    ):
        table.write(rows, tmp_path / "empty.parquet")
        assert table.read(tmp_path / "empty.parquet").empty


def test_an_altered_question_has_no_ger_and_is_right_where_the_model_does_not_know(cell, datasets, tmp_path):
    path = datasets / "base/questions.parquet"
    questions = QUESTIONS.read(path).to_dict("records")
    for question in questions:
        question |= {"altered": True, "answers": list(UNKNOWN), "evidence": []}
    QUESTIONS.write(questions, path)
    for row, said in zip(cell.answers, ("Oslen", "I do not know"), strict=True):
        row |= {"answer": said, "evidence": []}
    first, second = scored(cell, datasets, tmp_path).questions
    assert (first["outcome"], first["hallucinated"], first["token_f1"]) == ("misrouted", 1.0, 0.0)
    assert (second["outcome"], second["hallucinated"], second["token_f1"]) == ("correct", 0.0, 1.0)
    assert all(np.isnan(row[ger]) for row in (first, second) for ger in ("ger_layer", "ger_model", "ger_head"))
    QUESTION_SCORES.write([first, second], tmp_path / "scores.parquet")


def test_evidence_before_the_region_is_kept(cell, datasets, tmp_path):
    cell.answers[0]["evidence"] = [1, 6]
    assert scored(cell, datasets, tmp_path).questions[0]["ger_model"] == 0.5


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda cell: cell.states.pop(), FactsError, "states: missing .*base-0001"),
        (lambda cell: cell.answers.pop(), FactsError, "answers: missing .*base-0001-q00"),
        (lambda cell: cell.survivors.pop(), FactsError, "survivors: 3 rows for 2 layers of 2 KV heads"),
        (lambda cell: cell.attention.pop(), FactsError, "attention"),
        (lambda cell: cell.decoded.pop(), FactsError, "decoded_attention: 3 rows for answers of .*base-0001-q00', 3"),
        (lambda cell: cell.answers[0].update(evidence=[]), FactsError, "base-0000-q00 has no evidence"),
        (lambda cell: cell.survivors[0].update(kept=5), FactsError, "another number of positions"),
        (lambda cell: cell.survivors[0].update(bitmap=b"\xff"), FactsError, "not 2 bytes"),
        (lambda cell: cell.survivors[0].update(bitmap=b"\x7e\x00"), FactsError, "outside the region 2 to 10"),
        (lambda cell: cell.states[0].update(achieved_ratio=0.4), FactsError, "0.4000 in states and 0.5000"),
        (lambda cell: cell.job.update(ratio=0.9), RatioError, "base-0000: requested ratio 0.9, achieved 0.5000"),
    ],
)
def test_facts_that_contradict_each_other_fail(cell, datasets, tmp_path, change, error, message):
    change(cell)
    with pytest.raises(error, match=message):
        scored(cell, datasets, tmp_path)


def test_an_answer_of_a_context_that_is_not_ok_fails(cell, datasets, tmp_path):
    cell.states[0].update(state="out_of_memory")
    with pytest.raises(FactsError, match=r"not planned .*base-0000-q00"):
        scored(cell, datasets, tmp_path)


@pytest.mark.parametrize("policy", ["snapkv", "chunk.expected-attention"])
def test_the_policy_is_read_off_the_name_of_the_cell(cell, policy):
    job = {**cell.job, "cell": f"routing.smol-0.1.{policy}.r500"}
    expected = {"experiment": "routing", "model": "smol-0.1", "policy": policy, "ratio": 0.5}
    assert cell_columns(job) == expected


def test_where_no_head_sees_any_position_nothing_is_agreed_on_and_the_rows_are_written(cell, datasets, tmp_path):
    """As in a sliding window that all survivors are outside of; of the other layer everything is known."""
    for row in cell.attention:
        if row["layer"] == 0:
            row |= {"top": -1, "top_beyond_sinks": -1, "top_weight": 0.0, "context_mass": 0.0, "evidence_mass": 0.0}
    scores = scored(cell, datasets, tmp_path)
    LAYER_SCORES.write(scores.layers, tmp_path / "layers.parquet")
    found = LAYER_SCORES.read(tmp_path / "layers.parquet").set_index("layer")
    names = ["consensus", "agreement", "consensus_beyond_sinks", "agreement_beyond_sinks"]
    assert found.loc[0, names].isna().all(axis=None) and found.loc[1, names].notna().all(axis=None)
    assert found[["eviction", "jaccard", "consensus_decoded"]].notna().all(axis=None)
    assert [row["agreement"] for row in scores.questions] == pytest.approx([2 / 3] * 2)  # over the layers that have one
