"""What repaired policies keep of directive and defence: a column for each variant, a row for each span."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import SPAN_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import DEFENDED, KEPT_AXES, by_variant, kept


def draw(span_curves: pd.DataFrame) -> Figure:
    """Draw the kept shares of spans against the ratio, before and after every repair.

    Parameters
    ----------
    span_curves : pandas.DataFrame
        The table `span_curves`.
    """
    points = kept(span_curves)
    return by_variant(points[points["layout"].isin(DEFENDED)], KEPT_AXES, "kept shares under a defence")


FIGURE = ReportFigure(draw, (SPAN_CURVES,))
