"""Published numbers against the study's own: a panel for each kind of number, a marker for each published model."""

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.comparisons import REPRODUCED
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.contracts.published import METRICS, MODELS
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

OPEN = {"linestyle": "", "marker": "o", "markerfacecolor": "white"}


def draw(reproduced: pd.DataFrame) -> Figure:
    """Draw every published number that the study can answer against its own.

    Parameters
    ----------
    reproduced : pandas.DataFrame
        The table `reproduced`.
    """
    rows = reproduced[reproduced["model"] != ""]
    rows = rows.assign(published_model=rows["published_model"].map(repository))
    if rows.empty:
        return style.message("No published number is answered by this study. The coverage table says what was run.")
    metrics = [metric for metric in METRICS if (rows["metric"] == metric).any()]
    shape = {"lines": 4, "curves": 2 * rows["published_model"].nunique(), "height": 1.7, "note": panels.CUT}
    figure, places = panels.grid(sorted(set(rows["model"])), [""], metrics, x="Published", **shape)
    marks = {name: replace(mark, colour=style.INK) for name, mark in style.marks(rows["published_model"]).items()}
    for (model, _, metric), panel in places.items():
        here = rows[(rows["model"] == model) & (rows["metric"] == metric)]
        for name, mark in marks.items():
            points(panel.axes, here[here["published_model"] == name], mark)
        limits(panel.axes, here)
        panel.axes.set_ylabel("this study" if panel.left else "")
        known = here.dropna(subset=["low", "high"])
        inside = int(known["published"].between(known["low"], known["high"]).sum())
        found = [sizes(here), f"{inside} of {len(known)} in the interval", panels.cut_off(here["cut"])]
        panel.head(METRICS[metric], [model, *found])
    handles = [Line2D([], [], label=name, **{**mark.line(), "linestyle": ""}) for name, mark in marks.items()]
    handles.append(Line2D([], [], label="the same as published", **style.baseline_line()))
    if rows["low"].isna().any():
        handles.append(
            Line2D([], [], label=f"no interval: fewer than {FEWEST_CONTEXTS}", **{**OPEN, "color": style.GREY})
        )
    handles.append(
        Line2D([], [], color=style.GREY, linewidth=0.7, label="bars: intervals, contexts or prompts resampled")
    )
    style.legend(figure, handles)
    return figure


def repository(printed: str) -> str:
    """A model's name in its repository, since the papers print one model's name in several ways."""
    return MODELS[printed][1] if printed in MODELS else printed


def sizes(rows: pd.DataFrame) -> str:
    """The published numbers of a panel, and what stands behind each of the study's own."""
    unit = "prompt" if (rows["dataset"] == SYSTEM_PROMPTS).all() else "context"
    return f"{panels.count(pd.Series([len(rows)]), 'number')} on {panels.count(rows['contexts'], unit)}"


def points(axes: Axes, rows: pd.DataFrame, mark: style.Mark) -> None:
    """The numbers of one published model, with the intervals of the study's own as thin bars."""
    axes.vlines(rows["published"], rows["low"], rows["high"], color=mark.colour, linewidth=0.5, alpha=0.35)
    for known, fill in ((rows["low"].notna(), mark.colour), (rows["low"].isna(), "white")):
        look = {**mark.line(), "linestyle": "", "markersize": 3, "markerfacecolor": fill, "alpha": 0.8}
        axes.plot(rows.loc[known, "published"], rows.loc[known, "value"], **look)


def limits(axes: Axes, rows: pd.DataFrame) -> None:
    """The same ends on both axes, as far as the numbers go, and the line on which both are equal."""
    drawn = rows[["published", "value", "low", "high"]]
    low, high = min(0.0, drawn.min(axis=None)), max(0.1, drawn.max(axis=None))
    margin = 0.04 * (high - low)
    axes.plot([low, high], [low, high], **style.baseline_line())
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(low - margin, high + margin)
    axes.locator_params(nbins=5)


FIGURE = ReportFigure(draw, (REPRODUCED,))
