"""One run at a time in a study's folder."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kvstudy.recovery.runs import Run

LOCK = Path(".snakemake/kvstudy.lock")


@contextmanager
def only_run(run: Run) -> Iterator[Run]:
    """Hold this folder for one run, and free it of what a killed run left locked.

    The lock is a file that Snakemake inherits open: it is held until both processes are gone, however they end. It says
    `running` until a run ends by itself, so that Snakemake's own lock is opened only after a run that was killed.

    Yields
    ------
    Run
        With the lock.
    """
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another study is running in this folder. Wait for it, or stop it with Ctrl-C.")
        lock.seek(0)
        if lock.read():
            run.quietly("--unlock")
            lock.truncate(0)
        lock.write("running")
        lock.flush()
        os.fsync(lock.fileno())  # so that its time is that of the beginning, on a shared file system, too
        try:
            yield replace(run, lock=lock.fileno())
        finally:
            lock.truncate(0)
