"""A dataset of one's own in a study: read by its own job, and again when its files change."""

import json
import os

import pytest

DATA = "data/mine.jsonl"
TABLES = "results/tiny/datasets/mine/contexts.parquet"
ROW = {"context": "The mill closed in 1911.", "question": "When did the mill close?", "answers": ["1911"]}


@pytest.fixture
def own(checkout):
    """A study on `base` and on one's own dataset, whose tables are made."""
    path = checkout.folder / DATA
    path.parent.mkdir()
    path.write_text(json.dumps(ROW))
    checkout.edit(checkout.config, "base: {passages: 2}", "base: {passages: 2}\n  mine: {path: data}")
    checkout.edit(checkout.config, "datasets: [base]", "datasets: [base, mine]")
    done = checkout.snakemake("--", TABLES, "results/tiny/datasets/base/contexts.parquet")
    assert done.returncode == 0, done.stderr
    return checkout


def reading(checkout) -> list[dict]:
    """The jobs that make datasets."""
    return [job for job in checkout.jobs() if job["rule"] in ("dataset", "own_dataset")]


def test_it_is_read_once(own):
    os.utime(own.folder / DATA)
    assert reading(own) == []
    lines = (own.folder / "logs/tiny/datasets/mine.log").read_text().splitlines()
    assert lines[-1] == "evidence: 0 given, 1 found by exact match, 0 not found"


@pytest.mark.parametrize("file", [DATA, "data/more.jsonl"])
def test_a_changed_or_added_file_is_read_and_nothing_else_is_made_again(own, file):
    (own.folder / file).write_text(json.dumps({**ROW, "context": "The mill closed late in 1911."}))
    (job,) = reading(own)
    assert job["rule"] == "own_dataset" and job["wildcards"]["dataset"] == "mine"
    assert job["reason"] == f"Updated input files: {file}"


def test_a_file_that_was_replaced_by_an_older_one_is_read(own):
    """As `cp -p` and `rsync -a` do."""
    older = own.folder / "older.jsonl"
    older.write_text(json.dumps({**ROW, "context": "The mill closed late in 1911."}))
    os.utime(older, (1e9, 1e9))
    os.replace(older, own.folder / DATA)
    (job,) = reading(own)
    assert job["rule"] == "own_dataset"


def test_its_version_is_that_of_the_generated_datasets(own):
    for module in ("own", "base"):
        own.append(f"datasets/{module}.py")
    assert reading(own) == []
    own.raise_version("DATASETS")
    assert {job["rule"] for job in reading(own)} == {"own_dataset", "dataset"}


def test_a_wrong_row_stops_everything_before_any_job(own):
    (own.folder / DATA).write_text(json.dumps({**ROW, "question": ""}))
    done = own.study()
    assert done.returncode == 2
    assert done.stderr == f"{DATA}:1: question: must not be blank (got '')\n"


def test_a_table_that_cannot_be_read_ends_its_job_with_what_is_wrong(own):
    (own.folder / "data/more.parquet").write_text("no table")
    done = own.snakemake("--", TABLES)
    assert done.returncode == 1
    assert "data/more.parquet: cannot be read: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_seed_of_its_own_changes_that_dataset_only(own):
    own.edit(own.config, "base: {passages: 2}", "base: {passages: 2, seed: 1}")
    assert reading(own) == []
    own.edit(own.config, "passages: 2, seed: 1", "passages: 2, seed: 2")
    assert [job["wildcards"]["dataset"] for job in reading(own)] == ["base"]
