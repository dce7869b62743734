"""How far each family of instructions is followed at every ratio, and how far text without meaning would follow it."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import by_verdict
from kvstudy.analysis.instructions import family_curves as curves_of
from kvstudy.contracts.instruction_analysis import FAMILY_CURVES
from kvstudy.contracts.vocabulary import INSTRUCTIONS


def family_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The rows of `family_curves`, of system prompts whose instructions stand in their own order.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for labels, rows, baseline in by_verdict(cells, scores):
        followed = curves_of(rows, baseline, labels["verdict"], bootstrap)
        chance = curves_of(rows, rows, f"{labels['verdict']}_floor", bootstrap)
        floors = [{**row, "metric": "floor"} for row in chance if row["metric"] == "accuracy"]
        found += [{**labels, **row} for row in (*followed, *floors)]
    return found


ANALYSIS = OfScores(family_curves, FAMILY_CURVES, INSTRUCTIONS)
