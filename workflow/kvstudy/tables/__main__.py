"""Make tables of the report by name.

`python -m kvstudy.tables claims routes --analysis results/demo/analysis --out results/demo/tables`
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from kvstudy.contracts.each import each
from kvstudy.contracts.installation import RESOURCES


def main() -> bool:
    """Write <out>/<name>.html, .csv and .tex of every name; whether all could be made."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.tables", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="modules of kvstudy.tables that hold a TABLE")
    parser.add_argument("--analysis", type=Path, required=True, help="folder of the tables that analyses made")
    parser.add_argument("--resources", type=Path, default=RESOURCES, help="folder of published numbers")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    given = parser.parse_args()

    def make(name: str) -> None:
        import_module(f"kvstudy.tables.{name}").TABLE.write(given.analysis, given.resources, given.out / name)

    return each(given.names, make)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
