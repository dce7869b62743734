"""Make analyses, figures and tables of a study by name.

`python -m kvstudy.make figures/cliffs tables/claims --results results/demo`: a name is the folder and the file that are
made, and the module of the library that makes it. What `analysis/cliffs` takes of the config is in the study's file of
jobs, `--jobs results/demo/jobs/<hash>.json`. Nothing that is made depends on this program, which no rule follows.
"""

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from kvstudy.contracts.each import each
from kvstudy.contracts.installation import RESOURCES
from kvstudy.contracts.jobs import read_jobs

KINDS = ("analysis", "figures", "tables")


def main() -> bool:
    """Write the files of every name below the folder of results; whether all could be made."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.make", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help=", ".join(f"{kind}/<name>" for kind in KINDS))
    parser.add_argument("--results", type=Path, required=True, help="folder of the study's results")
    parser.add_argument("--jobs", type=Path, help="the study's file of jobs; for analyses")
    parser.add_argument("--resources", type=Path, default=RESOURCES, help="folder of published numbers")
    given = parser.parse_args()
    for name in given.names:
        kind, _, module = name.partition("/")
        if kind not in KINDS or not module.isidentifier() or not find_spec(f"kvstudy.{kind}.{module}"):
            parser.error(f"there is no {name}: a name is {' or '.join(f'{kind}/<name>' for kind in KINDS)}")
        if name.startswith("analysis/") and not given.jobs:
            parser.error(f"{name} needs --jobs, the study's file of jobs")
    return each(given.names, lambda name: make(name, given.results, given.jobs, given.resources))


def make(name: str, results: Path, jobs: Path | None, resources: Path) -> None:
    """Write the files of one name, from what there is in the folder of results."""
    kind, _, module = name.partition("/")
    module = import_module(f"kvstudy.{kind}.{module}")
    if kind == "analysis":
        from kvstudy.analysis.analysis import Results  # takes a second, which figures and tables do not need

        (settings,) = read_jobs(jobs, [name])
        module.ANALYSIS.write(Results(results, resources, settings), results / f"{name}.parquet")
    elif kind == "figures":
        module.FIGURE.write(results / "analysis", results / name)
    else:
        module.TABLE.write(results / "analysis", resources, results / name)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
