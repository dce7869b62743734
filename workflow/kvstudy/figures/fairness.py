"""How alike the instructions of a prompt are kept, beside how many are followed: a column for each variant."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, SPAN_CURVES
from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES as SHARED
from kvstudy.figures.instructions import FOLLOWED, drawn, followed, for_each_variant, headed, one_layout, variants
from kvstudy.figures.multiples import Axis

GROUPS = {"multi": "two or more", "many": "three or more"}
INDEX, EXCESS = "fairness_instructions_index", "fairness_instructions_excess"
AXES = {
    INDEX: Axis("fairness\nindex"),
    EXCESS: Axis("entries off\nthe fair part", high=np.nan),
    FOLLOWED: SHARED[FOLLOWED],
}


def draw(span_curves: pd.DataFrame, family_curves: pd.DataFrame) -> Figure:
    """Draw Jain's fairness index between instructions and the share that is followed against the ratio.

    Parameters
    ----------
    span_curves, family_curves : pandas.DataFrame
        The tables of these names.
    """
    indices = span_curves[span_curves["metric"].isin([INDEX, EXCESS]) & span_curves["group"].isin(GROUPS)]
    indices = indices.assign(row=indices["metric"], curve=indices["policy"])
    points = pd.concat([indices, *(followed(family_curves, group) for group in GROUPS)])
    points = points.sort_values("group", key=lambda groups: groups.map(list(GROUPS).index), kind="stable")
    points = for_each_variant(one_layout(points, LAYOUTS))
    instructions = points["group"].map(GROUPS) + " instructions"
    placed = points.assign(block=headed(points) + "\n" + instructions, column=points["variant"])
    return drawn(placed, AXES, variants(points), "fairness between instructions")


FIGURE = ReportFigure(draw, (SPAN_CURVES, FAMILY_CURVES))
