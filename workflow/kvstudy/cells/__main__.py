"""Answer the questions of one cell and record what happened; no judgement is made here."""

import argparse
from pathlib import Path

from kvstudy.cells.job import Job
from kvstudy.cells.record import package_versions, write_record
from kvstudy.cells.run import Runner
from kvstudy.cells.shards import merge, read_costs
from kvstudy.models.load import load_manifest
from kvstudy.models.materialise import checksum


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="kvstudy.cells", description=__doc__)
    parser.add_argument("--job", required=True, type=Job.parse, help="JSON from the plan")
    parser.add_argument("--code", required=True, help="fingerprint of the code that the facts depend on")
    parser.add_argument("--model", required=True, type=Path, help="folder of the materialised model")
    parser.add_argument("--datasets", required=True, type=Path, help="folder with a folder a dataset")
    parser.add_argument("--examples", required=True, type=Path, help="worked examples of the prompt")
    parser.add_argument("--work", required=True, type=Path, help="folder of the shards")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()

    manifest = load_manifest(arguments.model)
    depends = {
        "code": arguments.code,
        "packages": package_versions(),
        "model_files": manifest["files"],
        "examples": checksum(arguments.examples),
    }
    runner = Runner(arguments.job, arguments.model, arguments.datasets, arguments.examples, arguments.work, depends)
    shards = runner.run()
    states = merge(shards, arguments.job.cell, arguments.out)["states"]
    write_record(
        arguments.out / "run.json",
        arguments.job,
        depends,
        manifest["source"],
        read_costs(shards),
        runner.computed,
        states,
    )


if __name__ == "__main__":
    main()
