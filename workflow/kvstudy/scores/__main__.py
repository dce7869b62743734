"""Score the cells of a bundle, in the way of their experiment: that of the module `kvstudy.scores.<experiment>`.

`python -m kvstudy.scores --jobs J --cells C --facts F --datasets D --resources R --out O`
"""

import argparse
from importlib import import_module
from pathlib import Path

from kvstudy.contracts.jobs import read_jobs
from kvstudy.scores.bundle import score_bundle


def main() -> None:
    """Read the arguments, score the cells."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.scores", description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=Path, required=True, help="the study's file of jobs")
    parser.add_argument("--cells", required=True, nargs="+", help="the cells to score, of one experiment")
    parser.add_argument("--facts", type=Path, required=True, help="folder of facts, with a folder a cell")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--resources", type=Path, required=True, help="folder with words and texts to judge by")
    parser.add_argument("--out", type=Path, required=True, help="folder of scores, with a folder a cell")
    given = parser.parse_args()
    jobs = read_jobs(given.jobs, given.cells)
    way = import_module(f"kvstudy.scores.{jobs[0]['experiment']}")
    score = way.scorer(given.resources)
    score_bundle(jobs, lambda job, facts: score(job, facts, given.datasets), way.TABLES, given.facts, given.out)


if __name__ == "__main__":
    main()
