"""Where hallucination sets in: rates with the fitted curve, and below the change from ratio to ratio."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.analysis import CLIFFS, CURVES, SUSCEPTIBILITY
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import cli, panels, style

RATE = "hallucinated"
ROWS = {"rate": "hallucinated", "change": "susceptibility"}
SEEN = (
    "falling",
    "gradual",
    "cliff",
    "step",
    "unfinished",
    "beyond",
)  # the shapes whose curve explains more than a line


def draw(curves: pd.DataFrame, cliffs: pd.DataFrame, susceptibility: pd.DataFrame) -> Figure:
    """Draw the hallucination rate with its fitted curve, and its susceptibility.

    Parameters
    ----------
    curves, cliffs, susceptibility : pandas.DataFrame
        The tables of these names.
    """
    rates = curves[curves["metric"] == RATE]
    columns, blocks = panels.parts(susceptibility), panels.studies(susceptibility)
    if not columns:
        return style.message("No cliff to draw: no compressed cell was answered. The coverage table says why.")
    figure, places = panels.grid(blocks, list(ROWS), columns, lines=3, height=1.2)
    marks = style.marks(curves["policy"])
    top = panels.ceiling(rates[["value", "high"]].max(axis=1))
    steps = susceptibility[susceptibility["metric"] == RATE]
    lowest, highest = steps[["value", "low"]].min(axis=None), steps[["value", "high"]].max(axis=None)
    for ((experiment, model), row, (dataset, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "regime": regime}
        here, axes = panels.select(rates, **where), panel.axes
        for policy, mark in marks.items():
            if row == "rate":
                points(axes, here[here["policy"].isin([BASELINE, policy])], mark)
                curve(axes, panels.select(cliffs.assign(ratio=0.0), metric=RATE, policy=policy, **where), mark)
            else:
                change(axes, panels.select(steps.assign(ratio=steps["from_ratio"]), policy=policy, **where), mark)
        if row == "rate":
            panels.rate_axis(axes, top)
        else:
            axes.axhline(0.0, color=style.GREY, linewidth=0.7)
            axes.set_ylim(lowest - 0.1, highest + 0.1)
        panels.ratio_axis(axes)
        panel.label(ROWS[row])
        if panel.top:
            name = panels.study_name((experiment, model), blocks)
            panel.head(dataset, [name, f"question-{regime}", panels.sizes(here) if len(here) else "not answered"])
    handles = [
        *panels.policy_handles(marks, []),
        Line2D([], [], color=style.GREY, label="fitted curve, where it explains more than a line"),
        Line2D([], [], color=style.GREY, linestyle="", marker="|", markersize=9, label="its midpoint"),
        Patch(facecolor=style.GREY, alpha=0.3, label="interval, contexts resampled"),
    ]
    figure.supxlabel(panels.ratio_label(rates), fontsize=8)
    style.legend(figure, handles)
    return figure


def points(axes: Axes, rows: pd.DataFrame, mark: style.Mark) -> None:
    """The rate at every ratio with its interval."""
    axes.vlines(rows["ratio"], rows["low"], rows["high"], color=mark.colour, linewidth=0.7, alpha=0.55)
    axes.plot(rows["ratio"], rows["value"], clip_on=False, **{**mark.line(), "linestyle": ""})


def curve(axes: Axes, found: pd.DataFrame, mark: style.Mark) -> None:
    """The fitted curve, with a tick at a midpoint before the last ratio; nothing where it says no more than a line."""
    for row in found[found["shape"].isin(SEEN)].itertuples():
        ratios = np.linspace(0, row.last_ratio, 200)
        rates = row.lo + (row.hi - row.lo) / (1 + np.exp((row.midpoint - ratios) / row.width))
        axes.plot(ratios, rates, color=mark.colour, linewidth=1.1)
        if row.midpoint < row.last_ratio:
            axes.plot([row.midpoint], [(row.lo + row.hi) / 2], "|", color=mark.colour, markersize=9)


def change(axes: Axes, rows: pd.DataFrame, mark: style.Mark) -> None:
    """A bar from each ratio to the next, as long as the step is wide."""
    for row in rows.itertuples():
        axes.fill_between([row.from_ratio, row.to_ratio], row.low, row.high, color=mark.colour, alpha=style.BAND, lw=0)
    axes.hlines(rows["value"], rows["from_ratio"], rows["to_ratio"], color=mark.colour, linewidth=1.4)


if __name__ == "__main__":
    cli.run(draw, CURVES, CLIFFS, SUSCEPTIBILITY)
