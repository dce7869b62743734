"""What became of the contexts of every cell: how many contexts were answered, and why the others were not."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import Analysis
from kvstudy.analysis.means import stack
from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.files import SCORES_LIST
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.judgements import OK, UNPROBED, UNSCORED
from kvstudy.contracts.parts import read_facts

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
        states = read_facts(results / "cells" / cell["cell"], STATE)
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


ANALYSIS = Analysis(lambda results: coverage(results.cells, results.folder), COVERAGE)
