"""Snakemake, run in a study's folder: for its jobs, in silence, or only to say what it would do."""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import yaml

from kvstudy.contracts.installation import HOME
from kvstudy.plan import table
from kvstudy.plan.machine import memory_mb
from kvstudy.recovery import leftovers

LONGEST = 120  # seconds in which SLURM cancels the jobs of a run
PATIENCE = 5  # seconds in which a Snakemake that is to stop ends by itself, and then its jobs
DEFAULTS = HOME / "profiles/default"


class Terminated(KeyboardInterrupt):
    """Somebody ended this process, and it alone: a Ctrl-C reaches Snakemake and its jobs, too."""


class Killed(KeyboardInterrupt):
    """This process was to end at once, and has killed a Snakemake, which leaves its lock."""


def terminate(*_: object) -> None:
    """What a process does that is told to end.

    Raises
    ------
    Terminated
    """
    raise Terminated


def forced(outputs: list[str]) -> list[str]:
    """The option that lets Snakemake make these again, and what follows from them."""
    return ["--forcerun", *outputs] if outputs else []


@dataclass(frozen=True)
class Run:
    """How Snakemake is run on a study.

    Parameters
    ----------
    config : str
        Path of the config.
    profile : str or None
        Path or name of a profile, which is added to profiles/default.
    cores : int or None
        Jobs at a time on this machine; None where the profile says how many there are.
    lock : int or None
        Descriptor of the file that is held while the run lasts, and that Snakemake inherits.
    alone : bool
        Whether each job on this machine has it for itself.
    """

    config: str
    profile: str | None = None
    cores: int | None = None
    lock: int | None = None
    alone: bool = False

    @property
    def options(self) -> list[str]:
        """Snakemake's options."""
        profile = ["--profile", self.profile] if self.profile else []
        cores = ["--cores", str(self.cores)] if self.cores else []
        return ["--configfile", self.config, *profile, *cores, *([] if self.profile else self.resources)]

    @property
    def resources(self) -> list[str]:
        """What the jobs on this machine share. One that needs more counts as one that needs all: it runs by itself."""
        usual = yaml.safe_load((DEFAULTS / "profile.yaml").read_text(encoding="utf-8"))["resources"]
        shared = usual | {"mem_mb": 1 if self.alone else memory_mb()}  # the option replaces what the profile says
        return ["--resources", *(f"{name}={amount}" for name, amount in shared.items())]

    @property
    def inherited(self) -> list[int]:
        """The descriptors that Snakemake inherits."""
        return [] if self.lock is None else [self.lock]

    def of(self, config: Path | str) -> "Run":
        """The same with another config."""
        return replace(self, config=str(config))

    def snakemake(self, *more: str, shown: bool = True) -> int:
        """Run Snakemake; when it is killed, end the jobs that it leaves on this machine, and free what it held locked.

        Parameters
        ----------
        more : str
            Further options, or what to make.
        shown : bool
            Whether its messages are shown even when it does not fail.

        Returns
        -------
        int
            Exit status; below 0 when it was killed.
        """
        status = _loudly([*self.options, *more], pass_fds=self.inherited) if shown else self.quietly(*more)
        if status < 0:
            print("Snakemake was killed. What is finished is kept.", flush=True)
            leftovers.end_processes(Path())
            self.quietly("--unlock")
        return status

    def quietly(self, *more: str) -> int:
        """Exit status of Snakemake, whose messages are shown only when it fails."""
        return quietly([*self.options, *more], pass_fds=self.inherited)

    def dry_run(self, *more: str) -> tuple[int, list[table.Job]]:
        """Exit status of a dry run, and the jobs that it would do."""
        with tempfile.TemporaryDirectory() as folder:
            jobs = Path(folder, "jobs.json")
            status = quietly(
                ["--dry-run", "--logger", "kvstudy", "--logger-kvstudy-jobs", str(jobs), *self.options, *more]
            )
            try:
                found = [] if status else json.loads(jobs.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                sys.exit(
                    f"{folder}: what is to be done could not be written there. Is the disk full? TMPDIR names another."
                )
        return status, table.real(table.Job(**job) for job in found)


def _loudly(arguments: list[str], **options: object) -> int:
    return _wait(_start(arguments, **options))


def _start(arguments: list[str], **options: object) -> subprocess.Popen:
    ours = ["--snakefile", str(HOME / "Snakefile"), "--workflow-profile", str(DEFAULTS)]
    return subprocess.Popen([sys.executable, "-m", "snakemake", *ours, *arguments], **options)


def _wait(process: subprocess.Popen) -> int:
    """Exit status of a Snakemake; when this process is to stop, it and its jobs end first."""
    try:
        return process.wait()
    except KeyboardInterrupt as stop:
        _stop(process, had_it=not isinstance(stop, Terminated))
        raise


def _stop(process: subprocess.Popen, had_it: bool) -> None:
    """End a Snakemake and what it started here: on its own, so that it keeps its state and cancels what is in a queue.

    Parameters
    ----------
    process : subprocess.Popen
    had_it : bool
        Whether it was interrupted already.
    """
    try:
        if had_it and _ends(process):
            return
        jobs = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        if not _ends(process):  # it waits for jobs that heard nothing
            _kill(jobs)
            process.wait(LONGEST)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):  # once more: at once
        _kill([psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)])
        process.wait()
        raise Killed from None
    except psutil.NoSuchProcess:
        return


def _ends(process: subprocess.Popen) -> bool:
    """Whether a process ends soon."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill(processes: list[psutil.Process]) -> None:
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def quietly(arguments: list[str], **options: object) -> int:
    """Exit status of Snakemake, whose messages are shown only when it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        status = _wait(_start(arguments, stdout=messages, stderr=subprocess.STDOUT, **options))
        if status:
            messages.seek(0)
            print(messages.read(), file=sys.stderr, end="", flush=True)
    return status
