"""One run at a time in a study's folder."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kvstudy.recovery.runs import Killed, Run

LOCK = Path(".snakemake/kvstudy.lock")
HOLDER = Path(".snakemake/kvstudy.holder")  # names who holds the folder, where files cannot be locked
NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}
OTHER = "Another study is running in this folder. Wait for it, or stop it with Ctrl-C."


@contextmanager
def only_run(run: Run) -> Iterator[Run]:
    """Hold this folder for one run, and free it of what a killed run left locked.

    The lock is a file that Snakemake inherits open: it is held until both processes are gone, however they end. It says
    where a run goes on until that ends by itself, so that Snakemake's own lock is opened only after a run that was
    killed, and so that a run that was killed on another machine is known.

    Yields
    ------
    Run
        With the lock.
    """
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a+") as lock, _held(lock.fileno()):
        lock.seek(0)
        if killed := lock.read():
            _refuse_elsewhere(Place.parse(killed))
            run.quietly("--unlock")
            lock.truncate(0)
        lock.write(str(Place.here()))
        lock.flush()
        os.fsync(lock.fileno())  # so that its time is that of the beginning, on a shared file system, too
        killed = False
        try:
            yield replace(run, lock=lock.fileno())
        except Killed:
            killed = True
            raise
        finally:
            if not killed:
                lock.truncate(0)


@dataclass(frozen=True)
class Place:
    """Where a run goes on: a machine, a process there, and the SLURM job that it is part of, if it is of one."""

    host: str
    process: int
    job: str = ""

    def __str__(self) -> str:
        """In words, for a file."""
        return f"{self.host} {self.process} {self.job}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that a file names; without a host where it does not say."""
        host, process, job = (*text.split(), "", "", "")[:3]
        return cls(host, int(process), job) if process.isdigit() else cls("", 0)

    @classmethod
    def here(cls) -> "Place":
        """This process's."""
        return cls(socket.gethostname(), os.getpid(), os.environ.get("SLURM_JOB_ID", ""))

    def may_go_on(self) -> bool:
        """Whether what runs there may still run, as far as can be seen from here."""
        if self.host == socket.gethostname():
            return Path(f"/proc/{self.process}").exists()
        if not self.job:
            return True
        try:
            asked = ["squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={self.job}"]
            said = subprocess.run(asked, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.SubprocessError):
            return True
        known = said.returncode == 0 or "Invalid job id" in said.stderr
        return not known or bool({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED"} & set(said.stdout.split()))


@contextmanager
def _held(lock: int) -> Iterator[None]:
    """Hold the open file `lock`, or another beside it where the file system knows no locks."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(OTHER)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        print(f"Files cannot be locked here ({error.strerror}); {HOLDER} says who holds the folder.", flush=True)
        _hold_by_name()
        try:
            yield
        finally:
            HOLDER.unlink(missing_ok=True)
    else:
        yield


def _hold_by_name() -> None:
    """Make the file that names the holder; that of a run that is gone is replaced."""
    try:
        with HOLDER.open("x") as file:
            file.write(str(Place.here()))
    except FileExistsError:
        holder = Place.parse(HOLDER.read_text())
        if not holder.host or holder.may_go_on():  # else one that is just being written
            where = f"on {holder.host}, process {holder.process}" if holder.host else "somewhere"
            sys.exit(f"{OTHER} It is {where}; where it is gone, remove {HOLDER}.")
        HOLDER.unlink()
        _hold_by_name()


def _refuse_elsewhere(killed: Place) -> None:
    """Exit when a run was killed on another machine, where what it started may go on: no output has two writers."""
    if killed.host in ("", socket.gethostname()) or not killed.may_go_on():
        return
    if killed.job:
        sys.exit(
            f"An earlier run was killed on {killed.host}, in SLURM job {killed.job}, where what it started may go on. "
            f"End that job (scancel {killed.job}), then start again."
        )
    print(f"An earlier run was killed on {killed.host}; nothing that it started may go on there.", flush=True)
