"""Programs are installed once no other package manager is at work; apt-get is real, and so are its locks."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from tests import debian

APT = """
Dir::State "{0}";
Dir::State::status "{0}/dpkg/status";
Dir::Cache "{0}/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/dev/null";
"""
HOLD = """
import fcntl, sys, time
with open(sys.argv[1], "w") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
INSTALLED = ("no-such-program",), ("bash",)  # a package that is there, so that nothing is installed

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("apt-get") is None, reason="apt-get is for root on Debian"
)


@pytest.fixture
def hold(tmp_path, monkeypatch):
    """Holds one of the locks of an apt of its own for some seconds."""
    (tmp_path / "lists/partial").mkdir(parents=True)
    (tmp_path / "dpkg").mkdir()
    (tmp_path / "cache/archives/partial").mkdir(parents=True)
    shutil.copy("/var/lib/dpkg/status", tmp_path / "dpkg/status")
    (tmp_path / "apt.conf").write_text(APT.format(tmp_path))
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    monkeypatch.setattr(debian, "PAUSE", 0.2)
    started = []

    def held(name: str, seconds: float) -> None:
        command = [sys.executable, "-c", HOLD, str(tmp_path / name), str(seconds)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "held\n"

    yield held
    for process in started:
        process.kill()
        process.communicate()


LOCKS = pytest.mark.parametrize(("lock", "command"), [("lists/lock", "update"), ("dpkg/lock-frontend", "install")])


@LOCKS
def test_it_waits_for_the_lock(hold, lock, command):
    hold(lock, 3)
    begin = time.monotonic()
    debian.need(*INSTALLED)
    assert time.monotonic() - begin > 2


@LOCKS
def test_it_says_so_when_the_wait_is_over(hold, lock, command, monkeypatch):
    monkeypatch.setattr(debian, "PATIENCE", 1)
    hold(lock, 60)
    with pytest.raises(debian.Missing, match=rf"apt-get {command} failed: after 1 seconds another package manager"):
        debian.need(*INSTALLED)
