"""Fair eviction with the defence first and with the directive first: a column for each layout with a defence."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import (
    AXES,
    BROKEN,
    DEFENDED,
    LEAKED,
    REFUSED,
    by_layout,
    for_each_variant,
    measures,
)

FAIR = "fair"


def draw(family_curves: pd.DataFrame, response_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed and directives leaked under fair eviction, in each order of the parts.

    Parameters
    ----------
    family_curves, response_curves : pandas.DataFrame
        The tables of these names.
    """
    points = for_each_variant(measures(family_curves, response_curves, LEAKED, REFUSED, BROKEN))
    fair = points[(points["variant"] == FAIR) & points["layout"].isin(DEFENDED)]
    return by_layout(fair, AXES, "fair eviction under a defence")


FIGURE = ReportFigure(draw, (FAMILY_CURVES, RESPONSE_CURVES))
