"""Programs that tests need and pip cannot install: taken from Debian's packages, as root, where they are missing."""

import os
import shutil
import subprocess
import time

INSTALL = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"])
LOCKED = "Could not get lock"
PATIENCE, PAUSE = 300, 5  # seconds


class Missing(Exception):
    """A program is missing and cannot be installed; says what to install by hand."""


def need(programs: tuple[str, ...], packages: tuple[str, ...]) -> None:
    """Install packages with apt-get unless all of the programs are there.

    Raises
    ------
    Missing
        One of the programs is not there, and apt-get or the right to use it is missing, or it failed.
    """
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    by_hand = f"these tests need {' and '.join(missing)}; on Debian: sudo apt install {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(by_hand)
    update, install = INSTALL
    end = time.monotonic() + PATIENCE
    for command in (update, [*install, *packages]):
        done = apt_get(command, end)
        if done.returncode:
            busy = (
                f"after {PATIENCE} seconds another package manager is still at work: " if LOCKED in done.stderr else ""
            )
            raise Missing(f"{by_hand} (apt-get {command[0]} failed: {busy}{done.stderr.strip()})")


def apt_get(command: list[str], end: float) -> subprocess.CompletedProcess:
    """Run apt-get; while another package manager is at work, as on a server that has just started, try until `end`."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    while True:
        done = subprocess.run(["apt-get", *command], env=quiet, capture_output=True, text=True)
        if not (done.returncode and LOCKED in done.stderr and time.monotonic() < end):
            return done
        time.sleep(PAUSE)
