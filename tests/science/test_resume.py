"""A killed cell goes on behind its last part and ends with the same bytes as one that was left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pandas as pd
import pytest

from kvstudy.cells.__main__ import main
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import ANSWERS, HIDDEN_STATES, ROUTES, STATE, SURVIVORS
from kvstudy.contracts.parts import read_facts
from kvstudy.contracts.vocabulary import CONTROLS
from tests.facts import facts_bytes, told
from tests.science.conftest import EXAMPLES

CELL = "routing.smollm2-135m.streaming-llm.r500"
BASE = {"dataset": "base", "regime": "agnostic"}
OTHER = {"dataset": "knowledge_manipulation", "regime": "agnostic"}
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
    "batch_tokens": 2048,
    "settings": [BASE],
}
STREAMING = {"cell": CELL, "policy": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}}, "ratio": 0.5}
TWO_PARTS = {**STREAMING, "settings": [BASE, OTHER]}


def arguments(model_folder, datasets, root, cells=(TWO_PARTS,), **changes):
    named = {
        "--model": model_folder,
        "--datasets": datasets,
        "--examples": EXAMPLES,
        "--out": root / "out",
    }
    asked = told(root / "jobs", {**COMMON, **changes}, cells)
    return [*asked, *(str(argument) for pair in named.items() for argument in pair)]


def finished_parts(root, cell=CELL):
    return list((root / "out" / cell / "parts").glob("[!.]*"))


def table_bytes(root, cell=CELL):
    return facts_bytes(root / "out" / cell)


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
    while not finished_parts(tmp_path):
        assert process.poll() is None, "the cell ended before it could be killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(finished_parts(tmp_path)) == 1
    assert not (tmp_path / "out" / CELL / "facts.json").exists()

    main(arguments(model_folder, datasets, tmp_path))
    assert record(tmp_path)["parts"] == {"all": 2, "computed_now": 1}
    assert table_bytes(tmp_path) == table_bytes(undisturbed)


def test_a_second_run_computes_nothing(model_folder, datasets, undisturbed):
    before = table_bytes(undisturbed)
    main(arguments(model_folder, datasets, undisturbed))
    assert record(undisturbed)["parts"] == {"all": 2, "computed_now": 0}
    assert table_bytes(undisturbed) == before


def test_a_further_regime_computes_its_own_parts(model_folder, datasets, undisturbed):
    more = {**TWO_PARTS, "settings": [BASE, OTHER, {"dataset": "knowledge_manipulation", "regime": "question_only"}]}
    main(arguments(model_folder, datasets, undisturbed, (more,)))
    assert record(undisturbed)["parts"] == {"all": 3, "computed_now": 1}


def test_further_passages_are_answered_alone(model_folder, datasets, tmp_path):
    """A passage more gives the rows that all have at once, and the part of the others is kept."""
    few, job = tmp_path / "few/base", STREAMING
    contexts, questions = (
        CONTEXTS.read(datasets / "base/contexts.parquet"),
        QUESTIONS.read(datasets / "base/questions.parquet"),
    )
    CONTEXTS.write(contexts[:1], few / "contexts.parquet")
    QUESTIONS.write(questions[questions["context_id"] == contexts["context_id"][0]], few / "questions.parquet")
    main(arguments(model_folder, few.parent, tmp_path, (job,)))
    (first,) = finished_parts(tmp_path)
    kept = first.stat().st_ino
    main(arguments(model_folder, datasets, tmp_path, (job,)))
    assert record(tmp_path)["parts"] == {"all": 2, "computed_now": 1} and first.stat().st_ino == kept
    main(arguments(model_folder, datasets, tmp_path / "at once", (job,)))
    for table in (STATE, ANSWERS, SURVIVORS, HIDDEN_STATES):
        grown, whole = (read_facts(root / "out" / CELL, table) for root in (tmp_path, tmp_path / "at once"))
        pd.testing.assert_frame_equal(grown, whole)


def test_a_damaged_part_is_named_and_computed_again(model_folder, datasets, undisturbed, capsys):
    before = table_bytes(undisturbed)
    harmed, *_ = (undisturbed / "out" / CELL / "answers").iterdir()
    harmed.write_bytes(harmed.read_bytes()[:-1])
    main(arguments(model_folder, datasets, undisturbed))
    assert f"The part {harmed.stem} of {CELL} is damaged and computed again: " in capsys.readouterr().err
    assert record(undisturbed)["parts"] == {"all": 2, "computed_now": 1} and table_bytes(undisturbed) == before


def test_the_record_says_what_was_asked_and_what_was_achieved(undisturbed):
    found = record(undisturbed)
    assert found["requested_ratio"] == 0.5
    assert {part["state"] for part in found["states"]} == {"ok"}
    assert all(0.5 <= part["achieved_ratio"] < 0.55 for part in found["states"])
    cell = undisturbed / "out" / CELL
    files = json.loads((cell / "facts.json").read_text())["files"]
    others = [cell / file for file in files if not file.startswith(("hidden_states/", "run.json"))]
    assert found["bytes"] == sum(path.stat().st_size for path in others)  # which grow with tokens, unlike these
    assert found["tokens"] > 0 and found["seconds"] > 0 and found["peak_memory_bytes"] > 500e6
    assert found["depends"]["packages"]["kvpress"] and found["model_source"]["gguf"]


SETTINGS = [{"dataset": "base", "regime": regime} for regime in ("agnostic", *CONTROLS)]
BUNDLE = (
    {
        "cell": "none",
        "policy": None,
        "ratio": 0.0,
        "settings": SETTINGS,
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
        found, answers = read_facts(folder, ROUTES), read_facts(folder, ANSWERS)
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
    main(arguments(model_folder, datasets, tmp_path, BUNDLE, batch_tokens=batch_tokens))
    for cell in BUNDLE:
        assert table_bytes(tmp_path, cell["cell"]) == table_bytes(bundled, cell["cell"])


def test_other_bundles_find_finished_parts(model_folder, datasets, bundled):
    main(arguments(model_folder, datasets, bundled, BUNDLE[1:2]))
    assert record(bundled, "knorm")["parts"] == {"all": 1, "computed_now": 0}


def test_what_the_plan_tells_no_cells_apart_by_tells_no_parts_apart(model_folder, datasets, bundled, monkeypatch):
    """Else a job would compute all finished cells of its bundle with the one that was planned."""
    builds = {"torch": f"{version('torch').partition('+')[0]}+other", "numpy": "99.0", "tokenizers": "99.0"}
    monkeypatch.setattr("kvstudy.cells.record.version", lambda name: builds.get(name) or version(name))
    main(arguments(model_folder, datasets, bundled, BUNDLE[1:2]))
    assert record(bundled, "knorm")["parts"]["computed_now"] == 0
    assert record(bundled, "knorm")["depends"]["packages"]["numpy"] == "99.0"
    builds["kvpress"] = "99.0"
    main(arguments(model_folder, datasets, bundled, BUNDLE[1:2]))
    assert record(bundled, "knorm")["parts"]["computed_now"] == 1


def test_arguments_that_only_the_press_can_refuse_get_one_line(model_folder, datasets, tmp_path):
    policy = {"press": "AdaKVPress", "arguments": {"press": {"press": "KnormPress"}, "alpha_safeguard": 2.0}}
    with pytest.raises(SystemExit, match=r"^AdaKVPress refuses its arguments: AssertionError: alpha_safeguard"):
        main(arguments(model_folder, datasets, tmp_path, ({"cell": "ada", "policy": policy, "ratio": 0.5},)))
    assert not (tmp_path / "ada").exists()
