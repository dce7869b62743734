"""Error rates against the compression ratio: a row for each kind of error, a curve for each policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import CURVES
from kvstudy.figures import panels, style
from kvstudy.figures.by_ratio import draw_metrics
from kvstudy.figures.figure import ReportFigure

KINDS = {"hallucinated": "hallucinated", "outcome_abstained": "abstained", "outcome_broken": "broken text"}


def draw(curves: pd.DataFrame) -> Figure:
    """Draw the shares of wrong, abstained and broken answers against the compression ratio.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    """
    return draw_metrics(curves, KINDS, top=panels.ceiling, height=0.9) or style.message(
        "No error rates to draw: no part of any cell was answered. The coverage table says why."
    )


FIGURE = ReportFigure(draw, (CURVES,))
