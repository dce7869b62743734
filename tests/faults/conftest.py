import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kvstudy.recovery.leftovers import processes
from tests.conftest import Checkout, _copy_or_link, copy, made_once, with_model

MADE_BY_CELLS = ("cells", "analysis", "tables", "report.sha256")
OF_SCORES = """\
        [f"{R}/scores/{name}.json" for name in experiments(STUDY)],
        [f"{R}/probes/{cell}.parquet" for cell in PROBED],
        [
            f"{R}/probes/names/{model}.parquet"
            for model in {CELLS[c].model for c in PROBED}
        ],
        rules.numbers.input,
        rules.numbers.output,
        rules.page.output,
"""
NAPPING = """
import time
from pathlib import Path

from kvpress import StreamingLLMPress


class Nap(StreamingLLMPress):
    def compress(self, *arguments):
        try:
            seconds = float(Path("nap").read_text())
            Path("nap").unlink()
            time.sleep(seconds)
        except FileNotFoundError:
            pass
        if Path("hunger").exists():
            eaten = b"x" * int(Path("hunger").read_text())
            time.sleep(10)
            del eaten
            Path("hunger").unlink()
        return super().compress(*arguments)
"""


@dataclass
class Faulty(Checkout):
    """A study of two cells and their coverage, in which something goes wrong."""

    undisturbed: dict[str, bytes] = field(default_factory=dict, repr=False)
    cells_folder = "results/tiny/cells"

    def command(self, *arguments: str) -> list[str]:
        """The study command on this config."""
        return [sys.executable, "-m", "kvstudy.study", "--config", self.config, *arguments]

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start the study and go on."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "workflow"), "PATH": path}
        with (self.folder / "run.log").open("a") as log:
            streams = {"stdout": log, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
            return subprocess.Popen(self.command(*arguments), cwd=self.folder, env=environment, **streams)

    def log(self) -> str:
        """What the studies that were started have printed."""
        return (self.folder / "run.log").read_text()

    def tables(self) -> dict[str, bytes]:
        """The bytes of every table that the study has made."""
        results = self.folder / "results/tiny"
        made = [*results.glob("*/**/*.parquet"), *results.glob("tables/*.csv")]
        return {str(path.relative_to(results)): path.read_bytes() for path in made}

    def is_undisturbed(self) -> bool:
        """Whether all tables are, to the last bit, those of a run that was left alone."""
        return self.tables() == self.undisturbed

    def parts(self) -> dict[str, int]:
        """Cell, name and inode of every finished part."""
        found = (self.folder / self.cells_folder).glob("*/parts/[!.]*")
        return {f"{path.parents[1].name}/{path.stem}": path.stat().st_ino for path in found}

    def kept(self, before: dict[str, int]) -> bool:
        """Whether no part of these was computed again."""
        return before.items() <= self.parts().items()

    def kill(self, words: tuple[str, ...]) -> int:
        """Kill the study's processes whose command line has one of these words; how many there were."""
        killed = 0
        for process in processes(self.folder):
            try:
                command = Path(f"/proc/{process}/cmdline").read_bytes().decode()
                if any(word in command for word in words):
                    os.kill(process, signal.SIGKILL)
                    killed += 1
            except OSError:
                continue
        return killed


@pytest.fixture(scope="session")
def _undisturbed(tmp_path_factory: pytest.TempPathFactory, small_model: Path) -> Faulty:
    """The study left alone, once for all tests."""
    made = Faulty(made_once(tmp_path_factory, "undisturbed", lambda folder: left_alone(folder, small_model)))
    made.undisturbed = made.tables()
    assert "tables/coverage.csv" in made.undisturbed
    return made


def left_alone(folder: Path, model: Path) -> None:
    """Run the study in a new copy of this checkout."""
    made = Faulty(with_model(copy(folder), model).folder)
    made.edit("workflow/kvstudy/plan/shown.py", "for each in ALL", "for each in ALL if each.name == 'coverage'")
    made.edit("Snakefile", OF_SCORES, "")
    (made.folder / "workflow/napping.py").write_text(NAPPING)
    made.edit(made.config, "regimes: [agnostic]", "regimes: [agnostic, aware]")  # two parts a cell
    made.edit(made.config, "{press: StreamingLLMPress, arguments: {n_sink: 4}}", "{press: napping.Nap}")
    done = made.study()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def faulty(_undisturbed: Faulty, tmp_path: Path) -> Faulty:
    """The study with model and datasets made, and its cells still to run."""
    folder = tmp_path / "faulty"
    shutil.copytree(_undisturbed.folder, folder, copy_function=_copy_or_link)
    for name in MADE_BY_CELLS:
        path = folder / "results/tiny" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Faulty(folder, _undisturbed.config, undisturbed=_undisturbed.undisturbed)


@pytest.fixture
def finished(_undisturbed: Faulty, tmp_path: Path) -> Faulty:
    """The study when all of it is made."""
    folder = tmp_path / "finished"
    shutil.copytree(_undisturbed.folder, folder, copy_function=_copy_or_link)
    return Faulty(folder, _undisturbed.config, undisturbed=_undisturbed.undisturbed)


@pytest.fixture(scope="session")
def duration(_undisturbed: Faulty, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that the cells of the study take when they are left alone."""
    folder = tmp_path_factory.mktemp("timed") / "study"
    shutil.copytree(_undisturbed.folder, folder, copy_function=_copy_or_link)
    for name in MADE_BY_CELLS:
        path = folder / "results/tiny" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    begin = time.monotonic()
    done = Faulty(folder, _undisturbed.config).study()
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - begin


def seeded(seed: int | str) -> random.Random:
    """The draws of one trial."""
    return random.Random(f"trial {seed}")
