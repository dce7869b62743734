"""Token F1 by ratio, for each direction of asking: from subject to attribute, and back."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.figures.by_tag import draw_tags
from kvstudy.figures.figure import ReportFigure


def draw(tag_curves: pd.DataFrame) -> Figure:
    """Draw token F1 for each direction of asking.

    Parameters
    ----------
    tag_curves : pandas.DataFrame
        The table `tag_curves`.
    """
    return draw_tags(tag_curves, "direction", "directions of asking")


FIGURE = ReportFigure(draw, (TAG_CURVES,))
