"""Machines with little memory, without locks, with folders that one may only read; and studies that are told to end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kvstudy.recovery.leftovers import processes
from tests import debian
from tests.faults.conftest import Faulty
from tests.faults.test_damage import CELL, mounted

pytestmark = pytest.mark.faults
SOON = 15  # seconds in which a study ends that is told to
WITHOUT_LOCKS = """\
#include <errno.h>
int flock(int file, int how) { errno = %s; return -1; }
"""
MEMORY = Path("/sys/fs/cgroup/memory")


@pytest.fixture
def without_locks(tmp_path: Path) -> Callable[[str], str]:
    """Builds a library that lets every `flock` fail in one way; its path, for LD_PRELOAD."""
    debian.need(("gcc",), ("gcc", "libc6-dev"))

    def build(error: str) -> str:
        source, library = tmp_path / "locks.c", tmp_path / "locks.so"
        source.write_text(WITHOUT_LOCKS % error)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
        return str(library)

    return build


def asleep(study: Faulty, seconds: float = 600) -> subprocess.Popen:
    """A study that was started, in which a cell now naps."""
    nap = study.folder / "nap"
    nap.write_text(str(seconds))
    run = study.start()
    while nap.exists():
        assert run.poll() is None, study.log()
        time.sleep(0.1)
    return run


def goes_on(study: Faulty, before: dict[str, int]) -> str:
    """The same command ends well, with equal tables and no finished part computed again; what it printed."""
    done = study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert study.is_undisturbed()
    assert study.kept(before)
    assert study.counts().total() == 0
    return done.stdout


@pytest.mark.parametrize("error", ["ENOSYS", "ENOLCK", "EOPNOTSUPP"])
def test_a_file_system_without_locks(faulty, without_locks, monkeypatch, error):
    monkeypatch.setenv("LD_PRELOAD", without_locks(error))
    run = asleep(faulty)
    second = faulty.study()
    assert second.returncode == 1
    assert "Another study is running in this folder." in second.stderr
    faulty.kill(("-m\0snakemake",))
    run.kill()
    run.wait()
    said = goes_on(faulty, faulty.parts())
    assert "Files cannot be locked here" in said and "An earlier run was killed" in said
    assert not (faulty.folder / ".snakemake/kvstudy.holder").exists()


def test_a_plan_of_a_folder_that_one_may_only_read(faulty, finished):
    for study in (faulty, finished):
        usual = study.study("--plan-only")
        with mounted(study.folder, "--bind", str(study.folder)):
            subprocess.run(["mount", "-o", "remount,ro,bind", str(study.folder)], check=True)
            done = study.study("--plan-only")
        assert (done.returncode, done.stdout, done.stderr) == (0, usual.stdout, "")


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM], [signal.SIGINT]])
def test_a_study_that_is_told_to_end_ends_soon_with_all_that_it_started(faulty, signals):
    run = asleep(faulty)
    begin = time.monotonic()
    for each in signals:
        run.send_signal(each)
        time.sleep(1)
    assert run.wait(SOON) == 130, faulty.log()
    assert time.monotonic() - begin < SOON
    assert processes(faulty.folder) == []
    assert faulty.log().endswith("Stopped. What is finished is kept; the same command goes on from there.\n")
    goes_on(faulty, faulty.parts())


def test_ctrl_c_twice_in_a_terminal(faulty):
    (faulty.folder / "nap").write_text("600")
    with (faulty.folder / "run.log").open("a") as log:
        environment = {**os.environ, "PYTHONPATH": str(faulty.folder / "workflow")}
        streams = {"stdout": log, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        run = subprocess.Popen(faulty.command(), cwd=faulty.folder, env=environment, process_group=0, **streams)
    while (faulty.folder / "nap").exists():
        assert run.poll() is None, faulty.log()
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)
    time.sleep(0.3)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(SOON) == 130, faulty.log()
    assert processes(faulty.folder) == []
    goes_on(faulty, faulty.parts())


def test_whoever_shares_the_group_of_a_folder_may_go_on_with_its_study(faulty):
    shutil.rmtree(faulty.folder / "results/models")
    there = {path.lstat().st_ino for path in faulty.folder.rglob("*")}
    usual = os.umask(0o002)
    try:
        done = faulty.study()
    finally:
        os.umask(usual)
    assert done.returncode == 0, done.stdout + done.stderr
    made = (path for top in ("results", "reports", "logs", ".snakemake") for path in (faulty.folder / top).rglob("*"))
    new = [path for path in made if path.lstat().st_ino not in there and not path.is_symlink()]
    assert "model.safetensors" in {path.name for path in new}
    assert [path for path in new if path.stat().st_mode & 0o060 != 0o060] == []


@contextmanager
def limited(megabytes: int) -> Iterator[list[str]]:
    """A control group with so much memory; the command that runs another in it."""
    if not os.access(MEMORY, os.W_OK):
        pytest.skip("no control group of memory (version 1) can be made here")
    group = MEMORY / f"kvstudy-{os.getpid()}"
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(megabytes * 10**6))
        join = f"import os, sys; open('{group}/cgroup.procs', 'w').write('0'); os.execvp(sys.argv[1], sys.argv[1:])"
        yield [sys.executable, "-c", join]
    finally:
        group.rmdir()


def in_group(study: Faulty, group: list[str], *arguments: str) -> subprocess.CompletedProcess:
    """Run the study in a control group, with four jobs at a time if they fit."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(study.folder / "workflow"), "PATH": path}
    command = [*group, *study.command("--cores", "4", *arguments)]
    return subprocess.run(command, cwd=study.folder, env=environment, capture_output=True, text=True)


def test_little_memory_is_shared_by_as_many_jobs_as_fit(faulty):
    with limited(2500) as group:
        done = in_group(faulty, group)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed" not in done.stdout
    assert faulty.is_undisturbed()


def test_a_cell_that_is_killed_says_so_and_what_it_needs(faulty):
    (faulty.folder / "hunger").write_text(str(3 * 10**9))
    with limited(2500) as group:
        done = in_group(faulty, group)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{CELL} failed: It was killed by signal 9, as by a system that is out of memory; the job is planned" in (
        done.stdout
    )
    (faulty.folder / "hunger").unlink()
    done = faulty.study("--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()
