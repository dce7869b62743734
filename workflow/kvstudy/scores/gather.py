"""Write which scores the cells of an experiment have: the sha256 of each cell's list, in one file.

Estimates follow this file instead of every file of every cell.

`python -m kvstudy.scores.gather --cells C --experiment routing --scores S --out S/routing.json`
"""

import argparse
import json
from pathlib import Path

from kvstudy.contracts.files import SCORES_LIST, atomic, checksum
from kvstudy.contracts.plan import CELLS


def main() -> None:
    """Read the arguments, write the file."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.scores.gather", description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True, help="the table of cells")
    parser.add_argument("--experiment", required=True)
    parser.add_argument("--scores", type=Path, required=True, help="folder of scores, with a folder a cell")
    parser.add_argument("--out", type=Path, required=True, help="JSON file")
    arguments = parser.parse_args()
    cells = CELLS.read(arguments.cells)
    names = sorted(cells.loc[cells["experiment"] == arguments.experiment, "cell"])
    lists = {name: checksum(arguments.scores / name / SCORES_LIST) for name in names}
    with atomic(arguments.out) as temporary:
        temporary.write_text(json.dumps(lists, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
