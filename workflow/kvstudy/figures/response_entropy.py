"""How sure the model is of its responses: their entropy against the ratio, a row each for tasks and for attacks."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import RESPONSE_CURVES
from kvstudy.contracts.instruction_classes import ATTACK, TASK
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import by_layout, plain
from kvstudy.figures.multiples import Axis

AXES = {TASK: Axis("tasks:\nnats/token", high=np.nan), ATTACK: Axis("attacks:\nnats/token", high=np.nan)}


def draw(response_curves: pd.DataFrame) -> Figure:
    """Draw the mean entropy of the tokens of responses against the ratio.

    Parameters
    ----------
    response_curves : pandas.DataFrame
        The table `response_curves`.
    """
    rows = plain(response_curves[(response_curves["metric"] == "entropy") & response_curves["request"].isin(AXES)])
    return by_layout(rows.assign(row=rows["request"], curve=rows["policy"]), AXES, "entropy")


FIGURE = ReportFigure(draw, (RESPONSE_CURVES,))
