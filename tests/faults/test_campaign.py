"""A campaign: every kind of fault at random moments of a study, each followed by the same command until it ends.

In the end all tables are, to the last bit, those of an undisturbed run, no finished part was computed again, nothing is
left to do, and no process or job goes on. `make faults SEEDS=5` tries every kind five times, and prints a table.
A kind is a function: what happens to a study, from its start until the reason is gone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from kvstudy.recovery.leftovers import processes
from tests.faults.conftest import Faulty, seeded
from tests.faults.test_damage import flip, mounted, truncate

pytestmark = pytest.mark.faults
SEEDS = int(os.environ.get("SEEDS") or 1)
BUNDLES = ("cell", "policy", "model")
SNAKEMAKE, CELL = "-m\0snakemake", "kvstudy.cells"
MOST = 4  # times that the same command is given until it ends well
ROOM, FILES = 64 * 2**20, 2000  # bytes of a small disk, and files of another


@dataclass
class Trial:
    """One fault in one study."""

    study: Faulty
    duration: float
    draw: Random
    options: tuple[str, ...] = ()
    run: subprocess.Popen | None = None
    harmed: set[str] = field(default_factory=set)
    whole: dict[str, int] = field(default_factory=dict)
    commands: int = 0

    @property
    def results(self) -> Path:
        """The folder of the study's results."""
        return self.study.folder / "results/tiny"

    def begins(self) -> None:
        """The study is started, and goes on until a random moment, or its end."""
        self.run = self.study.start(*self.options)
        self.passes(self.draw.uniform(0.1, 0.9) * self.duration)

    def passes(self, seconds: float) -> None:
        """So much time passes, or the study ends earlier."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.run.wait(seconds)

    def ends(self) -> None:
        """The study ends, however; what is finished now must be kept."""
        self.run.wait(20 * self.duration)
        self.whole = self.study.parts()

    def goes_on(self) -> None:
        """The same command is given until it ends well, and nothing was lost or done twice."""
        before = {part: inode for part, inode in self.whole.items() if part not in self.harmed}
        for self.commands in range(1, MOST + 1):
            done = self.study.study(*self.options, *(["--retry"] if self.commands > 1 else []))
            if done.returncode == 0:
                break
        assert done.returncode == 0, self.study.log() + done.stdout + done.stderr
        assert self.study.kept(before)
        assert self.study.is_undisturbed()
        assert self.study.counts().total() == 0
        assert processes(self.study.folder) == []

    def finished(self, pattern: str) -> Path | None:
        """A file that is there by now."""
        found = sorted(path for path in self.results.glob(pattern) if path.is_file() and not path.name.startswith("."))
        return self.draw.choice(found) if found else None


def fill(folder: Path) -> Path:
    """Leave no room on the disk of a folder, for a byte or for a file; the folder that takes it."""
    ballast = folder / ".ballast"
    with contextlib.suppress(OSError):
        ballast.mkdir()
        with (ballast / "bytes").open("wb", buffering=0) as file:
            for _ in range(ROOM // 2**16):
                file.write(bytes(2**16))
        for number in range(FILES):
            (ballast / str(number)).touch()
    return ballast


def is_killed(trial: Trial, *victims: str, study: bool = False) -> None:
    """Kill processes of a running study by words of their commands."""
    trial.begins()
    trial.study.kill(victims)
    if study:
        trial.run.kill()
    trial.ends()


def is_left_to_snakemake(trial: Trial) -> None:
    """Kill the study, whose Snakemake goes on, and wait for that."""
    is_killed(trial, study=True)
    end = time.monotonic() + 20 * trial.duration
    while processes(trial.study.folder) and time.monotonic() < end:
        time.sleep(0.5)


def is_told(trial: Trial, *signals: signal.Signals) -> None:
    """Send signals to a running study."""
    trial.begins()
    for each in signals:
        trial.run.send_signal(each)
        trial.passes(0.5)
    trial.ends()


def on_a_small_disk(trial: Trial, folder: Path, options: str = f"size={ROOM}") -> None:
    """Let a folder's disk, which is empty, be full from a random moment on, and free it."""
    with mounted(folder, "-t", "tmpfs", "-o", options, "tmpfs"):
        trial.begins()
        ballast = fill(folder)
        trial.ends()
        shutil.rmtree(ballast)
        trial.goes_on()
        kept = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, content in kept.items():  # which the disk takes with it
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def without_rights(trial: Trial, folder: Path) -> None:
    """Let a folder be read-only from a random moment on, and writable again."""
    folder.mkdir(parents=True, exist_ok=True)
    with mounted(folder, "--bind", str(folder)):
        trial.begins()
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        trial.ends()


def is_harmed(trial: Trial, pattern: str, harm: Callable[[Path], object]) -> None:
    """Harm a finished file of a study that was killed, or of one that is finished where there was none by then."""
    is_killed(trial, SNAKEMAKE, CELL, study=True)
    if not trial.finished(pattern):
        trial.study.study(*trial.options)
        trial.whole = trial.study.parts()
    path = trial.finished(pattern)
    harm(path)
    cell = path.parents[1]
    trial.harmed |= {f"{cell.name}/{path.stem}"} if cell.exists() else {p for p in trial.whole if cell.name in p}


