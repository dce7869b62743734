"""Whether the families keep their order: rank correlation with ratio 0, single- and multi-instruction prompts."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_RANKINGS
from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.contracts.judgements import GROUPS
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import RANKING, drawn, headed, one_layout, plain, ranked


def draw(family_rankings: pd.DataFrame) -> Figure:
    """Draw Spearman's correlation of the order of the families with that at ratio 0.

    Parameters
    ----------
    family_rankings : pandas.DataFrame
        The table `family_rankings`.
    """
    rows = one_layout(plain(ranked(family_rankings)), LAYOUTS)
    placed = rows.assign(block=headed(rows), column=rows["group"])
    return drawn(placed, RANKING, list(GROUPS), "ranking of families")


FIGURE = ReportFigure(draw, (FAMILY_RANKINGS,))
