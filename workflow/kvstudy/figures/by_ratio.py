"""Metrics against the compression ratio: a row a metric, a panel a dataset, a curve for each policy and regime."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.vocabulary import CONTROLS
from kvstudy.figures import panels, style


def draw_metrics(
    curves: pd.DataFrame,
    labels: dict[str, str],
    top: Callable[[pd.Series], float],
    height: float,
    unbiased: bool = False,
) -> Figure | None:
    """Draw some metrics of the table `curves`; None when it has none of them.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    labels : dict of str to str
        Metric -> name of its axis, from top to bottom.
    top : callable
        Upper end of a metric's axis, from the upper ends of its intervals.
    height : float
        Height of a panel, in inches.
    unbiased : bool
        Whether what a policy without preferences evicts, the ratio, is drawn.
    """
    rows = curves[curves["metric"].isin(labels)]
    regimes, blocks = panels.regimes(rows), panels.studies(rows)
    if not regimes:
        return None
    metrics = [metric for metric in labels if (rows["metric"] == metric).any()]
    x = panels.ratio_label(rows)
    marks, datasets = style.marks(curves["policy"]), panels.datasets(rows)
    lines = len(marks) * len(regimes)
    rows = rows.assign(cut=rows.get("cut", np.nan))  # tables that are not of answers have no such column
    of_answers = rows["cut"].notna().any()
    layout = {"lines": 2 + of_answers, "x": x, "curves": lines, "height": height}
    note = f"{panels.CUT if of_answers else ''} {panels.left_out(rows)}".strip()
    figure, places = panels.grid(blocks, metrics, datasets, **layout, note=note)
    highest = rows[["value", "high"]].max(axis=1)
    tops = {metric: top(highest[rows["metric"] == metric]) for metric in metrics}
    part = panels.grouped(rows, "experiment", "model", "metric", "dataset")
    for (study, metric, dataset), panel in places.items():
        every = part(*study, metric, dataset)
        floor = every["regime"].isin(CONTROLS)
        here = every[~floor]
        if unbiased:
            panel.axes.plot([0, 1], [0, 1], **style.chance_line())
        panels.ratio_panel(panel.axes, here, every[floor], marks)
        panels.rate_axis(panel.axes, tops[metric])
        panel.label(labels[metric])
        if panel.top:
            sizes = panels.sizes(here) if len(here) else "not answered"
            panel.head(dataset, [panels.study_name(study, blocks), sizes, panels.cut_off(here["cut"])])
    handles = panels.policy_handles(marks, regimes) + panels.reference_handles(rows)
    if unbiased:
        handles.append(Line2D([], [], label="no preference: the ratio", **style.chance_line()))
    style.legend(figure, handles)
    return figure
