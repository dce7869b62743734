"""Scores of probes on the mean of all layers against the compression ratio: a row for each target."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.probes import ANSWER_TYPE, CANDIDATE, POOLED, PROBES, SCORES
from kvstudy.figures import style
from kvstudy.figures.by_ratio import draw_metrics
from kvstudy.figures.figure import ReportFigure

LABELS = {CANDIDATE: "candidate\naccuracy", ANSWER_TYPE: "answer type\nmacro-F1"}


def draw(probes: pd.DataFrame) -> Figure:
    """Draw how well probes tell their targets against the compression ratio.

    Parameters
    ----------
    probes : pandas.DataFrame
        The table `probes`.
    """
    pooled = probes[(probes["layer"] == POOLED) & (probes["metric"] == probes["target"].map(SCORES))]
    return draw_metrics(
        pooled.assign(metric=pooled["target"]), LABELS, top=lambda highs: 1.0, height=1.3
    ) or style.message("No probes to draw: too few passages were answered. The coverage table says why.")


FIGURE = ReportFigure(draw, (PROBES,))
