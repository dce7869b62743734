"""Token F1 against the compression ratio: a panel for each model and dataset, a curve for each policy and regime."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import CURVES
from kvstudy.figures import style
from kvstudy.figures.by_ratio import draw_metrics
from kvstudy.figures.figure import ReportFigure


def draw(curves: pd.DataFrame) -> Figure:
    """Draw token F1 against the compression ratio.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    """
    return draw_metrics(curves, {"token_f1": "token F1"}, top=lambda highs: 1.0, height=1.2) or style.message(
        "No token F1 to draw: no part of any cell was answered. The coverage table says why."
    )


FIGURE = ReportFigure(draw, (CURVES,))
