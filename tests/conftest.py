import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)  # the same examples in every run
settings.load_profile("repeatable")

HOME = Path(__file__).parents[1]
MODEL = "results/models/smollm2-135m"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the file that is long and shares nothing: else two workers begin by waiting for the same study."""
    items.sort(key=lambda item: item.path.parent.name != "golden")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of a campaign of faults: trials of each kind, parts kept and computed again, and commands."""
    table: dict[str, Counter] = defaultdict(Counter)
    for report in terminalreporter.stats.get("passed", []):
        if report.when == "call":
            for kind, numbers in report.user_properties:
                table[kind].update(trials=1, **numbers)
    if table:
        terminalreporter.write_line("| what happened | trials | parts kept | parts computed again | commands |")
        terminalreporter.write_line("|---|---|---|---|---|")
    for kind, row in table.items():
        cells = (row[name] for name in ("trials", "kept", "redone", "commands"))
        terminalreporter.write_line(f"| {kind} | {' | '.join(map(str, cells))} |")


@dataclass
class Checkout:
    """A copy of this checkout in a folder of its own, with the commands that tests run in it."""

    folder: Path
    config: str = "tests/workflow/tiny.yaml"

    def python(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run `python ARGUMENTS` on the copy's own library."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "workflow")}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake on the copy's config."""
        return self.python("-m", "snakemake", "--configfile", self.config, "--cores", "2", *arguments)

    def study(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run the study command on the copy's config."""
        return self.python("-m", "kvstudy.study", "--config", self.config, *arguments)

    def jobs(self) -> list[dict]:
        """What a dry run would do: {rule, wildcards, reason, output} of every job but the target."""
        out = self.folder / "jobs.json"
        done = self.snakemake("--dry-run", "--logger", "kvstudy", "--logger-kvstudy-jobs", str(out))
        assert done.returncode == 0, done.stdout + done.stderr
        return [job for job in json.loads(out.read_text()) if job["rule"] != "all"]

    def counts(self) -> Counter:
        """Number of jobs of every rule that a dry run would do; analyses count by their own names."""
        return Counter(job["wildcards"].get("analysis", job["rule"]) for job in self.jobs())

    def cells(self) -> set[str]:
        """The cells that a dry run would run."""
        records = [Path(file) for job in self.jobs() for file in job["output"]]
        return {record.parent.name for record in records if record.name == "facts.json"}

    def bundle(self, by: str) -> None:
        """Let one job run the cells of a policy or a model."""
        self.edit(self.config, "bundle: cell", f"bundle: {by}")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be in the file."""
        file = self.folder / path
        text = file.read_text()
        assert old in text, f"{path} has no {old!r}"
        file.write_text(text.replace(old, new, 1))

    def raise_version(self, name: str) -> None:
        """Say that what a stage writes is of another version."""
        self.edit("workflow/kvstudy/contracts/versions.py", f"{name} = ", f"{name} = 1 + ")

    def append(self, module: str) -> None:
        """Change what a module of the library holds, without changing what it does."""
        with (self.folder / "workflow/kvstudy" / module).open("a") as file:
            file.write("\nADDED = 1\n")


def copy(folder: Path) -> Checkout:
    """Copy every file that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (HOME / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOME / name, folder / name)
    return Checkout(folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A copy without results."""
    return copy(tmp_path)


def made_once(factory: pytest.TempPathFactory, name: str, run: Callable[[Path], None]) -> Path:
    """A folder that `run` fills, once for all workers of a test run: the first makes it, and the others wait."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done = folder.with_name(f"{name}.done")
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            run(folder)
            done.touch()
    return folder


def _make_model(folder: Path) -> None:
    done = copy(folder).snakemake("--", f"{MODEL}/materialised.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small model as its rule makes it, for all tests, none of which changes it."""
    return made_once(tmp_path_factory, "model", _make_model) / MODEL


def with_model(study: Checkout, model: Path) -> Checkout:
    """The checkout, in which the model is made."""
    shutil.copytree(model, study.folder / MODEL, copy_function=_copy_or_link)
    return study


@pytest.fixture(scope="session")
def _study_run(tmp_path_factory: pytest.TempPathFactory, small_model: Path) -> Checkout:
    """One real run of the tiny study, for all tests."""

    def run(folder: Path) -> None:
        done = with_model(copy(folder), small_model).study()
        assert done.returncode == 0, done.stdout + done.stderr

    return Checkout(made_once(tmp_path_factory, "study", run))


@pytest.fixture
def finished_study(_study_run: Checkout, tmp_path: Path) -> Checkout:
    """A copy in which the tiny study has run; a test may change what it likes."""
    folder = tmp_path / "study"
    shutil.copytree(_study_run.folder, folder, copy_function=_copy_or_link)
    return Checkout(folder, _study_run.config)


def _copy_or_link(source: str, target: str) -> None:
    """Copy, but only link the model's weights, which no test changes."""
    if os.path.getsize(source) > 10_000_000:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
