"""Which build of torch this machine's pip takes.

One version of torch comes in several builds: PyPI's CUDA and CPU ones, and further CPU ones in places that pip can be
told of. Given the hashes of several, pip prefers a file of PyPI, whose hash it knows beforehand, over any other. So
the choice is made first, without hashes, and then checked against the lock.
"""

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from environment import lockfile
from environment.lockfile import Pin


@dataclass(frozen=True)
class Build:
    """One file of a package: the sha256 of the file in hex, and what it requires (`Requires-Dist`)."""

    sha256: str
    requires: tuple[str, ...]


def parse_report(report: str) -> Build:
    """Read the only package of what `pip install --report` prints."""
    [package] = json.loads(report)["install"]
    return Build(
        sha256=sha256(package["download_info"]),
        requires=tuple(package["metadata"].get("requires_dist", [])),
    )


def sha256(file: dict) -> str:
    """The hash of a file that pip reports; older versions of pip leave it out for a file on this machine.

    Raises:
        ValueError: pip does not tell it, and the file is not here.
    """
    if known := file["archive_info"].get("hashes", {}).get("sha256"):
        return known
    if not file["url"].startswith("file://"):
        raise ValueError(f"pip does not tell the sha256 of {file['url']}; a newer pip may")
    with open(url2pathname(urlsplit(file["url"]).path), "rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def pip_settings() -> dict[str, str]:
    """The variables that pip is run with: the user's, but for those that let it install elsewhere, as clusters set."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON")
    return {name: value for name, value in os.environ.items() if name not in elsewhere} | {"PIP_USER": "0"}


def chosen_by_pip(python: Path, pin: Pin) -> Build:
    """Ask a Python's pip which file it would install for a pin, and install nothing."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    command = [*pip, "--dry-run", "--ignore-installed", "--no-deps", "--report", "-", pin.requirement]
    done = subprocess.run(command, env=pip_settings(), check=True, stdout=subprocess.PIPE, text=True)
    return parse_report(done.stdout)


def pins_for(build: Build, pins: list[Pin]) -> list[Pin]:
    """Return the pins to install with this build of torch: that file alone, and CUDA's libraries only if it needs them.

    Raises:
        ValueError: the lock does not hold the build.
    """
    [torch] = [pin for pin in pins if pin.name == "torch"]
    if build.sha256 not in torch.hashes:
        raise ValueError(f"the build of {torch.requirement} that pip takes here (sha256 {build.sha256}) is not locked")
    cuda = lockfile.wanted_cuda(pins, build.requires)
    only = replace(torch, hashes=(build.sha256,))
    return [only if pin is torch else pin for pin in pins if not pin.cuda or pin in cuda]
