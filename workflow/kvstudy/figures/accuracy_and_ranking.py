"""Policies compared without a defence: instructions followed and the order of the families, a column for each model."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, FAMILY_RANKINGS
from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.contracts.judgements import ALL
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import AXES, FOLLOWED, RANKING, drawn, followed, named, one_layout, plain, ranked


def draw(family_curves: pd.DataFrame, family_rankings: pd.DataFrame) -> Figure:
    """Draw instructions followed and the rank correlation of the families against the ratio.

    Parameters
    ----------
    family_curves, family_rankings : pandas.DataFrame
        The tables of these names.
    """
    rankings = ranked(family_rankings)
    points = pd.concat([followed(family_curves), rankings[rankings["group"] == ALL]])
    points = one_layout(plain(points), LAYOUTS)
    placed = points.assign(block=points["layout"].map(named), column=points["model"])
    axes = {FOLLOWED: AXES[FOLLOWED], **RANKING}
    return drawn(placed, axes, sorted(set(points["model"])), "followed instructions")


FIGURE = ReportFigure(draw, (FAMILY_CURVES, FAMILY_RANKINGS))
