"""Cells that fail: the study goes on without their answers, says so in its report, and runs them again when asked."""

import json
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, RECORD
from kvstudy.contracts.vocabulary import RETRIED
from kvstudy.plan.cells import Cell, bundle_job, cells
from kvstudy.plan.table import Job

BEFORE_CELLS = {"model", "dataset", "own_dataset", "system_prompts"}
LONGEST = 300  # characters of a reason


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


def to_retry(study: Study, results: Path) -> list[str]:
    """The lists of facts of the cells in which a context failed or ran out of memory."""
    lists = [facts(results, study, cell) for cell in cells(study)]
    return [str(path) for path in lists if states(path.with_name(RECORD)) & set(RETRIED)]


def facts(results: Path, study: Study, cell: Cell) -> Path:
    """The list of a cell's facts, by which Snakemake follows it."""
    return results / study.study / "cells" / cell.id / FACTS_LIST


def states(record: Path) -> set[str]:
    """The states that a cell's record tells of; none when there is no record."""
    try:
        parts = json.loads(record.read_text(encoding="utf-8"))["parts"]
        return {part["state"] for part in parts}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
