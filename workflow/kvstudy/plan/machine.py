"""What the machine that runs Snakemake offers, and what its jobs inherit."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

NVIDIA = Path("/proc/driver/nvidia/version")
OWN_GROUPS = Path("/proc/self/cgroup")
LIMITS = {  # of memory, by the controllers of a control group: of version 2, of version 1
    "": ("/sys/fs/cgroup", "memory.max"),
    "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
}


def gpus(device: str, here: bool) -> int:
    """How many GPUs a cell asks for: 1 or 0.

    `auto` asks for one where this machine has one. Jobs that do not run `here` but on a cluster ask for one: what the
    machine that submits them has says nothing about theirs.
    """
    return int(device == "cuda" or (device == "auto" and (NVIDIA.exists() or not here)))


def memory_mb() -> int:
    """Megabytes that the jobs on this machine may use: all of its memory, or what a container or SLURM allows."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return min([pages * size, *_limits()]) // 10**6


def _limits() -> Iterator[int]:
    """Bytes that this process's control groups, and those above them, may use, where there are limits."""
    for line in OWN_GROUPS.read_text(encoding="utf-8").splitlines():
        _, controllers, name = line.split(":", 2)
        if controllers in LIMITS:
            top, file = LIMITS[controllers]
            group = Path(top, name.lstrip("/"))
            for limit in (folder / file for folder in (group, *group.parents)):
                if limit.is_file() and (said := limit.read_text(encoding="utf-8").strip()).isdigit():  # or `max`
                    yield int(said)


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
