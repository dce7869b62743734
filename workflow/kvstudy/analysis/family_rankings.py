"""Whether the families of instructions keep their order under compression."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import by_verdict
from kvstudy.analysis.instructions import family_rankings as rankings_of
from kvstudy.contracts.instruction_analysis import FAMILY_RANKINGS
from kvstudy.contracts.vocabulary import INSTRUCTIONS


def family_rankings(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The rows of `family_rankings`; arguments as `family_curves.family_curves`."""
    return [
        {**labels, **row}
        for labels, rows, baseline in by_verdict(cells, scores)
        for row in rankings_of(rows, baseline, labels["verdict"], bootstrap)
    ]


ANALYSIS = OfScores(family_rankings, FAMILY_RANKINGS, INSTRUCTIONS)
