"""Jobs that fail: the study goes on without what they were to make, says so in its report, and tries again when asked.

That holds for the copy of a model, and for cells, their scores and their probes. Where a dataset fails, or a figure, or
all cells, there is nothing to go on with.
"""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import yaml

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, RECORD, atomic
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.vocabulary import RETRIED
from kvstudy.plan.cells import Cell, cells, hidden_states, sources
from kvstudy.plan.machine import gpus
from kvstudy.plan.needs import memory
from kvstudy.plan.table import Job, kind
from kvstudy.recovery.empty_outputs import WRITERS
from kvstudy.recovery.promises import Promises
from kvstudy.recovery.runs import Run, forced

BEFORE_MODELS = {"dataset", "own_dataset", "system_prompts"}
STAGES = ({"model"}, {"cell"}, {"score", "probe_names"}, {"probe"})  # each waits for the one before
LONGEST = 300  # characters of a reason
ONE_BY_ONE = Path(".snakemake/one_by_one.yaml")
KILLED = "It was killed by signal "  # and its number, in a job's log
# A job's command begins with this: it tells one that said nothing from one that did not start, and one that was killed.
STARTED = (
    "echo 'It started, and said no more.' > {log:q}; "
    f"trap 's=$?; [ $s -le 128 ] || echo \"{KILLED}$((s - 128)).\" >> {{log:q}}' EXIT;"
)
SLURM_LOGS = Path("logs/slurm")


class Stop(Exception):
    """There is nothing to go on with; the argument is the exit status."""


def go_on_without(study: Study, run: Run, promises: Promises) -> int:
    """Finish a study in which jobs failed at every attempt, without what they were to make.

    Of a job of several cells these are the cells that fail alone, too.

    Parameters
    ----------
    study : Study
    run : Run
        With its lock, which was written as it began.
    promises : Promises

    Returns
    -------
    int
        0 when in the end no job failed, otherwise an exit status, even where the rest of the study came out.
    """
    began, lost, can_go_on = os.fstat(run.lock).st_mtime, set(), False
    try:
        while jobs := left(run, *forced(promises.broken())):
            failed = failed_jobs(study, jobs, began)
            if failed and lost.isdisjoint(failed[0].output):  # else it is wanted though it was given up
                made, failed = one_by_one(study, run, failed, began)
                touch(run, [*made, *give_up(study, failed, promises)])
                lost, can_go_on = lost.union(*(job.output for job in failed)), True
            elif can_go_on:
                status, can_go_on = run.snakemake(*forced(promises.broken())), False
                if status < 0:
                    return status
            else:
                say(study, jobs, began)
                return 1
    except Stop as stop:
        return stop.args[0]
    if lost:
        print("The study went on without them; `make retry` runs them again.", flush=True)
    return int(bool(lost))


def left(run: Run, *more: str) -> list[Job]:
    """The jobs that are still to be done."""
    status, jobs = run.dry_run(*more)
    if status:
        raise Stop(status)
    return jobs


def failed_jobs(study: Study, jobs: list[Job], began: float) -> list[Job]:
    """Of the jobs that are left, those of the first stage, if they have failed, and if the rest can do without them."""
    if any(job.rule in BEFORE_MODELS for job in jobs):
        return []
    here = next((found for stage in STAGES if (found := [job for job in jobs if kind(job.rule) in stage])), [])
    return [] if not all(has_failed(job, began) for job in here) or is_common(study, here) else here


def is_common(study: Study, failed: list[Job]) -> bool:
    """Whether it is all models that failed, or all cells or all their scores, one of them in a job of its own."""
    if all(job.rule == "model" for job in failed):
        return bool(failed) and {job.wildcards["model"] for job in failed} >= sources(study).keys()
    gone = GivenUp.read(results(study)).without(sources(study))
    of_cells = [job for job in failed if kind(job.rule) in {"cell", "score"}]
    named = {Path(path).parent.name for job in of_cells for path in missing(job)}
    every = {cell.id for cell in cells(study) if cell.model not in gone}
    return named >= every and any(len(missing(job)) == 1 for job in of_cells)


def has_started(job: Job, began: float) -> bool:
    """Whether the job wrote into its log since then; for one that did not start Snakemake makes an empty log."""
    log = Path(job.log[0]) if job.log else Path()
    return log.is_file() and log.stat().st_size > 0 and log.stat().st_mtime >= began


def has_failed(job: Job, began: float) -> bool:
    """Whether the job has started and not made all outputs; one that did is left because its input has changed."""
    return has_started(job, began) and not all(Path(path).exists() for path in job.output)


def missing(job: Job) -> list[str]:
    """The outputs that a job is left for: of cells, those that are not finished."""
    return [path for path in job.output if kind(job.rule) != "cell" or Path(path).parent.name in job.cells()]


def one_by_one(study: Study, run: Run, failed: list[Job], began: float) -> tuple[list[str], list[Job]]:
    """Where a job had several cells, run each of them in a job of its own.

    Returns
    -------
    list of str
        What these jobs made.
    list of Job
        The jobs that failed, each of one cell.
    """
    if all(len(missing(job)) <= 1 for job in failed):
        return [], failed
    apart = [job for job in failed if kind(job.rule) in {"cell", "score"}]
    wanted = sorted(path for job in apart for path in missing(job))
    print(f"Jobs of several cells failed. Their {len(wanted)} cells are run one by one.", flush=True)
    write_one_by_one(Path(run.config))
    alone = replace(run.of(ONE_BY_ONE), alone=True)
    if (status := alone.snakemake("--", *wanted)) < 0:
        raise Stop(status)
    again = left(alone, "--", *wanted)
    if again and not failed_jobs(study, again, began):
        say(study, again, began)
        raise Stop(1)
    made = set(wanted) - {path for job in again for path in job.output}
    return sorted(made), [*(job for job in failed if job not in apart), *again]


