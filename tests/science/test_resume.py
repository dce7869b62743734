"""A killed cell resumes from its shards and ends with the same bytes as one that was left alone."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.science.conftest import EXAMPLES

JOB = {
    "cell": "routing.smollm2-135m.streaming-llm.r500",
    "experiment": "routing",
    "model": {"name": "smollm2-135m", "prompt": "examples", "stop": ["\n"], "dtype": "float32"},
    "policy": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}},
    "ratio": 0.5,
    "compress": "passage",
    "max_new_tokens": 8,
    "device": "cpu",
    "seed": 1,
    "shard": 1,
    "parts": [{"dataset": "base", "regime": "agnostic"}, {"dataset": "base", "regime": "aware"}],
}
TABLES = ("answers", "survivors", "attention", "states")


def command(model_folder, datasets, root, job=JOB):
    arguments = {
        "--job": json.dumps(job),
        "--code": "test",
        "--model": model_folder,
        "--datasets": datasets,
        "--examples": EXAMPLES,
        "--work": root / "work",
        "--out": root / "out",
    }
    return [sys.executable, "-m", "kvstudy.cells", *[str(a) for pair in arguments.items() for a in pair]]


def finished_shards(root):
    return [folder for folder in (root / "work").glob("*") if not folder.name.startswith(".")]


def table_bytes(root):
    return {name: (root / "out" / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def undisturbed(model_folder, datasets, tmp_path_factory):
    root = tmp_path_factory.mktemp("undisturbed")
    subprocess.run(command(model_folder, datasets, root), check=True)
    return root


def test_kill_and_resume(model_folder, datasets, undisturbed, tmp_path):
    process = subprocess.Popen(command(model_folder, datasets, tmp_path))
    while not finished_shards(tmp_path):
        assert process.poll() is None, "the cell ended before it could be killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    done = len(finished_shards(tmp_path))
    assert 1 <= done < 4
    assert not (tmp_path / "out").exists()

    subprocess.run(command(model_folder, datasets, tmp_path), check=True)
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["shards"] == {"all": 4, "computed_now": 4 - done}
    assert table_bytes(tmp_path) == table_bytes(undisturbed)


def test_a_second_run_computes_nothing(model_folder, datasets, undisturbed):
    before = table_bytes(undisturbed)
    subprocess.run(command(model_folder, datasets, undisturbed), check=True)
    record = json.loads((undisturbed / "out" / "run.json").read_text())
    assert record["shards"] == {"all": 4, "computed_now": 0}
    assert table_bytes(undisturbed) == before


def test_a_further_part_reuses_the_others(model_folder, datasets, undisturbed):
    further = {**JOB, "parts": [*JOB["parts"], {"dataset": "knowledge_manipulation", "regime": "agnostic"}]}
    subprocess.run(command(model_folder, datasets, undisturbed, further), check=True)
    record = json.loads((undisturbed / "out" / "run.json").read_text())
    assert record["shards"] == {"all": 6, "computed_now": 2}


def test_the_record_says_what_was_asked_and_what_was_achieved(undisturbed):
    record = json.loads((undisturbed / "out" / "run.json").read_text())
    assert record["requested_ratio"] == 0.5
    assert {part["state"] for part in record["parts"]} == {"ok"}
    assert all(0.5 <= part["achieved_ratio"] < 0.52 for part in record["parts"])
    assert record["tokens"] > 0 and record["seconds"] > 0 and record["peak_memory_bytes"] > 500e6
    assert record["packages"]["kvpress"] and record["model_source"]["gguf"]
