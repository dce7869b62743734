"""Draw figures of the report by name.

`python -m kvstudy.figures f1_by_ratio cliffs --analysis results/demo/analysis --out results/demo/figures`
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from kvstudy.contracts.each import each


def main() -> bool:
    """Write <out>/<name>.svg, .pdf and .png of every name; whether all could be drawn."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.figures", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="modules of kvstudy.figures that hold a FIGURE")
    parser.add_argument("--analysis", type=Path, required=True, help="folder of the tables that analyses made")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    given = parser.parse_args()

    def draw(name: str) -> None:
        import_module(f"kvstudy.figures.{name}").FIGURE.write(given.analysis, given.out / name)

    return each(given.names, draw)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