def is_edited(trial: Trial, path: str, old: str, new: str) -> None:
    """Edit a file while the study runs, and undo it when that has ended."""
    usual = (trial.study.folder / path).read_text()
    trial.begins()
    trial.study.edit(path, old, new)
    trial.ends()
    (trial.study.folder / path).write_text(usual)


def sleeps(trial: Trial, victim: str) -> None:
    """Stop processes for a while."""
    trial.begins()
    stopped = [p for p in processes(trial.study.folder) if victim in _command(p)]
    for how in (signal.SIGSTOP, signal.SIGCONT):
        for process in stopped:
            _send(process, how)
        trial.passes(8)
    trial.ends()


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().decode()
    except OSError:
        return ""


def _send(process: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, how)


def flip_now(path: Path) -> None:
    """Flip a bit, as something does that writes: what a disk does by itself is found by what reads the file."""
    flip(path)
    os.utime(path)


def forgets(trial: Trial) -> None:
    """Remove Snakemake's own folder of a study that was killed."""
    is_killed(trial, SNAKEMAKE, CELL, study=True)
    shutil.rmtree(trial.study.folder / ".snakemake")


def is_touched(trial: Trial, skew: float) -> None:
    """Let the clock of a disk be another."""
    is_killed(trial, SNAKEMAKE, CELL, study=True)
    now = time.time() + skew
    for path in trial.results.rglob("[!.]*"):
        if path.is_file() and path.stat().st_nlink == 1:
            os.utime(path, (now, now))


ANSWERS, ANALYSIS, TABLE = "cells/*/answers/*.parquet", "analysis/*.parquet", "tables/*.csv"
KINDS: dict[str, Callable[[Trial], None]] = {
    "Snakemake is killed": lambda t: is_killed(t, SNAKEMAKE),
    "a cell's process is killed": lambda t: is_killed(t, CELL),
    "the study is killed, and Snakemake goes on": is_left_to_snakemake,
    "Snakemake and the study are killed": lambda t: is_killed(t, SNAKEMAKE, study=True),
    "all processes are killed": lambda t: is_killed(t, SNAKEMAKE, CELL, study=True),
    "the study is told to end": lambda t: is_told(t, signal.SIGTERM),
    "the study is told to end twice": lambda t: is_told(t, signal.SIGTERM, signal.SIGTERM),
    "Ctrl-C": lambda t: is_told(t, signal.SIGINT),
    "Ctrl-C twice": lambda t: is_told(t, signal.SIGINT, signal.SIGINT),
    "the terminal is closed": lambda t: is_told(t, signal.SIGHUP),
    "a cell's process stands still": lambda t: sleeps(t, CELL),
    "Snakemake stands still": lambda t: sleeps(t, SNAKEMAKE),
    "the disk of the facts is full": lambda t: on_a_small_disk(t, t.results / "cells"),
    "the disk of the analyses is full": lambda t: on_a_small_disk(t, t.results / "analysis"),
    "the disk of the logs is full": lambda t: on_a_small_disk(t, t.study.folder / "logs"),
    "the disk of Snakemake's folder is full": lambda t: on_a_small_disk(t, t.study.folder / ".snakemake"),
    "no more files of facts": lambda t: on_a_small_disk(t, t.results / "cells", f"size={2 * ROOM},nr_inodes={FILES}"),
    "results become read-only": lambda t: without_rights(t, t.results),
    "reports become read-only": lambda t: without_rights(t, t.study.folder / "reports"),
    "a file of facts is cut": lambda t: is_harmed(t, ANSWERS, truncate),
    "a file of facts is removed": lambda t: is_harmed(t, ANSWERS, Path.unlink),
    "a bit of a fact is flipped": lambda t: is_harmed(t, ANSWERS, flip_now),
    "a cell's folder is removed": lambda t: is_harmed(t, ANSWERS, lambda path: shutil.rmtree(path.parents[1])),
    "an analysis is cut": lambda t: is_harmed(t, ANALYSIS, truncate),
    "a table is removed": lambda t: is_harmed(t, TABLE, Path.unlink),
    "Snakemake's folder is removed": forgets,
    "the clock goes back a day": lambda t: is_touched(t, -86400),
    "the clock goes on a day": lambda t: is_touched(t, 86400),
    "the config is edited": lambda t: is_edited(
        t, t.study.config, "policies: [streaming-llm]", "policies: [knorm, streaming-llm]"
    ),
    "the code is edited": lambda t: is_edited(t, "workflow/kvstudy/engine/answer.py", '"""', '"""Another. '),
}


def tried(trial: Trial, happens: Callable[[Trial], None]) -> dict[str, int]:
    """What happens in one trial, and that it is made good; the numbers of its row of the campaign's table."""
    happens(trial)
    if not trial.commands:
        trial.goes_on()
    redone = [part for part, inode in trial.whole.items() if trial.study.parts()[part] != inode]
    return {"kept": len(trial.whole) - len(redone), "redone": len(redone), "commands": trial.commands}


def every(kinds: Iterable[str]) -> pytest.MarkDecorator:
    """Each kind, as often as is asked for."""
    return pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind in kinds for seed in range(SEEDS)])


@every(KINDS)
def test_a_study_survives(faulty, duration, record_property, kind, seed):
    draw = seeded(f"{kind} {seed}")
    faulty.bundle(draw.choice(BUNDLES))
    record_property(kind, tried(Trial(faulty, duration, draw), KINDS[kind]))
