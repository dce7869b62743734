"""Whether it matters where an instruction stands: followed and kept, a column for each place in the prompt."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import POSITION_CURVES
from kvstudy.contracts.instruction_classes import LAYOUTS, POSITIONS
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import VERDICT, drawn, headed, one_layout, plain
from kvstudy.figures.multiples import Axis

AXES = {VERDICT: Axis("instructions\nfollowed"), "retention": Axis("instructions\nkept", unbiased=True)}


def draw(position_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed and kept against the ratio, by their place in the system prompt.

    First, middle and last are those of prompts with three instructions and more; in a study without any, first and last
    are those of prompts with two.

    Parameters
    ----------
    position_curves : pandas.DataFrame
        The table `position_curves`.
    """
    rows = one_layout(plain(position_curves), LAYOUTS)
    several = "many" if (rows["group"] == "many").any() else "multi"
    rows = rows[rows["group"] == rows["position"].map({"only": "single"}).fillna(several)]
    placed = rows.assign(
        block=headed(rows),
        row=rows["metric"],
        column=rows["position"],
        curve=rows["policy"],
    )
    return drawn(placed[placed["row"].isin(AXES)], AXES, POSITIONS, "positions of instructions")


FIGURE = ReportFigure(draw, (POSITION_CURVES,))
