"""Cells that fail: the study goes on without their answers, says so in its report, and runs them again when asked."""

import json
import os
from pathlib import Path

import yaml

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, RECORD, atomic
from kvstudy.contracts.vocabulary import RETRIED
from kvstudy.plan.cells import Cell, bundle_job, cells
from kvstudy.plan.table import Job
from kvstudy.recovery.promises import Promises
from kvstudy.recovery.runs import dry_run, forced, snakemake

BEFORE_CELLS = {"model", "dataset", "own_dataset", "system_prompts"}
LONGEST = 300  # characters of a reason
ONE_BY_ONE = Path(".snakemake/one_by_one.yaml")


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
        Descriptor that Snakemake inherits, of the file that was written as this run began.

    Returns
    -------
    int
        0 when in the end no job failed, otherwise an exit status, even where the rest of the study came out.
    """
    began = os.fstat(lock).st_mtime
    status, jobs = dry_run([*settings, *forced(promises.broken())])
    if status or is_common(study, jobs, began):
        return status or 1
    made = []
    if apart := together(study, jobs):
        wanted = lists(study, apart)
        status, jobs = run_one_by_one(settings, wanted, lock)
        if status or is_common(study, jobs, began):
            return status or 1
        made = sorted(set(wanted) - {path for job in jobs for path in job.output})
    known = {cell.id: cell for cell in cells(study)}
    left = [(known[name], reason(job)) for job in jobs for name in sorted(job.cells())]
    for cell, why in left:
        print(f"{cell.id} failed: {why}", flush=True)
        give_up(study, cell, why)
    written = [*made, *lists(study, [cell for cell, _ in left])]
    if not written:
        return 1
    # Snakemake is to take them for made as they usually are: then a change makes them again, and nothing else does.
    if status := snakemake(settings, "--touch", *forced(written), "--", *written, lock=lock, shown=False):
        return status
    if left:
        print("The study goes on without them, and `make retry` runs them again.", flush=True)
    return snakemake(settings, *forced(promises.broken()), lock=lock) or int(bool(left))


def run_one_by_one(settings: list[str], wanted: list[str], lock: int) -> tuple[int, list[Job]]:
    """Make the lists of some cells' facts in jobs of one cell each; an exit status, and the jobs that failed."""
    print(f"Jobs of several cells failed. Their {len(wanted)} cells are run one by one.", flush=True)
    write_one_by_one(Path(settings[1]))
    alone = ["--configfile", str(ONE_BY_ONE), *settings[2:]]
    status = snakemake(alone, "--", *wanted, lock=lock)
    return (status, []) if status < 0 else dry_run([*alone, "--", *wanted])


def is_common(study: Study, jobs: list[Job], began: float) -> bool:
    """Whether what jobs are left for is not in single cells.

    So it is when what cells are made from is itself left to be made, when a job did not even start in this run, and
    when all cells are left, one of them after a job of its own.
    """
    of_cells = [job for job in jobs if job.cells()]
    left = set().union(*(job.cells() for job in of_cells))
    return (
        any(job.rule in BEFORE_CELLS for job in jobs)
        or not all(has_started(job, began) for job in of_cells)
        or (len(left) == len(cells(study)) and any(len(job.cells()) == 1 for job in of_cells))
    )


def has_started(job: Job, began: float) -> bool:
    """Whether the job wrote into its log since then; for one that did not start Snakemake makes an empty log."""
    log = Path(job.log[0])
    return log.is_file() and log.stat().st_size > 0 and log.stat().st_mtime >= began


def together(study: Study, jobs: list[Job]) -> list[Cell]:
    """The cells that are left, when a job was to run several of them."""
    if all(len(job.cells()) <= 1 for job in jobs):
        return []
    left = set().union(*(job.cells() for job in jobs))
    return [cell for cell in cells(study) if cell.id in left]


def write_one_by_one(config: Path) -> None:
    """Write the config of the same study with a job for every cell.

    A cell's files are the same whichever job writes them, and the shards that the failed job finished are found.
    """
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    content["execution"] = {**(content.get("execution") or {}), "bundle": "cell"}
    with atomic(ONE_BY_ONE) as temporary:
        temporary.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def reason(job: Job) -> str:
    """Why a job that has started failed, as far as its log tells."""
    log = Path(job.log[0])
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next(line.strip() for line in reversed(lines) if line.strip())
    return f"{last[:LONGEST]} ({log})"


def give_up(study: Study, cell: Cell, why: str) -> None:
    """Write a cell's facts as those of a cell that failed."""
    # It takes seconds to load, and only a study in which cells fail needs it.
    from kvstudy.cells.failed import write_failed
    from kvstudy.cells.job import parse_jobs

    (job,), folder = parse_jobs(bundle_job(study, [cell])), Path("results") / study.study
    write_failed(job, folder / "datasets", why, folder / "cells" / cell.id)


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
