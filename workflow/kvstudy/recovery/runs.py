"""Snakemake, run in a study's folder: for its jobs, in silence, or only to say what it would do."""

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from kvstudy.contracts.installation import HOME
from kvstudy.plan import table
from kvstudy.recovery import leftovers

PATIENCE = 5  # seconds in which a Snakemake that had the same Ctrl-C ends by itself


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
    """

    config: str
    profile: str | None = None
    cores: int | None = None
    lock: int | None = None

    @property
    def options(self) -> list[str]:
        """Snakemake's options."""
        profile = ["--profile", self.profile] if self.profile else []
        cores = ["--cores", str(self.cores)] if self.cores else []
        return ["--configfile", self.config, *profile, *cores]

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
    ours = ["--snakefile", str(HOME / "Snakefile"), "--workflow-profile", str(HOME / "profiles/default")]
    return subprocess.Popen([sys.executable, "-m", "snakemake", *ours, *arguments], **options)


def _wait(process: subprocess.Popen) -> int:
    """Exit status of a process; when this one is interrupted, let that one end first, so that it keeps its state."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # only this process had the signal
            process.send_signal(signal.SIGINT)
            process.wait()
        raise


def quietly(arguments: list[str], **options: object) -> int:
    """Exit status of Snakemake, whose messages are shown only when it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        status = _wait(_start(arguments, stdout=messages, stderr=subprocess.STDOUT, **options))
        if status:
            messages.seek(0)
            print(messages.read(), file=sys.stderr, end="", flush=True)
    return status
