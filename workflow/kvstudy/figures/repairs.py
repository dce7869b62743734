"""What repairs change: instructions followed and text leaked, a column for each variant, plain first."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES, BROKEN, DEFENDED, LEAKED, REFUSED, by_variant, measures


def draw(family_curves: pd.DataFrame, response_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed, directives leaked, attacks refused and broken text, before and after every repair.

    Parameters
    ----------
    family_curves, response_curves : pandas.DataFrame
        The tables of these names.
    """
    points = measures(family_curves, response_curves, LEAKED, REFUSED, BROKEN)
    return by_variant(points[points["layout"].isin(DEFENDED)], AXES, "repairs under a defence")


FIGURE = ReportFigure(draw, (FAMILY_CURVES, RESPONSE_CURVES))
