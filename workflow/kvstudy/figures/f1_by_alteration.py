"""Token F1 by ratio, for questions that the passage answers and for those that it does not: standard and altered."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.figures.by_tag import draw_tags
from kvstudy.figures.figure import ReportFigure


def draw(tag_curves: pd.DataFrame) -> Figure:
    """Draw token F1 for questions that the passage answers and for those that it does not.

    Parameters
    ----------
    tag_curves : pandas.DataFrame
        The table `tag_curves`.
    """
    return draw_tags(tag_curves, "alteration", "altered questions")


FIGURE = ReportFigure(draw, (TAG_CURVES,))
