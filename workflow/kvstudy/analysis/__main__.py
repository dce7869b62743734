"""Make analyses of a study by name.

`python -m kvstudy.analysis cliffs --results results/demo --settings '{"resamples": 1000, ...}' --out analysis`; a rule
passes the settings, so that by hand it is shorter to ask Snakemake for the file: see `docs/extending.md`.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from kvstudy.analysis.analysis import Results
from kvstudy.contracts.each import each
from kvstudy.contracts.installation import RESOURCES


def main() -> bool:
    """Write <out>/<name>.parquet of every name; whether all could be made."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.analysis", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="modules of kvstudy.analysis that hold an ANALYSIS")
    parser.add_argument("--results", type=Path, required=True, help="folder of the study's results")
    parser.add_argument("--resources", type=Path, default=RESOURCES, help="folder of published numbers")
    parser.add_argument("--settings", type=json.loads, required=True, help="what they take of the config, as JSON")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    given = parser.parse_args()
    results = Results(given.results, given.resources, given.settings)

    def make(name: str) -> None:
        import_module(f"kvstudy.analysis.{name}").ANALYSIS.write(results, given.out / f"{name}.parquet")

    return each(given.names, make)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
