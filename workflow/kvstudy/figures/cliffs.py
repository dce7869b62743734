"""Where hallucination sets in: rates with the fitted curve, and below the change from ratio to ratio."""

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.analysis import CLIFFS, CURVES, SUSCEPTIBILITY
from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

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
    regimes, blocks = panels.regimes(susceptibility), panels.studies(susceptibility)
    if not regimes:
        return style.message("No cliff to draw: no compressed cell was answered. The coverage table says why.")
    columns, x = panels.datasets(susceptibility), panels.ratio_label(rates)
    marks = style.marks(curves["policy"])
    lines = len(marks) * len(regimes)
    figure, places = panels.grid(blocks, list(ROWS), columns, lines=3, x=x, curves=lines, height=1.0, note=panels.CUT)
    top = panels.ceiling(rates[["value", "high"]].max(axis=1))
    steps, fitted = (table[table["metric"] == RATE] for table in (susceptibility, cliffs))
    lowest, highest = steps[["value", "low"]].min(axis=None), steps[["value", "high"]].max(axis=None)
    parts = [panels.grouped(table, "experiment", "model", "dataset") for table in (rates, fitted, steps)]
    for (study, row, dataset), panel in places.items():
        axes, tables = panel.axes, [part(*study, dataset) for part in parts]
        here = tables[0][tables[0]["regime"].isin(REGIMES)]
        for (policy, mark), regime in product(marks.items(), regimes):
            own, found, changes = (
                table[table["policy"].isin([BASELINE, policy]) & (table["regime"] == regime)] for table in tables
            )
            look = mark.line(regime == REGIMES[0])
            if row == "rate":
                points(axes, own, look)
                curve(axes, found, look)
            else:
                change(axes, changes, look)
        if row == "rate":
            panels.rate_axis(axes, top)
        else:
            axes.axhline(0.0, color=style.GREY, linewidth=0.7)
            axes.set_ylim(lowest - 0.1, highest + 0.1)
        panels.ratio_axis(axes)
        panel.label(ROWS[row])
        if panel.top:
            sizes = panels.sizes(here) if len(here) else "not answered"
            panel.head(dataset, [panels.study_name(study, blocks), sizes, panels.cut_off(here["cut"])])
    handles = [
        *panels.policy_handles(marks, regimes),
        Line2D([], [], color=style.GREY, label="fitted, where better than a line"),
        Line2D([], [], color=style.GREY, linestyle="", marker="|", markersize=9, label="its midpoint"),
        panels.interval_handle(pd.concat([rates, steps])),
    ]
    style.legend(figure, handles)
    return figure


def points(axes: Axes, rows: pd.DataFrame, look: dict) -> None:
    """The rate at every ratio with its interval."""
    axes.vlines(rows["ratio"], rows["low"], rows["high"], color=look["color"], linewidth=0.7, alpha=0.55)
    axes.plot(rows["ratio"], rows["value"], clip_on=False, **look | {"linestyle": ""})


def curve(axes: Axes, found: pd.DataFrame, look: dict) -> None:
    """The fitted curve, with a tick at a midpoint before the last ratio; nothing where it says no more than a line."""
    for row in found[found["shape"].isin(SEEN)].itertuples():
        ratios = np.linspace(0, row.last_ratio, 200)
        rates = row.lo + (row.hi - row.lo) / (1 + np.exp((row.midpoint - ratios) / row.width))
        axes.plot(ratios, rates, color=look["color"], linestyle=look["linestyle"], linewidth=1.1)
        if row.midpoint < row.last_ratio:
            axes.plot([row.midpoint], [(row.lo + row.hi) / 2], "|", color=look["color"], markersize=9)


def change(axes: Axes, rows: pd.DataFrame, look: dict) -> None:
    """A bar from each ratio to the next, as long as the step is wide."""
    colour = look["color"]
    for row in rows.itertuples():
        axes.fill_between([row.from_ratio, row.to_ratio], row.low, row.high, color=colour, alpha=style.BAND, lw=0)
    ends = rows["from_ratio"], rows["to_ratio"]
    axes.hlines(rows["value"], *ends, color=colour, linewidth=1.4, linestyle=look["linestyle"])


FIGURE = ReportFigure(draw, (CURVES, CLIFFS, SUSCEPTIBILITY))
