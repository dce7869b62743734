"""How much of the defence repaired policies give away: a column for each variant, plain first."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import RESPONSE_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES, DEFENCE, by_variant, responded


def draw(response_curves: pd.DataFrame) -> Figure:
    """Draw the recall of the defence in responses to attacks, before and after every repair.

    Parameters
    ----------
    response_curves : pandas.DataFrame
        The table `response_curves`.
    """
    return by_variant(responded(response_curves, DEFENCE), AXES, "leaked defence")


FIGURE = ReportFigure(draw, (RESPONSE_CURVES,))
