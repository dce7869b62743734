"""How far the heads agree over all layers as the ratio rises: a row for each measure, a curve for each policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import DEPTH_PROFILES
from kvstudy.figures import style
from kvstudy.figures.by_ratio import draw_metrics
from kvstudy.figures.figure import ReportFigure

MEASURES = {"consensus": "consensus\nof top positions", "jaccard": "Jaccard\nof evicted sets"}


def draw(depth_profiles: pd.DataFrame) -> Figure:
    """Draw consensus and the overlap of evicted sets, as means over all layers, against the compression ratio.

    Parameters
    ----------
    depth_profiles : pandas.DataFrame
        The table `depth_profiles`.
    """
    rows = depth_profiles[depth_profiles["summary"] == "mean"]
    return draw_metrics(rows, MEASURES, top=lambda highs: 1.0, height=1.0) or style.message(
        "No consensus to draw: no part of any cell was answered. The coverage table says why."
    )


FIGURE = ReportFigure(draw, (DEPTH_PROFILES,))
