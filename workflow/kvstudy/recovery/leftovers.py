"""Jobs of an earlier run that was killed and that still go on, in SLURM's queue or on this machine.

No output may have two writers, so a new run waits for them or ends them before it starts.
"""

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MARK = "KVSTUDY_FOLDER"  # every process of a run inherits it
ALLOCATION = "KVSTUDY_ALLOCATION"  # the SLURM job that the run itself is part of, if it is of one
SLURM_JOB = "SLURM_JOB_ID"
COMMENT = "rule_"  # how the comment of a job begins that Snakemake submitted
FIELDS = "%i|%T|%k|%Z"  # id, state, comment, folder
NOT_STARTED = {"PENDING", "REQUEUED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
PAUSE = 5  # seconds between two looks at the queue


class NoAnswer(RuntimeError):
    """SLURM is installed and does not say what is in its queue."""


@dataclass(frozen=True)
class Leftover:
    """A job in SLURM's queue that works in this folder."""

    job: str
    started: bool


def queued(folder: Path) -> list[Leftover]:
    """The user's jobs in the queue that Snakemake submitted from `folder`; none where there is no SLURM.

    Raises
    ------
    NoAnswer
    """
    if shutil.which("squeue") is None:
        return []
    command = ["squeue", "--noheader", f"--user={getpass.getuser()}", f"--format={FIELDS}"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise NoAnswer(str(error)) from None
    found = [line.split("|", 3) for line in listed.splitlines() if line.count("|") >= 3]
    return [
        Leftover(job, state not in NOT_STARTED)
        for job, state, comment, where in found
        if comment.startswith(COMMENT) and Path(where).resolve() == folder.resolve()
    ]


def clear_queue(folder: Path, wait: bool) -> None:
    """Cancel the jobs that have not started, wait for the others or cancel these, too, and return when none is left.

    What they finish is found by the next run; jobs that are cancelled lose no more than a part.
    """
    said = False
    while found := queued(folder):
        cancelled = [each.job for each in found if not (wait and each.started)]
        if cancelled:
            subprocess.run(["scancel", *cancelled], check=False)
        if not said:
            running = sum(each.started for each in found)
            end = "waiting for those that run; Ctrl-C and --cancel end them" if wait else "cancelling them"
            print(f"An earlier run left {len(found)} jobs in the queue, {running} of them running: {end}.", flush=True)
            said = True
        time.sleep(PAUSE if wait else 1)


def processes(folder: Path) -> list[int]:
    """The processes on this machine that a run in `folder` started; those of jobs that it submitted are the queue's."""
    here, found = str(folder.resolve()), []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            values = dict(value.split("=", 1) for value in os.fsdecode(path.read_bytes()).split("\0") if "=" in value)
            if values.get(MARK) == here and values.get(SLURM_JOB) in (None, values.get(ALLOCATION)):
                found.append(int(path.parent.name))
    return found


def mark(folder: Path) -> None:
    """Let all that this process starts be known as its own."""
    os.environ[MARK] = str(folder.resolve())
    os.environ[ALLOCATION] = os.environ.get(SLURM_JOB, "")


def end_processes(folder: Path) -> None:
    """End what a killed run left running on this machine."""
    said = False
    while found := processes(folder):
        if not said:
            print(f"An earlier run was killed and left {len(found)} processes; they are ended.", flush=True)
            said = True
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.1)
