"""A killed cell resumes from its shards and ends with the same bytes as one that was left alone."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from kvstudy.cells.__main__ import main
from kvstudy.contracts.facts import ANSWERS, ROUTES
from kvstudy.contracts.vocabulary import CONTROLS
from tests.science.conftest import EXAMPLES

CELL = "routing.smollm2-135m.streaming-llm.r500"
PART = {"dataset": "base", "regime": "agnostic"}
COMMON = {
    "experiment": "routing",
    "model": {
        "name": "smollm2-135m",
        "prompt": "examples",
        "stop": ["\n"],
        "long_contexts": "count",
        "dtype": "float32",
        "attention": "sdpa",
    },
    "policy_name": "any",
    "variant": "plain",
    "compress": "passage",
    "max_new_tokens": 4,
    "hidden_states": ["base"],
    "routes": {"datasets": ["base"], "contexts": 1, "epsilons": [0.1]},
    "device": "cpu",
    "seed": 1,
    "shard": 1,
    "batch_tokens": 2048,
    "parts": [PART],
}
STREAMING = {"cell": CELL, "policy": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}}, "ratio": 0.5}
TABLES = ("answers", "survivors", "spans", "attention", "decoded_attention", "routes", "states")


def arguments(model_folder, datasets, root, cells=(STREAMING,), **changes):
    named = {
        "--jobs": json.dumps({"common": {**COMMON, **changes}, "cells": list(cells)}),
        "--model": model_folder,
        "--datasets": datasets,
        "--examples": EXAMPLES,
        "--work": root / "work",
        "--out": root / "out",
    }
    return [str(argument) for pair in named.items() for argument in pair]


def finished_shards(root):
    return [folder for folder in (root / "work").glob("*") if not folder.name.startswith(".")]


def table_bytes(root, cell=CELL):
    return {name: (root / "out" / cell / f"{name}.parquet").read_bytes() for name in TABLES}


def record(root, cell=CELL):
    return json.loads((root / "out" / cell / "run.json").read_text())


@pytest.fixture(scope="module")
def undisturbed(model_folder, datasets, tmp_path_factory):
    root = tmp_path_factory.mktemp("undisturbed")
    main(arguments(model_folder, datasets, root))
    return root


def test_kill_and_resume(model_folder, datasets, undisturbed, tmp_path):
    command = [sys.executable, "-m", "kvstudy.cells", *arguments(model_folder, datasets, tmp_path)]
    process = subprocess.Popen(command)
    while not finished_shards(tmp_path):
        assert process.poll() is None, "the cell ended before it could be killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    done = len(finished_shards(tmp_path))
    assert done == 1
    assert not (tmp_path / "out").exists()

    main(arguments(model_folder, datasets, tmp_path))
    assert record(tmp_path)["shards"] == {"all": 2, "computed_now": 1}
    assert table_bytes(tmp_path) == table_bytes(undisturbed)


def test_a_second_run_computes_nothing(model_folder, datasets, undisturbed):
    before = table_bytes(undisturbed)
    main(arguments(model_folder, datasets, undisturbed))
    assert record(undisturbed)["shards"] == {"all": 2, "computed_now": 0}
    assert table_bytes(undisturbed) == before


def test_a_further_part_reuses_the_others(model_folder, datasets, undisturbed):
    parts = [*COMMON["parts"], {"dataset": "knowledge_manipulation", "regime": "agnostic"}]
    main(arguments(model_folder, datasets, undisturbed, parts=parts))
    assert record(undisturbed)["shards"] == {"all": 4, "computed_now": 2}


def test_the_record_says_what_was_asked_and_what_was_achieved(undisturbed):
    found = record(undisturbed)
    assert found["requested_ratio"] == 0.5
    assert {part["state"] for part in found["parts"]} == {"ok"}
    assert all(0.5 <= part["achieved_ratio"] < 0.52 for part in found["parts"])
    assert found["tokens"] > 0 and found["seconds"] > 0 and found["peak_memory_bytes"] > 500e6
    assert found["depends"]["packages"]["kvpress"] and found["model_source"]["gguf"]


PARTS = [{"dataset": "base", "regime": regime} for regime in ("agnostic", *CONTROLS)]
BUNDLE = (
    {
        "cell": "none",
        "policy": None,
        "ratio": 0.0,
        "parts": PARTS,
    },
    {"cell": "knorm", "policy": {"press": "KnormPress", "arguments": {}}, "ratio": 0.75},
    {"cell": "h2o", "policy": {"press": "ObservedAttentionPress", "arguments": {}}, "ratio": 0.5},
    {"cell": "random", "policy": {"press": "RandomPress", "arguments": {}}, "ratio": 0.5},
    {
        "cell": "adakv",
        "policy": {"press": "AdaKVPress", "arguments": {"press": {"press": "ExpectedAttentionPress"}}},
        "ratio": 0.5,
    },
)


@pytest.fixture(scope="module")
def bundled(model_folder, datasets, tmp_path_factory):
    root = tmp_path_factory.mktemp("bundled")
    main(arguments(model_folder, datasets, root, BUNDLE))
    return root


def test_a_bundle_writes_the_bytes_of_its_cells_alone(model_folder, datasets, bundled, tmp_path):
    for cell in BUNDLE:
        main(arguments(model_folder, datasets, tmp_path, (cell,)))
        assert table_bytes(tmp_path, cell["cell"]) == table_bytes(bundled, cell["cell"])


def test_routes_lead_to_the_evidence_and_to_a_floor_that_is_the_same_in_every_cell(bundled):
    floors = []
    for cell in BUNDLE:
        folder = bundled / "out" / cell["cell"]
        found, answers = ROUTES.read(folder / "routes.parquet"), ANSWERS.read(folder / "answers.parquet")
        assert set(found["regime"]) == {"agnostic"} and found["context_id"].nunique() == 1
        answers = answers[(answers["regime"] == "agnostic") & answers["context_id"].isin(found["context_id"])]
        stated = {row.question_id: row.evidence.tolist() for row in answers.itertuples() if len(row.evidence)}
        first = found[found["layer"] == 0].set_index(["target", "question_id"])["positions"].map(list)
        assert first["evidence"].to_dict() == stated
        floor, taken = first["floor"].to_dict(), set().union(*stated.values())
        assert floor.keys() == stated.keys()
        assert all(len(floor[one]) == len(stated[one]) for one in stated)
        assert not taken & set().union(*floor.values())
        floors.append(floor)
    assert all(floor == floors[0] for floor in floors)


@pytest.mark.parametrize("batch_tokens", [1, 1500])
def test_no_byte_depends_on_the_batch_size(model_folder, datasets, bundled, tmp_path, batch_tokens):
    main(arguments(model_folder, datasets, tmp_path, BUNDLE, batch_tokens=batch_tokens, shard=2))
    for cell in BUNDLE:
        assert table_bytes(tmp_path, cell["cell"]) == table_bytes(bundled, cell["cell"])


def test_other_bundles_reuse_finished_shards(model_folder, datasets, bundled):
    main(arguments(model_folder, datasets, bundled, BUNDLE[1:2]))
    assert record(bundled, "knorm")["shards"] == {"all": 2, "computed_now": 0}


def test_arguments_that_only_the_press_can_refuse_get_one_line(model_folder, datasets, tmp_path):
    policy = {"press": "AdaKVPress", "arguments": {"press": {"press": "KnormPress"}, "alpha_safeguard": 2.0}}
    with pytest.raises(SystemExit, match=r"^AdaKVPress refuses its arguments: AssertionError: alpha_safeguard"):
        main(arguments(model_folder, datasets, tmp_path, ({"cell": "ada", "policy": policy, "ratio": 0.5},)))
    assert not (tmp_path / "ada").exists()
