"""Answer the questions of some cells of one model and record what happened; no judgement is made here."""

import argparse
from pathlib import Path

from kvstudy.cells.job import Job, jobs_of
from kvstudy.cells.parts import list_parts
from kvstudy.cells.record import package_versions, write_record
from kvstudy.cells.run import Runner
from kvstudy.contracts import versions
from kvstudy.contracts.files import checksum
from kvstudy.contracts.vocabulary import tables
from kvstudy.models.load import resolve_device, resolve_dtype
from kvstudy.models.manifest import load_manifest
from kvstudy.policies.build import build_or_exit


def data_checksums(folder: Path, job: Job) -> dict[str, str]:
    """sha256 of every table of the datasets that a cell reads."""
    names = sorted({setting.dataset for setting in job.settings})
    files = [f"{name}/{table}.parquet" for name in names for table in tables(name)]
    return {file: checksum(folder / file) for file in files}


def main(command: list[str] | None = None) -> None:
    """Run from the command line, or with these arguments."""
    parser = argparse.ArgumentParser(prog="kvstudy.cells", description=__doc__)
    parser.add_argument("--jobs", required=True, type=Path, help="the study's file of jobs")
    parser.add_argument("--cells", required=True, nargs="+", help="the cells to run, of one experiment and model")
    parser.add_argument("--model", required=True, type=Path, help="folder of the materialised model")
    parser.add_argument("--datasets", required=True, type=Path, help="folder with a folder a dataset")
    parser.add_argument("--examples", required=True, type=Path, help="worked examples of the prompt")
    parser.add_argument("--out", required=True, type=Path, help="folder with a folder a cell")
    arguments = parser.parse_args(command)

    jobs = jobs_of(arguments.jobs, arguments.cells)
    for job in jobs:
        if job.policy:
            build_or_exit(job.policy, job.ratio)
    first, manifest = jobs[0], load_manifest(arguments.model)
    device = resolve_device(first.device)
    depends = {
        "facts": versions.FACTS,
        "packages": package_versions(),
        "model_files": manifest["files"],
        "examples": checksum(arguments.examples),
        "device": device,
        "dtype": str(resolve_dtype(first.model["dtype"], device)).removeprefix("torch."),
    }
    runner = Runner(jobs, arguments.model, arguments.datasets, arguments.examples, arguments.out, depends)
    runner.run()
    for job in jobs:
        cell, parts = arguments.out / job.cell, runner.parts[job.cell]
        made_with = {**depends, "data": data_checksums(arguments.datasets, job)}
        write_record(cell, job, made_with, manifest["source"], parts, runner.computed[job.cell])
        list_parts(cell, parts)


if __name__ == "__main__":
    main()
