"""Who holds a folder, where files cannot be locked, and what was killed on another machine."""

import errno
import fcntl
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from kvstudy.recovery import lock
from kvstudy.recovery.lock import HOLDER, LOCK, OTHER, Place, only_run
from kvstudy.recovery.runs import Killed, Run

GONE = 2**22 + 1  # no process has this number
ELSEWHERE = Place("elsewhere", 1)


@pytest.fixture
def here(tmp_path, monkeypatch) -> list[str]:
    """An empty folder; what Snakemake is told there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    told: list[str] = []
    monkeypatch.setattr(Run, "quietly", lambda self, *more: told.extend(more) or 0)
    return told


@pytest.fixture
def without_locks(monkeypatch):
    """A file system without locks."""

    def fails(file: int, how: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(lock.fcntl, "flock", fails)


def test_the_lock_says_where_a_run_goes_on_and_is_empty_afterwards(here):
    with only_run(Run("a.yaml")) as run:
        assert Place.parse(LOCK.read_text()) == Place(socket.gethostname(), os.getpid())
        assert os.fstat(run.lock).st_ino == LOCK.stat().st_ino
    assert LOCK.read_text() == "" and here == []


def test_what_was_killed_is_unlocked_by_the_next_run(here):
    with pytest.raises(Killed), only_run(Run("a.yaml")):
        raise Killed
    with only_run(Run("a.yaml")):
        assert here == ["--unlock"]


def test_a_second_run_is_refused(here):
    LOCK.parent.mkdir()
    with LOCK.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match=OTHER), only_run(Run("a.yaml")):
            pass


def test_without_locks_a_file_names_the_holder(here, without_locks, capsys):
    with only_run(Run("a.yaml")):
        assert Place.parse(HOLDER.read_text()) == Place.here()
        second = pytest.raises(SystemExit, match=f"It is on {socket.gethostname()}, process {os.getpid()}; where it is")
        with second, only_run(Run("a.yaml")):
            pass
    assert not HOLDER.exists()
    assert "Files cannot be locked here (Function not implemented)" in capsys.readouterr().out


@pytest.mark.parametrize(("holder", "refused"), [(replace(Place.here(), process=GONE), False), (ELSEWHERE, True)])
def test_without_locks_a_holder_that_is_seen_to_be_gone_holds_nothing(here, without_locks, holder, refused):
    HOLDER.parent.mkdir()
    HOLDER.write_text(str(holder))
    if refused:
        gone = pytest.raises(SystemExit, match="It is on elsewhere, process 1; where it is gone, remove")
        with gone, only_run(Run("a.yaml")):
            pass
        assert Place.parse(HOLDER.read_text()) == holder
    else:
        with only_run(Run("a.yaml")):
            assert Place.parse(HOLDER.read_text()) == Place.here()


def test_an_empty_file_of_a_holder_is_somebodys(here, without_locks):
    HOLDER.parent.mkdir()
    HOLDER.touch()
    with pytest.raises(SystemExit, match="It is somewhere"), only_run(Run("a.yaml")):
        pass


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("echo RUNNING", True),
        ("echo TIMEOUT", False),
        ("echo 'Invalid job id specified' >&2; exit 1", False),
        ("exit 1", True),
    ],
)
def test_a_run_killed_in_a_slurm_job_elsewhere_may_go_on_as_long_as_the_job(
    here, monkeypatch, tmp_path, answer, refused
):
    squeue = tmp_path / "bin/squeue"
    squeue.parent.mkdir()
    squeue.write_text(f"#!/bin/sh\n{answer}\n")
    squeue.chmod(0o755)
    monkeypatch.setenv("PATH", f"{squeue.parent}{os.pathsep}{os.environ['PATH']}")
    LOCK.parent.mkdir()
    LOCK.write_text(str(Place("n1", 7, "12")))
    if refused:
        gone = pytest.raises(SystemExit, match=r"killed on n1, in SLURM job 12, .* \(scancel 12\)")
        with gone, only_run(Run("a.yaml")):
            pass
        assert LOCK.read_text() == "n1 7 12"
    else:
        with only_run(Run("a.yaml")):
            assert here == ["--unlock"]


def test_of_a_run_killed_elsewhere_one_is_told(here, capsys):
    LOCK.parent.mkdir()
    LOCK.write_text(str(ELSEWHERE))
    with only_run(Run("a.yaml")):
        pass
    assert "killed on elsewhere; nothing that it started may go on there" in capsys.readouterr().out
    assert Path(LOCK).read_text() == ""
