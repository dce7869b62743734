"""A wrong config stops everything before any job, in the same words by every way in."""

import pytest


@pytest.fixture
def wrong(checkout):
    checkout.edit("tests/workflow/tiny.yaml", "passages: 2", "passages: two")
    return checkout


def line(checkout):
    rows = (checkout.folder / checkout.config).read_text().splitlines()
    return next(number for number, row in enumerate(rows, 1) if "passages: two" in row)


@pytest.mark.parametrize("way", ["study", "snakemake", "plan"])
def test_exit_status_2_and_no_traceback(wrong, way):
    if way == "study":
        done = wrong.study()
    elif way == "snakemake":
        done = wrong.snakemake("--dry-run")
    else:
        done = wrong.python("-m", "kvstudy.plan.write", "--config", wrong.config, "--out", "cells.parquet")
    assert done.returncode == 2
    assert f"{wrong.config}:{line(wrong)}: datasets.base.passages: must be a whole number (got 'two')" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (wrong.folder / "results/tiny").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--configfile", "tests/workflow/tiny.yaml", "--config", "seed=2"),
        ("--configfile", "tests/workflow/tiny.yaml", "config/demo.yaml"),
    ],
)
def test_one_config_file_is_the_whole_truth(checkout, arguments):
    done = checkout.python("-m", "snakemake", "--cores", "1", "--dry-run", *arguments)
    assert done.returncode == 2
    assert "A study is one config file: give one --configfile and no --config." in done.stderr


def test_a_number_of_cores_below_1_is_refused(checkout):
    done = checkout.study("--cores", "0")
    assert done.returncode == 2
    assert done.stderr.strip() == "--cores: must be at least 1 (got 0)"
