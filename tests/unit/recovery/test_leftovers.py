"""Processes and jobs that a killed run left are found by the folder they work in, and no others."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from kvstudy.recovery import leftovers
from kvstudy.recovery.leftovers import (
    ALLOCATION,
    MARK,
    Leftover,
    NoAnswer,
    clear_queue,
    end_processes,
    processes,
    queued,
)


@pytest.fixture
def started():
    """Start a process that sleeps, in an environment of its own; all are ended afterwards."""
    running = []

    def start(**environment: str) -> subprocess.Popen:
        program = "import time; print('up', flush=True); time.sleep(600)"
        process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
        assert process.stdout.readline()
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def test_processes_of_this_folder_are_ended_and_no_others(started, tmp_path):
    here, there = str(tmp_path / "here"), str(tmp_path / "here too")
    mine, of_slurm, others = (
        started(**{MARK: here}),
        started(**{MARK: here, "SLURM_JOB_ID": "1"}),
        started(**{MARK: there}),
    )
    assert processes(tmp_path / "here") == [mine.pid]
    end_processes(tmp_path / "here")
    assert mine.wait() == -9
    assert of_slurm.poll() is None and others.poll() is None


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Programs in place of SLURM's: a queue that is a file, from which scancel takes jobs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    queue = tmp_path / "queue"
    programs = {
        "squeue": f'cat "{queue}"',
        "scancel": f'for job; do sed -i "/^$job|/d" "{queue}"; echo "$job" >> "{tmp_path}/cancelled"; done',
    }
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return queue


def test_jobs_of_this_folder_that_snakemake_submitted(slurm, tmp_path):
    rows = [
        f"1|RUNNING|rule_cell_wildcards_a|{tmp_path}",
        f"2|PENDING|rule_score_wildcards_b|{tmp_path}/",
        f"3|RUNNING|rule_cell_wildcards_c|{tmp_path}/other",
        f"4|RUNNING|(null)|{tmp_path}",
        "slurm_load_jobs: a word of the administrators",
    ]
    slurm.write_text("\n".join(rows) + "\n")
    assert queued(tmp_path) == [Leftover("1", True), Leftover("2", False)]


def test_what_waits_is_cancelled_and_what_runs_is_waited_for(slurm, tmp_path, capsys, monkeypatch):
    slurm.write_text(f"1|RUNNING|rule_cell|{tmp_path}\n2|PENDING|rule_cell|{tmp_path}\n")
    left = [f"1|RUNNING|rule_cell|{tmp_path}\n", ""]
    monkeypatch.setattr(leftovers, "time", SimpleNamespace(sleep=lambda seconds: slurm.write_text(left.pop(0))))
    clear_queue(tmp_path, wait=True)
    assert left == []
    assert (tmp_path / "cancelled").read_text().split() == ["2"]
    assert "An earlier run left 2 jobs in the queue, 1 of them running: waiting" in capsys.readouterr().out


def test_all_are_cancelled_where_that_is_wanted(slurm, tmp_path):
    slurm.write_text(f"1|RUNNING|rule_cell|{tmp_path}\n2|PENDING|rule_cell|{tmp_path}\n")
    clear_queue(tmp_path, wait=False)
    assert (tmp_path / "cancelled").read_text().split() == ["1", "2"]


def test_a_slurm_that_does_not_answer_is_not_an_empty_queue(slurm, tmp_path):
    with pytest.raises(NoAnswer):
        queued(tmp_path)


def test_in_an_allocation_what_a_run_started_is_its_own_and_what_it_submitted_is_the_queues(started, tmp_path):
    here = {MARK: str(tmp_path), ALLOCATION: "7"}
    mine, without, submitted = started(**here, SLURM_JOB_ID="7"), started(**here), started(**here, SLURM_JOB_ID="8")
    assert sorted(processes(tmp_path)) == sorted([mine.pid, without.pid])
    assert submitted.poll() is None
