"""Cells that fail: the study goes on without their answers, says so in its report, and runs them again when asked."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, RECORD, atomic
from kvstudy.contracts.vocabulary import RETRIED
from kvstudy.plan.cells import Cell, bundle_job, cells
from kvstudy.plan.table import Job
from kvstudy.recovery.promises import Promises
from kvstudy.runs import dry_run, forced, quietly, snakemake, wait

BEFORE_CELLS = {"model", "dataset", "own_dataset", "system_prompts"}
LONGEST = 300  # characters of a reason


def go_on_without(study: Study, settings: list[str], promises: Promises, lock: int) -> int:
    """Finish a study in which jobs failed at every attempt, without the cells that fail.

    Of a job of several cells these are the ones that fail alone, too.

    Parameters
    ----------
    study : Study
    settings : list of str
        Options of Snakemake, of which the config file is the first.
    promises : Promises
    lock : int
        Descriptor that Snakemake inherits.

    Returns
    -------
    int
        0 when in the end no job failed, otherwise an exit status, even where the rest of the study came out.
    """
    jobs = dry_run([*settings, *forced(promises.broken())])[1]
    written = []
    if apart := to_run_alone(study, jobs):
        print(f"Jobs of several cells failed. Their {len(apart)} cells are run one by one.", flush=True)
        alone = ["--configfile", str(one_by_one(study, Path(settings[1]))), *settings[2:], "--", *lists(study, apart)]
        if (status := wait(snakemake(alone, pass_fds=[lock]))) < 0:
            return status
        jobs = dry_run(alone)[1]
        written = [path for path in lists(study, apart) if Path(path).exists()]
    left = given_up(study, jobs)
    for cell, why in left:
        print(f"{cell.id} failed: {why}", flush=True)
        if wait(subprocess.Popen([sys.executable, *command(study, cell, why)])):
            return 1
    written += lists(study, [cell for cell, _ in left])
    if not written:
        return 1
    quietly([*settings, "--touch", *forced(written), "--", *written])  # as made: a change makes them again
    if left:
        print("The study goes on without them, and `make retry` runs them again.", flush=True)
    return wait(snakemake([*settings, *forced(promises.broken())], pass_fds=[lock])) or int(bool(left))


def to_run_alone(study: Study, jobs: list[Job]) -> list[Cell]:
    """The cells of the jobs that are left, when one of these was to run several cells.

    None while what cells are made from is itself left to be made, and none where the jobs of all cells failed: then not
    the cells are wrong, but what all of them need.
    """
    of_cells = [job for job in jobs if job.cells()]
    left = sorted(name for job in of_cells for name in job.cells())
    all_failed = len(of_cells) > 1 and len(left) == len(cells(study))
    if all_failed or len(left) == len(of_cells) or any(job.rule in BEFORE_CELLS for job in jobs):
        return []
    return [cell for cell in cells(study) if cell.id in left]


def one_by_one(study: Study, config: Path) -> Path:
    """Write the config of the same study with a job for every cell, and return its path.

    A cell's files are the same whichever job writes them, and the shards that the failed job finished are found.
    """
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    content["execution"] = {**(content.get("execution") or {}), "bundle": "cell"}
    path = Path("results") / study.study / "one_by_one.yaml"
    with atomic(path) as temporary:
        temporary.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def given_up(study: Study, jobs: list[Job]) -> list[tuple[Cell, str]]:
    """The cells of the jobs that are left after all attempts, with the end of their logs.

    None while what cells are made from is itself left to be made, and none where every cell is left: then not the cells
    are wrong, but what all of them need.
    """
    known = {cell.id: cell for cell in cells(study)}
    left = [(known[name], reason(job)) for job in jobs for name in sorted(job.cells())]
    return left if len(left) < len(known) and not any(job.rule in BEFORE_CELLS for job in jobs) else []


def reason(job: Job) -> str:
    """Why a job failed, as far as its log tells."""
    for log in job.log:
        try:
            lines = Path(log).read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            continue
        last = next((line.strip() for line in reversed(lines) if line.strip()), "its log has no words")
        return f"{last[:LONGEST]} ({log})"
    return "it left no log"


def command(study: Study, cell: Cell, why: str) -> list[str]:
    """The command that writes a cell's facts as those of a cell that failed."""
    folder = Path("results") / study.study
    options = {
        "jobs": bundle_job(study, [cell]),
        "reason": why,
        "datasets": folder / "datasets",
        "out": folder / "cells",
    }
    return ["-m", "kvstudy.cells.failed", *(f"--{name}={value}" for name, value in options.items())]


def to_retry(study: Study) -> list[str]:
    """The lists of facts of the cells in which a context failed or ran out of memory."""
    return [path for path in lists(study, cells(study)) if states(Path(path).with_name(RECORD)) & set(RETRIED)]


def lists(study: Study, some: list[Cell]) -> list[str]:
    """The lists of some cells' facts, by which Snakemake follows them."""
    return [f"results/{study.study}/cells/{cell.id}/{FACTS_LIST}" for cell in some]


def states(record: Path) -> set[str]:
    """The states that a cell's record tells of; none when there is no record."""
    try:
        parts = json.loads(record.read_text(encoding="utf-8"))["parts"]
        return {part["state"] for part in parts}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
