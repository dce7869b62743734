"""Small multiples over the compression ratio: panels by block, row and column, in each of them a line for each curve.

A figure of the instructions experiment says where each estimate stands by four columns of labels; this module draws it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.instruction_classes import TASK
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import panels, style

ACROSS, LETTERS = 3, 15  # panels side by side where no heading is longer than so many letters
FLOOR, SECOND_FLOOR = "floor", "second floor"  # curves of levels that are reached without any ability
FLOORS = {FLOOR: style.DOTTED, SECOND_FLOOR: style.DASH_DOTTED}
CHANCE = {FLOOR: "floor: by chance"}


@dataclass(frozen=True)
class Axis:
    """The y axis of a row of panels.

    Parameters
    ----------
    label : str
    low, high : float
        Ends; one that is nan is as far as the values go, at least to 0 and a quarter.
    unbiased : bool
        Whether what a policy without preferences would have, 1 - ratio, is drawn.
    empty : str
        What a panel without a value says: why it may have none.
    """

    label: str
    low: float = 0.0
    high: float = 1.0
    unbiased: bool = False
    empty: str = "nothing measured"


def multiples(
    points: pd.DataFrame,
    axes: Mapping[str, Axis],
    columns: Sequence[str],
    marks: Mapping[str, style.Mark],
    floors: Mapping[str, str] = CHANCE,
) -> Figure:
    """Draw a panel for each block, row and column.

    Parameters
    ----------
    points : pandas.DataFrame
        block, row, column, curve, ratio, value, low, high, contexts, and of responses request and cut: the estimates.
        One on fewer contexts than the point at ratio 0 where its curve starts has an open marker. A point at ratio 0
        whose curve is none belongs to all curves of its panel; one whose curve is one of `floors` is a level drawn
        across. A block may have several lines.
    axes : mapping of str to Axis
        Row -> its axis, from top to bottom; a row without points is left out.
    columns : list of str
        The columns, from left to right; one without points is left out.
    marks : mapping of str to Mark
        Curve -> its mark.
    floors : mapping of str to str
        Curve of a level -> what the legend calls it.
    """
    shown = points[points["value"].notna()]
    shown = shown.assign(fewer=on_fewer(shown))
    rows = [row for row in axes if (shown["row"] == row).any()]
    columns = [column for column in columns if (shown["column"] == column).any()]
    blocks = list(dict.fromkeys(shown["block"]))
    cut = cut_off(shown)
    lines = 1 + len(cut) + max(block.count("\n") + 1 for block in blocks)
    longest = max(len(line) for name in (*blocks, *columns) for line in name.split("\n"))
    most = ACROSS if longest <= LETTERS else panels.ACROSS
    x = "Compression ratio of the system prompt"
    height = 1.1 if len(rows) == 1 else 0.75
    layout = {"lines": lines, "x": x, "curves": len(marks), "most": most, "height": height}
    note = f"{panels.CUT if cut else ''} {panels.left_out(points, 'responses, spans or prompts')}".strip()
    figure, places = panels.grid(blocks, rows, columns, **layout, note=note)
    part, column_part = (panels.grouped(shown, *labels) for labels in (["block", "row", "column"], ["block", "column"]))
    drawn = shown[["value", "low", "high"]]
    limits = {row: ends(axes[row], drawn[shown["row"] == row].to_numpy()) for row in rows}
    for (block, row, column), panel in places.items():
        panel_of(panel, part(block, row, column), axes[row], limits[row], marks)
        if panel.top:
            column_points = column_part(block, column)
            sizes = panels.count(column_points["contexts"], "prompt") if len(column_points) else "not answered"
            panel.head(column, [*block.split("\n"), sizes, *cut_off(column_points)])
    style.legend(figure, handles(shown, [axes[row] for row in rows], marks, floors))
    return figure


def panel_of(
    panel: panels.Panel,
    points: pd.DataFrame,
    axis: Axis,
    limits: tuple[float, float],
    marks: Mapping[str, style.Mark],
) -> None:
    """Draw one panel."""
    axes = panel.axes
    if points.empty:
        axes.text(0.5, 0.5, axis.empty, transform=axes.transAxes, ha="center", va="center", color=style.GREY)
    elif axis.unbiased:
        axes.plot([0, 1], [1, 0], **style.chance_line())
    for name, dashes in FLOORS.items():
        for value in points.loc[points["curve"] == name, "value"]:
            axes.axhline(value, **style.chance_line() | {"linestyle": dashes})
    uncompressed, compressed = points[points["ratio"] == 0], points[points["ratio"] > 0]
    for name, mark in marks.items():
        baseline = uncompressed[uncompressed["curve"].isin([name, BASELINE])]
        here = compressed[compressed["curve"] == name]
        panels.curve(axes, baseline, here, mark.line())
        if here["fewer"].any():
            few = here[here["fewer"]]
            axes.plot(few["ratio"], few["value"], clip_on=False, **mark.line(filled=False) | {"linestyle": "none"})
    panels.start(axes, uncompressed[uncompressed["curve"] == BASELINE])
    panels.ratio_axis(axes)
    panels.rate_axis(axes, top=limits[1], bottom=limits[0])
    panel.label(axis.label)


def cut_off(points: pd.DataFrame) -> list[str]:
    """How many of the responses behind some points were cut, those to attacks apart; nothing without responses."""
    if "cut" not in points:
        return []
    attacks = points["request"].fillna(TASK) != TASK if "request" in points else np.zeros(len(points), dtype=bool)
    found = panels.cut_off(points.loc[~attacks, "cut"]), panels.cut_off(points.loc[attacks, "cut"], "attacks cut")
    return [words for words in found if words]


def on_fewer(points: pd.DataFrame) -> pd.Series:
    """Whether each estimate rests on fewer prompts than that at ratio 0 which its curve starts from."""
    place = ["block", "row", "column"]
    starts = points[(points["ratio"] == 0) & ~points["curve"].isin(FLOORS)]
    full = starts.groupby([*place, "curve"])["contexts"].max().to_dict()
    known = [
        max(full.get((*here, curve), 0), full.get((*here, BASELINE), 0))
        for *here, curve in points[[*place, "curve"]].itertuples(index=False)
    ]
    return (points["ratio"] > 0) & (points["contexts"] < known)


def ends(axis: Axis, drawn: np.ndarray) -> tuple[float, float]:
    """Both ends of an axis: as given, or the next quarter beyond every value and interval."""
    low = min(0.0, np.floor(np.nanmin(drawn) * 4) / 4) if np.isnan(axis.low) else axis.low
    high = max(0.25, np.ceil(np.nanmax(drawn) * 4) / 4) if np.isnan(axis.high) else axis.high
    return low, high


def handles(
    points: pd.DataFrame, axes: list[Axis], marks: Mapping[str, style.Mark], floors: Mapping[str, str]
) -> list[Line2D | Patch]:
    """Legend entries of what was drawn."""
    found = [Line2D([], [], label=name, **mark.line()) for name, mark in marks.items() if name in set(points["curve"])]
    if (points["curve"] == BASELINE).any():
        found.append(Line2D([], [], label="ratio 0: nothing compressed", **style.baseline_line()))
    if points["fewer"].any():
        found.append(Line2D([], [], label="open: on fewer prompts than at ratio 0", **style.open_marker()))
    if any(axis.unbiased for axis in axes):
        found.append(Line2D([], [], label="no preference: 1 - ratio", **style.chance_line()))
    for name, label in floors.items():
        if (points["curve"] == name).any():
            found.append(Line2D([], [], label=label, **style.chance_line() | {"linestyle": FLOORS[name]}))
    return [*found, panels.interval_handle(points, "prompts")]
