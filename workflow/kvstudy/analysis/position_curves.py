"""Whether it matters where an instruction stands: followed and kept, by its place in the system prompt."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import PLACE, scores_of
from kvstudy.analysis.instructions import in_groups
from kvstudy.analysis.means import means_by, stack
from kvstudy.contracts.instruction_analysis import POSITION_CURVES, VERDICT_NAMES
from kvstudy.contracts.instruction_scores import SPAN_SCORES, VERDICTS
from kvstudy.contracts.vocabulary import INSTRUCTIONS

PART = [*PLACE, "group", "position"]


def position_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `position_curves`; with rotations every instruction stands in every place of its prompt once.

    Prompts of two instructions have no middle: places are compared within a group of prompts.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for table, file, metrics in (
        (VERDICTS, "verdicts.parquet", VERDICT_NAMES),
        (SPAN_SCORES, "spans.parquet", ("retention",)),
    ):
        for rows in scores_of(cells, scores, table, file):
            found += means_by(in_groups(rows), PART, metrics, bootstrap, unit="key")
    return stack(found, POSITION_CURVES)


ANALYSIS = OfScores(position_curves, POSITION_CURVES, INSTRUCTIONS)
