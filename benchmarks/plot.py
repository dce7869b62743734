"""Cost against the number of questions, the context's length and the number of cells."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks.contenders import ENGINE, MULTI, PACKED, SINGLE
from kvstudy.figures import style

MARKS = {
    name: style.Mark(colour, marker)
    for name, colour, marker in zip((ENGINE, MULTI, PACKED, SINGLE), style.COLOURS, style.MARKERS, strict=False)
}


def draw(timings: pd.DataFrame) -> Figure:
    """Three panels over the timings with the first ending: medians, and quartiles as bands."""
    rows = timings[timings["ending"] == timings["ending"].iloc[0]]
    figure = Figure(figsize=(7.2, 2.6), layout="constrained")
    questions, lengths, cells = figure.subplots(1, 3)
    panel(questions, rows[rows["measure"] == "questions"], "questions", "Questions a context")
    panel(lengths, rows[rows["measure"] == "cell"], "length", "Context length (tokens)")
    panel(cells, rows[rows["measure"] == "cells"], "cells", "Cells")
    one_by_one(cells, rows)
    questions.set_ylabel("Seconds")
    handles = [Line2D([], [], label=name, **mark.line()) for name, mark in MARKS.items() if name in set(rows.contender)]
    handles.append(
        Line2D([], [], label=f"{MULTI}, cell by cell (extrapolated)", color=MARKS[MULTI].colour, linestyle="--")
    )
    for axes in figure.axes:
        axes.set_ylim(bottom=0)
    style.legend(figure, handles)
    return figure


def panel(axes: Axes, rows: pd.DataFrame, against: str, label: str) -> None:
    """Seconds against one column, a line a contender."""
    for name, own in rows.groupby("contender"):
        low, middle, high = (own.groupby(against)["seconds"].quantile(at) for at in (0.25, 0.5, 0.75))
        axes.plot(middle.index, middle, **MARKS[name].line())
        axes.fill_between(middle.index, low, high, color=MARKS[name].colour, alpha=style.BAND, linewidth=0)
    axes.set_xlabel(label)


def one_by_one(axes: Axes, rows: pd.DataFrame) -> None:
    """What the pipeline would take for the same cells, from its mean time a cell in the sweep at this length."""
    counted = rows[rows["measure"] == "cells"]
    theirs = rows[(rows["measure"] == "sweep") & (rows["contender"] == MULTI)]
    theirs = theirs[theirs["length"].isin(counted["length"]) & theirs["ending"].isin(counted["ending"])]
    counts = sorted(counted["cells"].unique())
    seconds = theirs["seconds"].sum() / theirs["cells"].sum()
    axes.plot(counts, [seconds * count for count in counts], color=MARKS[MULTI].colour, linestyle="--")
