"""Which attacks work: directives leaked and attacks refused, a column for each kind of attack."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import RESPONSE_CURVES
from kvstudy.contracts.instruction_classes import ATTACK, TASK
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import by_model_and_layout, drawn, floor, headed, plain
from kvstudy.figures.multiples import Axis

AXES = {
    "directive_recall": Axis("directive\nleaked", high=np.nan),
    "directive_excess": Axis("leaked,\nover floor", low=np.nan, high=np.nan),
    "response_refusal": Axis("refused"),
}
FLOORS = {"directive_floor": "directive_recall"}


def draw(response_curves: pd.DataFrame) -> Figure:
    """Draw directives leaked and attacks refused against the ratio, for each kind of attack.

    Parameters
    ----------
    response_curves : pandas.DataFrame
        The table `response_curves`.
    """
    rows = plain(response_curves[~response_curves["request"].isin([TASK, ATTACK])])
    values = rows[rows["metric"].isin(AXES)]
    floors = floor(rows[rows["metric"].isin(FLOORS)])
    points = pd.concat(
        [values.assign(curve=values["policy"], row=values["metric"]), floors.assign(row=floors["metric"].map(FLOORS))]
    )
    points = by_model_and_layout(points)
    placed = points.assign(block=headed(points), column=points["request"])
    return drawn(placed, AXES, sorted(set(points["request"])), "attacks")


FIGURE = ReportFigure(draw, (RESPONSE_CURVES,))
