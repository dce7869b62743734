"""What SLURM says of the jobs of one name."""

import subprocess
from datetime import datetime, timedelta

QUEUE = ("squeue", "--noheader", "--states=all", "--format=%i|%T")
ACCOUNTING = ("sacct", "--allocations", "--parsable2", "--noheader", "--format=JobID,State")
DAYS = 14  # that accounting is asked for; no job of a run is older
SECONDS = 30  # for an answer


def ask(name: str) -> dict[str, str] | None:
    """Id -> state of every job of this name that queue or accounting know; None when neither answers.

    The queue knows best what a job does now, accounting what became of one that has left the queue.
    """
    since = f"{datetime.now() - timedelta(days=DAYS):%Y-%m-%dT%H:%M}"
    finished = answer([*ACCOUNTING, f"--starttime={since}", f"--name={name}"])
    queued = answer([*QUEUE, f"--name={name}"])
    if finished is None and queued is None:
        return None
    return {**(finished or {}), **(queued or {})}


def answer(command: list[str]) -> dict[str, str] | None:
    """Id -> state as a command lists them; None when it fails, is not there or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    rows = (line.partition("|") for line in done.stdout.splitlines())
    return {job: state.split()[0].rstrip("+") for job, _, state in rows if state.strip()}  # `CANCELLED by 1000`
