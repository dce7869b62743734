"""The lock, `requirements.lock`: one exact, hashed version for each package, in pip's requirements format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PATH = Path("requirements.lock")

# PyPI's Linux builds of torch are CUDA builds and need these libraries, gigabytes of them; its CPU builds do not.
# Their lines carry the marker `extra == "cuda"`, which is false for a line of a requirements file, so a plain
# `pip install -r` passes over them.
_CUDA_NAME = re.compile(r"(nvidia|cuda)-.+|triton")
_CUDA_MARKER = 'extra == "cuda"'

_HEADER = f"""\
# Made by `make lock` from requirements.in: do not edit.
# Install with `make env`. Lines marked `{_CUDA_MARKER}` belong to the CUDA builds of torch only.
"""
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>.+))?")


def normalise(name: str) -> str:
    """Return a package's name in the one spelling used for comparison (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Pin:
    """One locked package.

    Attributes:
        name: normalised name.
        version: exact version.
        marker: environment marker (PEP 508) of the machines that need the package; empty for all.
        hashes: sha256 digests, in hex, of all files that may be installed.
        needed_by: the packages that need this one; `requirements.in` where it is a direct requirement.
    """

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()

    @property
    def cuda(self) -> bool:
        """Whether only the CUDA builds of torch need this package."""
        return _CUDA_NAME.fullmatch(self.name) is not None

    @property
    def requirement(self) -> str:
        """The package as a requirement without hashes, for example `torch==2.13.0`."""
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")

    def lines(self) -> str:
        """Return the pin as pip reads it, hashes included, followed by a comment on what needs it."""
        hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in self.hashes)
        return f"{self.requirement}{hashes}\n    # for {', '.join(self.needed_by)}\n"


def _locked(pin: Pin) -> Pin:
    """Return the pin with the marker that it has in the lock."""
    if not pin.cuda:
        return pin
    return replace(pin, marker=f"{_CUDA_MARKER} and ({pin.marker})" if pin.marker else _CUDA_MARKER)


def _unlocked(pin: Pin) -> Pin:
    """Return a pin of the lock with the marker that it has outside of it; the inverse of `_locked`."""
    marker = pin.marker.removeprefix(_CUDA_MARKER).removeprefix(" and ")
    if marker != pin.marker and marker:
        marker = marker.removeprefix("(").removesuffix(")")
    return replace(pin, marker=marker)


def parse(text: str) -> list[Pin]:
    """Read the pins of a lock, or of what `uv pip compile --generate-hashes` prints.

    Raises:
        ValueError: a line is neither a comment, nor a hash, nor an exactly pinned requirement.
    """
    pins: list[Pin] = []
    for line in text.splitlines():
        content = line.strip().removesuffix("\\").strip()
        if content.startswith("--hash=sha256:"):
            pins[-1] = replace(pins[-1], hashes=(*pins[-1].hashes, content.removeprefix("--hash=sha256:")))
        elif content.startswith("#"):
            if pins and line.startswith(" "):
                pins[-1] = replace(pins[-1], needed_by=pins[-1].needed_by + _needed_by(content))
        elif content:
            match = _REQUIREMENT.fullmatch(content)
            if match is None:
                raise ValueError(f"not an exactly pinned requirement: {line}")
            pins.append(_unlocked(Pin(normalise(match["name"]), match["version"], match["marker"] or "")))
    return pins


def _needed_by(comment: str) -> tuple[str, ...]:
    names = re.sub(r"^#\s*(via\b|for\b)?", "", comment).replace("-r ", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


def read(path: Path = PATH) -> list[Pin]:
    """Read the pins of a lock file."""
    return parse(path.read_text(encoding="utf-8"))


def format_lock(pins: list[Pin]) -> str:
    """Return the text of the lock for these pins, in the order given."""
    return _HEADER + "".join(_locked(pin).lines() for pin in pins)


def wanted_cuda(pins: list[Pin], torch_requires: Sequence[str]) -> list[Pin]:
    """Return the pins of the CUDA libraries if a build of torch asks for them, otherwise none.

    Args:
        pins: the lock.
        torch_requires: the `Requires-Dist` values of that build.
    """
    names = {normalise(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]) for requirement in torch_requires}
    cuda = [pin for pin in pins if pin.cuda]
    return cuda if any(pin.name in names for pin in cuda) else []
