"""Token F1 by ratio, for each type of answer: persons, places, dates and the others."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.figures.by_tag import draw_tags
from kvstudy.figures.figure import ReportFigure


def draw(tag_curves: pd.DataFrame) -> Figure:
    """Draw token F1 for each type of answer.

    Parameters
    ----------
    tag_curves : pandas.DataFrame
        The table `tag_curves`.
    """
    return draw_tags(tag_curves, "answer_type", "types of answers")


FIGURE = ReportFigure(draw, (TAG_CURVES,))
