"""Damaged files, full and read-only disks, wrong clocks, two runs, a cell that fails: said in words, and made good."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import Faulty, seeded

CELL = "routing.smollm2-135m.streaming-llm.r500"
OTHER = "routing.smollm2-135m.none.r000"
FAILS = """
import os, sys

if "analysis/coverage" in sys.orig_argv:
    print("no counting today", file=sys.stderr, flush=True)
    os._exit(1)
"""


def truncate(path: Path) -> None:
    """Leave half of a file, and not of those that are linked to it."""
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.unlink()
    path.write_bytes(half)


def flip(path: Path, trial: int = 1) -> None:
    """Flip a bit of a Parquet file's first page, and leave its times as they were."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[seeded(trial).randrange(60, 90)] ^= 4
    path.write_bytes(content)
    os.utime(path, (status.st_atime, status.st_mtime))


def files_of(study: Faulty, cell: str, table: str) -> list[Path]:
    """The files of a table of a cell."""
    return sorted((study.folder / study.cells_folder / cell / table).iterdir())


@pytest.mark.faults
def test_damaged_files_are_named_and_made_again(finished):
    results = finished.folder / "results"
    truncated, gone = files_of(finished, CELL, "states")[0], files_of(finished, CELL, "answers")[1]
    flipped = files_of(finished, OTHER, "answers")[0]
    truncate(truncated)
    gone.unlink()
    flip(flipped)
    truncate(results / "models/smollm2-135m/model.safetensors")
    harmed = {f"{path.parents[1].name}/{path.stem}" for path in (truncated, gone, flipped)}
    before = {part: inode for part, inode in finished.parts().items() if part not in harmed}

    done = finished.study()
    assert done.returncode == 0, done.stdout + done.stderr
    for path in (truncated, flipped, results / "models/smollm2-135m/model.safetensors"):
        assert f"{path.relative_to(finished.folder)} is damaged: " in done.stdout
    assert f"{gone.relative_to(finished.folder)} is gone" in done.stdout
    logs = "".join(path.read_text() for path in (finished.folder / "logs/tiny/cells").iterdir())
    for path in (truncated, gone, flipped):
        assert f"The part {path.stem} of {path.parents[1].name} is damaged and computed again: " in logs
    assert finished.is_undisturbed()
    assert finished.kept(before)


def test_a_flipped_bit_is_found_by_what_reads_it(finished):
    flipped = files_of(finished, OTHER, "states")[0]
    before = {part: inode for part, inode in finished.parts().items() if part != f"{OTHER}/{flipped.stem}"}
    flip(flipped)
    assert finished.counts().total() == 0  # its time is as it was
    finished.append("analysis/coverage.py")
    done = finished.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{OTHER}/states/{flipped.name} is damaged: it is not what was written\n" in done.stdout
    assert finished.is_undisturbed()
    assert finished.kept(before)


def test_clocks_that_differ_rerun_nothing_and_hide_nothing(finished):
    draw, now = seeded(1), time.time()
    for path in sorted((finished.folder / "results").rglob("*")):
        hidden = path.name.startswith(".")  # what a file was made with, whose time nothing looks at
        if path.is_file() and path.stat().st_nlink == 1 and not hidden:
            skew = draw.uniform(-86400, 86400)
            os.utime(path, (now + skew, now + skew))
    assert finished.counts().total() == 0
    with (finished.folder / "workflow/kvstudy/tables/coverage.py").open("a") as file:
        file.write("\nADDED = 1\n")
    assert dict(finished.counts()) == {"tables": 1}
    done = finished.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished.is_undisturbed()
    assert finished.counts().total() == 0


def test_the_second_of_two_runs_says_so_and_exits(faulty):
    run = faulty.start()
    lock = faulty.folder / ".snakemake/kvstudy.lock"
    while not (lock.is_file() and lock.read_text()):
        assert run.poll() is None, faulty.log()
        time.sleep(0.05)
    second = faulty.study()
    assert second.returncode == 1
    assert second.stderr == "Another study is running in this folder. Wait for it, or stop it with Ctrl-C.\n"
    assert run.wait() == 0, faulty.log()
    assert faulty.is_undisturbed()


