"""How each family of instructions degrades: prompts with one instruction beside those with more, for each policy."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES
from kvstudy.contracts.instruction_classes import FAMILIES, LAYOUTS
from kvstudy.contracts.judgements import ALL
from kvstudy.figures import style
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import VERDICT, for_each_policy, headed, one_layout, plain
from kvstudy.figures.multiples import Axis, multiples

GROUPS = ("single", "multi")
AXES = {
    "accuracy": Axis("accuracy"),
    "floor": Axis("accuracy\nby chance"),
    "normalised_accuracy": Axis("over that\nat ratio 0", high=np.nan, empty="not defined: none\nfollowed at ratio 0"),
}


def draw(family_curves: pd.DataFrame) -> Figure:
    """Draw the accuracy of every family of instructions, as it is, by chance and normalised, against the ratio.

    Parameters
    ----------
    family_curves : pandas.DataFrame
        The table `family_curves`.
    """
    rows = family_curves[(family_curves["verdict"] == VERDICT) & (family_curves["family"] != ALL)]
    rows = one_layout(plain(rows[rows["group"].isin(GROUPS) & rows["metric"].isin(AXES)]), LAYOUTS)
    rows = for_each_policy(rows)
    if rows.empty:
        return style.message("No families to draw: no task was answered. The coverage table says why.")
    placed = rows.assign(
        block=headed(rows),
        row=rows["metric"],
        column=rows["policy"] + ", " + rows["group"],
        curve=rows["family"],
    )
    columns = [f"{policy}, {group}" for policy in sorted(set(rows["policy"])) for group in GROUPS]
    return multiples(placed, AXES, columns, style.dashed(FAMILIES))


FIGURE = ReportFigure(draw, (FAMILY_CURVES,))
