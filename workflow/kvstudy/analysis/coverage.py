"""What became of every part of every cell: how many contexts were answered, and why the others were not.

`python -m kvstudy.analysis.coverage --cells C --results R --out O`
"""

import argparse
from pathlib import Path

import pandas as pd

from kvstudy.analysis.means import stack
from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.files import SCORES_LIST
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.judgements import OK, UNPROBED, UNSCORED
from kvstudy.contracts.plan import CELLS

PART = ["dataset", "compress", "regime", "state", "reason"]


def coverage(cells: pd.DataFrame, results: Path) -> pd.DataFrame:
    """The table `coverage`.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    results : pathlib.Path
        Folder of the study's results: `cells` with a folder of facts for each cell, and what is given up.
    """
    found, ended = [], ended_early(GivenUp.read(results).outputs)
    for cell in cells.to_dict("records"):
        states = STATE.read(results / "cells" / cell["cell"] / "states.parquet")
        if cell["cell"] in ended:
            states = states.astype({"state": object, "reason": object})
            states.loc[states["state"] == OK, ["state", "reason"]] = ended[cell["cell"]]
        found.append(states.groupby(PART).size().rename("contexts").reset_index().assign(**cell))
    return stack(found, COVERAGE)


def ended_early(given_up: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Cell -> state and reason, of the cells that were answered, but not scored or not probed.

    Parameters
    ----------
    given_up : dict
        Path of what stands in place of a job's output -> reason.
    """
    paths = {Path(path): reason for path, reason in given_up.items()}
    probes = {path.stem: (UNPROBED, reason) for path, reason in paths.items() if path.parent.name == "probes"}
    scores = {path.parent.name: (UNSCORED, reason) for path, reason in paths.items() if path.name == SCORES_LIST}
    return probes | scores


def main() -> None:
    """Read the arguments, count, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True, help="table of cells")
    parser.add_argument("--results", type=Path, required=True, help="folder of the study's results")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args()
    COVERAGE.write(coverage(CELLS.read(arguments.cells), arguments.results), arguments.out)


if __name__ == "__main__":
    main()