def write_one_by_one(config: Path) -> None:
    """Write the config of the same study with a job for every cell.

    A cell's files are the same whichever job writes them, and the parts that the failed job finished are found.
    """
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    content["execution"] = {**(content.get("execution") or {}), "bundle": "cell"}
    with atomic(ONE_BY_ONE) as temporary:
        temporary.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def give_up(study: Study, failed: list[Job], promises: Promises) -> list[str]:
    """Write what stands in place of the outputs of failed jobs, and note why; the paths of what was written.

    With a model all its cells are given up, and with the directions of its names its probes.
    """
    gone, lost = GivenUp.read(results(study)), {}
    for job in failed:
        why, own = reason(study, job), [cell for cell in cells(study) if cell.model == job.wildcards.get("model")]
        print(f"{subject(job)} failed: {why}", flush=True)
        if job.rule == "model":
            name = job.wildcards["model"]
            gone.models[name] = {"source": sources(study)[name], "reason": why}
            lost |= dict.fromkeys(lists(study, own), ("cell", f"its model could not be copied: {why}"))
            if any(hidden_states(study, cell) for cell in own):
                lost[str(results(study) / f"probes/names/{name}.parquet")] = ("probe_names", why)
            promises.forget(job.output)
        else:
            lost |= dict.fromkeys(missing(job), (kind(job.rule), why))
        if job.rule == "probe_names":
            probes = [str(results(study) / f"probes/{cell.id}.parquet") for cell in own if hidden_states(study, cell)]
            lost |= dict.fromkeys(probes, ("probe", why))
    gone.outputs |= {path: why for path, (_, why) in lost.items()}
    gone.write()
    for path, (what, why) in lost.items():
        WRITERS[what](study, Path(path), why)
    return list(lost)


def touch(run: Run, written: list[str]) -> None:
    """Let Snakemake take files for made by their jobs: then a change makes them again, and nothing else does."""
    if written and (status := run.snakemake("--touch", *forced(written), "--", *written, shown=False)):
        raise Stop(status)


def say(study: Study, jobs: list[Job], began: float) -> None:
    """Say of each job that failed why, and in which log there is more; of jobs that did not start, what SLURM said."""
    failed = [job for job in jobs if has_failed(job, began)]
    for job in failed:
        print(f"{subject(job)} failed: {reason(study, job)}", flush=True)
    if not failed:
        told = [log for log in SLURM_LOGS.rglob("*.log") if log.stat().st_mtime >= began and log.stat().st_size]
        last = f"{_last_line(max(told, key=lambda log: log.stat().st_mtime))}; more" if told else "what SLURM said"
        print(f"Jobs did not start: {last} is in {SLURM_LOGS}, and what Snakemake said in .snakemake/log.", flush=True)


def subject(job: Job) -> str:
    """What a job makes, in words: a cell by its name, anything else by its rule and what it is of."""
    if kind(job.rule) == "cell" and len(names := {Path(path).parent.name for path in missing(job)}) == 1:
        return names.pop()
    return " ".join([job.rule.replace("_", " "), *job.wildcards.values()])


def reason(study: Study, job: Job) -> str:
    """Why a job that has started failed, as far as its log tells."""
    log = Path(job.log[0])
    last = _last_line(log).removeprefix(f"{subject(job)}: ")
    own = [cell for cell in cells(study) if cell.id in job.cells()]
    if own and last == f"{KILLED}{signal.SIGKILL}.":
        needed = memory(study, own, bool(gpus(study.execution.device, here=True)), attempt=1)
        last = f"{last[:-1]}, as by a system that is out of memory; the job is planned with {needed} MB"
    return f"{last[:LONGEST]} ({log})"


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def retry(study: Study) -> list[str]:
    """Forget what is given up; the outputs to be made again: those, and cells in which a context ran out of memory."""
    gone = GivenUp.read(results(study))
    again = {path for path in lists(study, cells(study)) if states(Path(path)) & set(RETRIED)}
    again |= gone.outputs.keys()
    gone.models.clear()
    gone.outputs.clear()
    gone.write()
    return sorted(again)


def given_up(study: Study) -> list[str]:
    """What this study has yet to make again of what was given up: its models, and paths."""
    gone, made_of = GivenUp.read(results(study)), sources(study)
    known = {cell.id for cell in cells(study)} | made_of.keys()
    return [
        *sorted(gone.without(made_of)),
        *sorted(path for path in gone.outputs if known & {Path(path).parent.name, Path(path).stem}),
    ]


def results(study: Study) -> Path:
    """The folder of a study's results."""
    return Path("results") / study.study


def lists(study: Study, some: list[Cell]) -> list[str]:
    """The lists of some cells' facts, by which Snakemake follows them."""
    return [str(results(study) / "cells" / cell.id / FACTS_LIST) for cell in some]


def states(facts: Path) -> set[str]:
    """The states that a cell's record tells of; none when there is no record."""
    try:
        parts = json.loads(facts.with_name(RECORD).read_text(encoding="utf-8"))["states"]
        return {part["state"] for part in parts}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
