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
    """Make every job run the library of the checkout `home`, with the interpreter that runs this process.

    What a shell says to Python does not reach the jobs: the PYTHONPATH of a cluster's loaded modules would replace
    locked packages, and PYTHONOPTIMIZE drops the assertions by which a press refuses a context.
    """
    for name in [each for each in os.environ if each.startswith("PYTHON")]:
        del os.environ[name]
    os.environ |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(home / "workflow"),
        "PYTHONSAFEPATH": "1",  # a file in the study's folder replaces no package of its name
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
    }
