"""What files were made with is known without `.snakemake`, which users are told to remove when something is odd."""

import json
import shutil
from collections import Counter

import pytest

from kvstudy.plan.table import UNKNOWN
from kvstudy.recovery.records import record

CELL = "routing.smollm2-135m.streaming-llm.r500"
MODEL = "results/models/smollm2-135m"
# what is deleted, and the job that makes it again
DELETED = {
    f"results/tiny/cells/{CELL}": "cell",
    "results/tiny/cells": "cell",
    f"results/tiny/scores/{CELL}": "score",
    "results/tiny/scores": "score",
    "results/tiny/scores/routing.json": "gather_scores",
    "results/tiny/datasets/base/questions.parquet": "dataset",
    "results/tiny/analysis/within_ratio.parquet": "analysis",
    "results/tiny/cells.parquet": "plan",
    "results/tiny/figures/f1_by_ratio.png": "figures",
    MODEL: "model",
    "reports/tiny.html": "page",
}


@pytest.fixture
def forgetful(finished_study):
    """The finished study without what Snakemake keeps for itself."""
    shutil.rmtree(finished_study.folder / ".snakemake")
    return finished_study


def test_without_a_change_nothing_reruns(forgetful):
    assert forgetful.counts() == Counter()
    done = forgetful.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No jobs: nothing is to be done." in done.stdout
    assert "The report is up to date" in done.stdout


def test_a_changed_setting_is_redone_and_a_new_ratio_is_run(forgetful):
    forgetful.edit(forgetful.config, "n_sink: 4", "n_sink: 64")
    forgetful.edit(forgetful.config, "ratios: [0.5]", "ratios: [0.5, 0.75]")
    new = "routing.smollm2-135m.streaming-llm.r750"
    assert forgetful.cells() == {CELL, new}
    assert {"coverage", "score", "page"} <= set(forgetful.counts())
    wanted = [f"results/tiny/cells/{cell}/facts.json" for cell in (CELL, new)]
    done = forgetful.snakemake(*wanted)
    assert done.returncode == 0, done.stdout + done.stderr
    for path in wanted:
        made = json.loads((forgetful.folder / path).with_name("run.json").read_text())
        assert made["job"]["policy"]["arguments"] == {"n_sink": 64}
    assert forgetful.cells() == set()


def test_a_file_of_which_nothing_is_known_is_made_again(forgetful):
    (forgetful.folder / record("results/tiny/analysis/coverage.parquet")).unlink()
    assert {"coverage", "tables"} <= set(forgetful.counts())
    done = forgetful.study("--plan-only")
    assert ["analysis", "1", UNKNOWN] in [line.split(maxsplit=2) for line in done.stdout.splitlines()]


def test_a_record_of_a_job_that_was_interrupted_does_not_count(forgetful):
    """The file may be the new one, and the record that of the old."""
    module = forgetful.folder / "workflow/kvstudy/figures/f1_by_ratio.py"
    usual = module.read_text()
    module.write_text(f"{usual}\nimport psutil\n\npsutil.Process().parents()[1].kill()\n")  # its parent is the shell
    assert forgetful.snakemake("--allowed-rules", "figures").returncode < 0
    module.write_text(usual)
    shutil.rmtree(forgetful.folder / ".snakemake")
    assert forgetful.counts() == Counter(["figures"])


@pytest.mark.parametrize("path", DELETED)
def test_what_was_deleted_is_missed(forgetful, path):
    deleted = forgetful.folder / path
    shutil.rmtree(deleted) if deleted.is_dir() else deleted.unlink()
    done = forgetful.study("--plan-only")
    assert DELETED[path] in {line.split()[0] for line in done.stdout.splitlines() if line.strip()}


def test_results_that_are_copied_take_it_along(checkout, finished_study):
    for path in ("results/tiny", MODEL, "reports"):
        shutil.copytree(finished_study.folder / path, checkout.folder / path, dirs_exist_ok=True)
    assert checkout.counts() == Counter()
    checkout.edit(checkout.config, "n_sink: 4", "n_sink: 64")
    assert checkout.cells() == {CELL}


def test_the_plan_writes_nothing_into_results(forgetful):
    def listed():
        found = (path for top in ("results", "reports", "logs") for path in (forgetful.folder / top).rglob("*"))
        return {path: path.stat().st_mtime_ns for path in found}

    forgetful.edit(forgetful.config, "n_sink: 4", "n_sink: 64")
    (forgetful.folder / record("results/tiny/cells.parquet")).unlink()
    before = listed()
    assert forgetful.study("--plan-only").returncode == 0
    assert listed() == before
