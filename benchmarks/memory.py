"""Peak memory and start-up of one contender, in a process of its own: python -m benchmarks.memory --contender NAME ...

`measure` starts such processes; the module's own command is what they run.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from benchmarks.clock import Stopwatch
from benchmarks.contenders import ENGINE, MULTI, SINGLE, contender
from benchmarks.models import SHAPES, Source
from benchmarks.workload import FIXED, ONE_CELL, QUESTIONS, SWEEP, Prompts, Task
from kvstudy.cells.loaded import peak_memory

CASES = ((SINGLE, 1), (MULTI, 1), (ENGINE, 1), (ENGINE, len(SWEEP)))


def measure(source: Source, length: int) -> pd.DataFrame:
    """A row each for the contenders with one cell, and for the engine with a sweep.

    Columns: contender, length, cells; peak_bytes, resident or on the GPU; start_seconds, from the process's start to
    its end but for loading and answering, which is mostly imports; load_seconds, model and tokenizer; run_seconds.
    """
    return pd.DataFrame([in_process(source, name, cells, length) for name, cells in CASES])


def in_process(source: Source, name: str, cells: int, length: int) -> dict:
    """One row."""
    options = {"contender": name, "cells": cells, "model": source.folder, "device": source.device, "length": length}
    if source.shape:
        options["shape"] = source.shape
    command = [sys.executable, "-m", "benchmarks.memory", *(f"--{key}={value}" for key, value in options.items())]
    whole = Stopwatch()
    with whole.running():
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    start = whole.seconds - found["load_seconds"] - found["run_seconds"]
    return {"contender": name, "length": length, "cells": cells, "start_seconds": start, **found}


def main() -> None:
    """Load one contender, answer one workload, print what it took as JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.memory", description=__doc__)
    parser.add_argument("--contender", required=True, choices=sorted({name for name, _ in CASES}))
    parser.add_argument("--cells", required=True, type=int, help="1, or all of the sweep")
    parser.add_argument("--model", required=True, type=Path, help="folder of the materialised model")
    parser.add_argument("--shape", choices=sorted(SHAPES), help="random weights of this shape")
    parser.add_argument("--device", required=True, choices=("cpu", "cuda"))
    parser.add_argument("--length", required=True, type=int, help="context tokens")
    arguments = parser.parse_args()
    loading = Stopwatch()
    with loading.running():
        one = contender(arguments.contender, Source(arguments.model, arguments.shape, arguments.device))
    (work,) = Prompts(one.tokenizer).workloads(arguments.length, 1, QUESTIONS)
    run = one.run(Task(work, ONE_CELL if arguments.cells == 1 else SWEEP, FIXED))
    peak = peak_memory(one.model.device)
    print(json.dumps({"peak_bytes": peak, "load_seconds": loading.seconds, "run_seconds": run.seconds}))


if __name__ == "__main__":
    main()