@pytest.mark.faults
def test_a_cell_that_always_fails_is_in_the_report_and_retried_alone(faulty):
    source = faulty.folder / "workflow/napping.py"
    text = source.read_text()
    source.write_text(f"{text}\n\nraise RuntimeError('no such luck')\n")
    done = faulty.study()
    assert done.returncode == 1
    assert f"{CELL} failed: napping.Nap refuses its arguments: RuntimeError: no such luck" in done.stdout
    assert "The report is made: reports/tiny.html" in done.stdout
    page = (faulty.folder / "results/tiny/tables/coverage.html").read_text()
    assert "no such luck" in page
    assert faulty.counts().total() == 0

    source.write_text(text)
    before = (faulty.folder / f"results/tiny/cells/{OTHER}/run.json").stat().st_ino
    done = faulty.study("--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()
    assert (faulty.folder / f"results/tiny/cells/{OTHER}/run.json").stat().st_ino == before


@pytest.mark.faults
def test_a_cell_that_always_fails_takes_no_other_of_its_job_with_it(faulty):
    faulty.bundle("model")
    source = faulty.folder / "workflow/napping.py"
    text = source.read_text()
    source.write_text(f"{text}\n\nraise RuntimeError('no such luck')\n")
    done = faulty.study()
    assert done.returncode == 1
    assert "Jobs of several cells failed. Their 2 cells are run one by one." in done.stdout
    assert f"{CELL} failed: napping.Nap refuses its arguments: RuntimeError: no such luck" in done.stdout
    assert f"{OTHER} failed" not in done.stdout
    assert "The report is made: reports/tiny.html" in done.stdout
    coverage = faulty.tables()["tables/coverage.csv"].decode()
    assert {("failed" in line) for line in coverage.splitlines() if ",none," in line} == {False}
    assert {("failed" in line) for line in coverage.splitlines() if ",streaming-llm," in line} == {True}
    assert faulty.counts().total() == 0
    before = faulty.parts()
    assert before

    source.write_text(text)
    done = faulty.study("--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()
    assert faulty.kept(before)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Mount something over a folder for a while."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.faults
def test_a_full_disk_leaves_no_half_of_a_file(faulty):
    folder = faulty.folder / faulty.cells_folder
    with mounted(folder, "-t", "tmpfs", "-o", "size=24k", "tmpfs"):
        done = faulty.study()
        assert done.returncode == 1
        assert "No space left on device" in done.stdout + done.stderr
        kept = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
        copies = {path.relative_to(folder): path.read_bytes() for path in kept}
    for path, content in copies.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    done = faulty.study("--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()


@pytest.mark.faults
def test_results_that_cannot_be_written_are_refused(faulty):
    results = faulty.folder / "results"
    shutil.rmtree(faulty.folder / "reports")
    with mounted(results, "--bind", str(results)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(results)], check=True)
        done = faulty.study()
    assert done.returncode == 2
    assert done.stderr == "results: cannot be written to\n"
    assert not (faulty.folder / "reports").exists()


def test_what_a_failed_job_was_to_make_is_made_by_the_next_run(finished):
    with (finished.folder / "workflow/kvstudy/analysis/coverage.py").open("a") as source:
        source.write("\nADDED = 1\n")
    fails = finished.folder / "workflow/sitecustomize.py"  # every Python of the study reads it
    fails.write_text(FAILS)
    done = finished.study()
    assert done.returncode == 1 and "no counting today" in done.stderr
    assert "The same command retries them." in done.stdout
    fails.unlink()
    assert set(finished.counts()) == {"coverage", "tables"}  # Snakemake misses it by itself
    done = finished.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished.is_undisturbed()
