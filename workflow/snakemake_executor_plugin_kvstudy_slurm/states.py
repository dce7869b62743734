"""What SLURM says of the jobs of one name."""

import subprocess
from datetime import datetime, timedelta

QUEUE = ("squeue", "--noheader", "--states=all", "--format=%i|%T|%r")
ACCOUNTING = ("sacct", "--allocations", "--parsable2", "--noheader", "--format=JobID,State")
HOPELESS = {"launch failed requeued held", "PartitionTimeLimit", "PartitionNodeLimit", "BadConstraints"}
DAYS = 14  # that accounting is asked for; no job of a run is older
SECONDS = 30  # for an answer


def ask(name: str) -> dict[str, str] | None:
    """Id -> state of every job of this name that queue or accounting know; None when neither answers.

    The queue knows best what a job does now, accounting what became of one that has left the queue. Of a job that waits
    for a reason that does not pass by itself, the reason is given for its state.
    """
    since = f"{datetime.now() - timedelta(days=DAYS):%Y-%m-%dT%H:%M}"
    finished = answer([*ACCOUNTING, f"--starttime={since}", f"--name={name}"])
    queued = answer([*QUEUE, f"--name={name}"])
    if finished is None and queued is None:
        return None
    return {**(finished or {}), **(queued or {})}


def answer(command: list[str]) -> dict[str, str] | None:
    """Id -> state as a command lists them, with reasons or without; None when it fails or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    rows = [line.split("|") for line in done.stdout.splitlines() if "|" in line]
    return {job: _state(*rest) for job, *rest in rows}


def _state(state: str, reason: str = "") -> str:
    if state == "PENDING" and reason in HOPELESS:
        return reason
    return state.partition(" ")[0].rstrip("+")  # `CANCELLED by 1000`
