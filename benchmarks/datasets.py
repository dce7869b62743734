"""Time the generation of every dataset at the paper's sizes, on one core: python -m benchmarks.datasets.

Each is generated as its job does it, in a process of its own, which starts, generates, checks and writes both tables;
then a tenth of it, to tell what memory grows with. `seconds` is the processor's time, so that other work on the machine
counts little, `wall_seconds` is the clock's, `peak_MB` the most that was resident.
"""

import argparse
import os
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.process import in_process
from kvstudy.config.load import load
from kvstudy.plan.cells import generated

STUDY = Path("config/paper.yaml")
RESULTS = Path("benchmarks/results/datasets.csv")


def main() -> None:
    """Measure, print a table and write it as CSV."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.datasets", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = []
    for name, size in generated(load(STUDY)).items():
        for passages in (size.passages, size.passages // 10):
            rows.append({"dataset": name, "passages": passages, **measure(name, passages, size.seed)})
    frame = pd.DataFrame(rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(arguments.out, index=False)
    print(frame.to_string(index=False))
    whole = frame.iloc[::2]
    print(f"\nall datasets: {whole['seconds'].sum():.0f} s, by the clock {whole['wall_seconds'].sum():.0f} s")


def measure(dataset: str, passages: int, seed: int) -> dict[str, float]:
    """What one process took."""
    with tempfile.TemporaryDirectory() as out:
        options = {"dataset": dataset, "passages": passages, "seed": seed, "resources": "resources", "out": out}
        return in_process(["-m", "kvstudy.datasets", *(f"--{key}={value}" for key, value in options.items())])


if __name__ == "__main__":
    main()
