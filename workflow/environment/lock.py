"""Resolve requirements.in into requirements.lock: `python -m environment.lock [--upgrade]`.

Locked versions stay as long as requirements.in allows them; `--upgrade` takes the newest instead.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from environment import build, lockfile
from environment.lockfile import Pin


def resolve(locked: list[Pin], upgrade: bool) -> list[Pin]:
    """Resolve requirements.in for every platform, with uv, which is installed for this one use.

    Args:
        locked: the pins so far; their versions are kept where possible.
        upgrade: take the newest versions instead.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", folder, "uv"], check=True)
        output = Path(folder) / "resolved.txt"
        output.write_text("".join(pin.lines() for pin in locked), encoding="utf-8")
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
        uv = [str(Path(folder) / "bin" / "uv"), "pip", "compile", "requirements.in", *options]
        subprocess.run([*uv, "-o", str(output)] + ["--upgrade"] * upgrade, check=True, stdout=subprocess.DEVNULL)
        return lockfile.parse(output.read_text(encoding="utf-8"))


def with_every_build(pin: Pin, locked: list[Pin]) -> Pin:
    """Add to torch's hashes that of the build that pip takes here, and those already locked for its version."""
    chosen = build.chosen_by_pip(Path(sys.executable), pin).sha256
    before = {digest for old in locked if (old.name, old.version) == (pin.name, pin.version) for digest in old.hashes}
    return replace(pin, hashes=tuple(sorted({*pin.hashes, *before, chosen})))


def main() -> None:
    """Write requirements.lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that requirements.in allows")
    arguments = parser.parse_args()
    locked = lockfile.read() if lockfile.PATH.exists() else []
    pins = resolve(locked, arguments.upgrade)
    pins = [with_every_build(pin, locked) if pin.name == "torch" else pin for pin in pins]
    lockfile.PATH.write_text(lockfile.format_lock(pins), encoding="utf-8")


if __name__ == "__main__":
    main()
