"""A study through the SLURM profile makes, to the last bit, the tables of the same study on one machine."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml

from tests.conftest import Checkout, _copy_or_link, copy
from tests.slurm.conftest import CONFIG, on_cluster

pytestmark = pytest.mark.cluster
FEW = "tests/slurm/study.yaml"
LEFT_OUT = """\
        rules.numbers.input,
        rules.numbers.output,
        rules.page.output,
"""
TOKEN = f"hf_{'abcdefghij' * 3}"  # not as it stands here


def tables(folder: Path) -> dict[str, bytes]:
    """The bytes of everything in the results of a study but what its cells cost."""
    made = [*folder.glob("*.parquet"), *(path for path in folder.glob("*/**/*") if path.is_file())]
    left_out = {"parts", "run.json"}  # what cells cost
    named = (p for p in made if not p.name.startswith("."))  # not the records, which hold times
    return {str(p.relative_to(folder)): p.read_bytes() for p in named if not left_out & {*p.parts, p.name}}


def holds(folder: Path, text: str) -> list[Path]:
    """The files under a folder that hold a text."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".safetensors"]
    return [path for path in files if text.encode() in path.read_bytes()]


@contextmanager
def watched(text: str) -> Iterator[list[str]]:
    """The command lines on this machine that hold a text, while something runs."""
    found, ended = [], threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):  # gone meanwhile
                    found.extend([line] if text in (line := path.read_bytes().decode(errors="replace")) else [])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def without_figures(folder: Path) -> Checkout:
    """A copy in which figures, which take long to draw, are left out; of CI's study all but some of every stage."""
    made, shown = copy(folder), "each.kind == 'tables'"
    if CONFIG == FEW:
        shown = f"each.name in {('coverage', 'uncompressed_f1', 'instructions_summary')}"
        made.edit("Snakefile", LEFT_OUT, "")
    made.edit("workflow/kvstudy/plan/shown.py", "for each in ALL", f"for each in ALL if {shown}")
    made.config = CONFIG
    return made


def test_tables_do_not_depend_on_where_cells_run(slurm, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    local = without_figures(tmp_path / "local")
    done = local.study()
    assert done.returncode == 0, done.stdout + done.stderr
    name = yaml.safe_load((local.folder / CONFIG).read_text())["study"]

    remote = without_figures(tmp_path / "remote")
    on_cluster(remote)
    (remote.folder / "results").mkdir(exist_ok=True)
    shutil.copytree(local.folder / "results/models", remote.folder / "results/models", copy_function=_copy_or_link)
    with watched(TOKEN) as command_lines:
        done = remote.study("--profile", "profiles/slurm")
    assert done.returncode == 0, done.stdout + done.stderr
    assert command_lines == []
    assert tables(remote.folder / "results" / name) == tables(local.folder / "results" / name)
    assert list((remote.folder / "logs/slurm").glob("rule_cell*/**/*.log"))

    assert holds(local.folder, TOKEN) == [] and holds(remote.folder, TOKEN) == []

    again = remote.study("--profile", "profiles/slurm")
    assert "No jobs: nothing is to be done." in again.stdout, again.stdout + again.stderr
