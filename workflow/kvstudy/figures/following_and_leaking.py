"""Instructions followed and hidden text leaked against the ratio: a column a layout, a curve for each plain policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES, BROKEN, EXCESS, LEAKED, REFUSED, by_layout, measures, plain


def draw(family_curves: pd.DataFrame, response_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed, directives leaked, attacks refused and broken text against the ratio.

    Parameters
    ----------
    family_curves, response_curves : pandas.DataFrame
        The tables of these names.
    """
    points = measures(family_curves, response_curves, LEAKED, EXCESS, REFUSED, BROKEN)
    return by_layout(plain(points), AXES, "followed instructions")


FIGURE = ReportFigure(draw, (FAMILY_CURVES, RESPONSE_CURVES))
