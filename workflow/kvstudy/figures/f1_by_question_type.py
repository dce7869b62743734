"""Token F1 by ratio, for each form of question: plain retrieval, a manipulated form, a part of the answer."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.figures.by_tag import draw_tags
from kvstudy.figures.figure import ReportFigure


def draw(tag_curves: pd.DataFrame) -> Figure:
    """Draw token F1 for each form of question.

    Parameters
    ----------
    tag_curves : pandas.DataFrame
        The table `tag_curves`.
    """
    return draw_tags(tag_curves, "question_type", "forms of questions")


FIGURE = ReportFigure(draw, (TAG_CURVES,))
