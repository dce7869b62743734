"""Time the probe grid of the demo: python -m benchmarks.probes.

The demo's cells are run on the datasets that it probes, with answers of one token, which change no hidden state of a
question. Then the probes are made as their rules make them: every job in a process of its own, as many at a time as
there are cores. `seconds` is the processor's time over all jobs of a stage, so that other work on the machine counts
little, `wall_seconds` the clock's from the first job's start to the last one's end.
"""

import argparse
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.clock import Stopwatch
from benchmarks.models import small_model
from benchmarks.process import in_process
from benchmarks.workload import EXAMPLES, RESOURCES
from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.contracts.jobs import write_jobs
from kvstudy.plan.analyses import settings
from kvstudy.plan.cells import generated, jobs, probed

CONFIG = Path("config/demo.yaml")
RESULTS = Path("benchmarks/results/probes.csv")


def main() -> None:
    """Measure, print a table and write it as CSV."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes", description=__doc__.splitlines()[0])
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)), help="jobs at a time")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    study = probing(load(CONFIG))
    with TemporaryDirectory() as folder:
        run_cells(study, Path(folder))
        stages = probe_jobs(study, Path(folder))
        rows = [{"stage": name, **measure(jobs, arguments.cores)} for name, jobs in stages.items()]
    frame = pd.DataFrame(rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(arguments.out, index=False)
    print(frame.to_string(index=False))
    print(f"\n{arguments.cores} jobs at a time: {frame['wall_seconds'].sum():.0f} s by the clock")


def probing(study: Study) -> Study:
    """The study without what its probes do not read."""
    routing = study.experiments.routing
    less = {"datasets": routing.hidden_states, "routes": None, "max_new_tokens": 1}
    only = study.experiments.model_copy(update={"routing": routing.model_copy(update=less), "instructions": None})
    return study.model_copy(update={"experiments": only})


def run_cells(study: Study, folder: Path) -> None:
    """Write the probed datasets, the table of cells and the facts of every cell."""
    for name, size in generated(study).items():
        options = {"dataset": name, "passages": size.passages, "seed": size.seed, "resources": RESOURCES}
        in_process(command("kvstudy.datasets", **options, out=folder / "datasets" / name))
    in_process(command("kvstudy.plan.write", config=CONFIG, out=folder / "cells.parquet"))
    options = {"jobs": write_jobs(folder / "jobs", jobs(study)), "model": small_model()}
    paths = {"datasets": folder / "datasets", "examples": EXAMPLES, "out": folder / "cells"}
    in_process([*command("kvstudy.cells", **options, **paths), "--cells", *(cell.id for cell in probed(study))])


def probe_jobs(study: Study, folder: Path) -> dict[str, list[list[str]]]:
    """Stage -> the commands of its jobs, as the rules of the probes have them."""
    datasets, names = folder / "datasets", folder / "names.parquet"
    (model,) = {cell.model for cell in probed(study)}
    options = {"model": small_model(), "prompt": study.models[model].prompt, "datasets": datasets, "out": names}
    looked_up = [*command("kvstudy.probes.names", **options), "--of", *generated(study)]
    trained = []
    for cell in probed(study):
        read = {"facts": folder / "cells" / cell.id, "datasets": datasets}
        out = folder / "probes" / f"{cell.id}.parquet"
        trained.append(command("kvstudy.probes", **read, names=names, seed=study.seed, out=out))
    name = "analysis/probes"
    options = {"results": folder, "jobs": write_jobs(folder / "jobs", {name: settings(study, "probes")})}
    estimated = [*command("kvstudy.make", **options), name]
    return {"probe_names": [looked_up], "probe": trained, "probes": [estimated]}


def command(module: str, **options: object) -> list[str]:
    """The arguments of python that run a module."""
    return ["-m", module, *(f"--{name}={value}" for name, value in options.items())]


def measure(jobs: list[list[str]], cores: int) -> dict[str, float]:
    """What the jobs of one stage take."""
    whole = Stopwatch()
    with whole.running(), ThreadPoolExecutor(cores) as pool:
        seconds = sum(job["seconds"] for job in pool.map(in_process, jobs))
    return {"jobs": len(jobs), "seconds": round(seconds, 2), "wall_seconds": round(whole.seconds, 2)}


if __name__ == "__main__":
    main()
