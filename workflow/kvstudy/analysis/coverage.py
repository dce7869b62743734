"""What became of every part of every cell: how many contexts were answered, and why the others were not.

`python -m kvstudy.analysis.coverage --cells C --facts F --out O`
"""

import argparse
from pathlib import Path

import pandas as pd

from kvstudy.analysis.means import stack
from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.plan import CELLS

PART = ["dataset", "compress", "regime", "state", "reason"]


def coverage(cells: pd.DataFrame, facts: Path) -> pd.DataFrame:
    """The table `coverage`.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    facts : pathlib.Path
        Folder with a folder of facts for each cell.
    """
    found = []
    for cell in cells.to_dict("records"):
        states = STATE.read(facts / cell["cell"] / "states.parquet")
        found.append(states.groupby(PART).size().rename("contexts").reset_index().assign(**cell))
    return stack(found, COVERAGE)


def main() -> None:
    """Read the arguments, count, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True, help="table of cells")
    parser.add_argument("--facts", type=Path, required=True, help="folder with one folder of facts a cell")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args()
    COVERAGE.write(coverage(CELLS.read(arguments.cells), arguments.facts), arguments.out)


if __name__ == "__main__":
    main()
