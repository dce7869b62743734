"""What is evicted as the ratio rises: the evidence (GER) in two readings, and the whole compressed region in one."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import CURVES
from kvstudy.figures import style
from kvstudy.figures.by_ratio import draw_metrics
from kvstudy.figures.figure import ReportFigure

READINGS = {
    "ger_layer": "evidence gone\n(by layer)",
    "eviction_layer": "region gone\n(by layer)",
    "ger_head": "evidence gone\n(by KV head)",
}


def draw(curves: pd.DataFrame) -> Figure:
    """Draw the evicted share of the evidence and of the compressed region against the compression ratio.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    """
    return draw_metrics(curves, READINGS, top=lambda highs: 1.0, height=0.9, unbiased=True) or style.message(
        "No eviction to draw: no part of any cell was answered. The coverage table says why."
    )


FIGURE = ReportFigure(draw, (CURVES,))
