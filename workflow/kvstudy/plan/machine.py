"""What the machine that runs Snakemake offers, and what its jobs inherit."""

import os
import sys
from pathlib import Path

NVIDIA = Path("/proc/driver/nvidia/version")


def gpus(device: str, here: bool) -> int:
    """How many GPUs a cell asks for: 1 or 0.

    `auto` asks for one where this machine has one. Jobs that do not run `here` but on a cluster ask for one: what the
    machine that submits them has says nothing about theirs.
    """
    return int(device == "cuda" or (device == "auto" and (NVIDIA.exists() or not here)))


def use_this_checkout(home: Path) -> None:
    """Make every job run the library of the checkout `home`, with the interpreter that runs this process."""
    inherited = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(home / "workflow"), *inherited])
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
