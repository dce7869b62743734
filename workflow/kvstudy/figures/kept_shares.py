"""What plain policies keep of directive and defence: a column for each layout, a row for each span."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import SPAN_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import KEPT_AXES, by_layout, kept, plain


def draw(span_curves: pd.DataFrame) -> Figure:
    """Draw the kept shares of spans against the ratio.

    Parameters
    ----------
    span_curves : pandas.DataFrame
        The table `span_curves`.
    """
    return by_layout(plain(kept(span_curves)), KEPT_AXES, "kept shares")


FIGURE = ReportFigure(draw, (SPAN_CURVES,))
