"""How much of the defence itself is given away: a column for each layout with one, a curve for each plain policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import RESPONSE_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES, DEFENCE, by_layout, plain, responded


def draw(response_curves: pd.DataFrame) -> Figure:
    """Draw the recall of the defence in responses to attacks against the ratio.

    Parameters
    ----------
    response_curves : pandas.DataFrame
        The table `response_curves`.
    """
    return by_layout(plain(responded(response_curves, DEFENCE)), AXES, "leaked defence")


FIGURE = ReportFigure(draw, (RESPONSE_CURVES,))
