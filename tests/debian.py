"""Programs that tests need and pip cannot install: taken from Debian's packages, as root, where they are missing."""

import os
import shutil
import subprocess

INSTALL = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"])


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
    for command in (update, [*install, *packages]):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(["apt-get", *command], env=quiet, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"{by_hand} (apt-get {command[0]} failed: {done.stderr.strip()})")
