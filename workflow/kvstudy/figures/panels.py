"""Small multiples: where each panel stands, its heading, its axes, and the marks that several figures share."""

import math
import textwrap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.judgements import FEWEST_CONTEXTS, UNDEFINED
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.vocabulary import BASELINE, CONTROLS, REGIMES
from kvstudy.figures import style

RATIO_TICKS = {0: "0", 0.25: "", 0.5: "0.5", 0.75: "", 1: "1"}
STEPS = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2)
PANELS, CURVES = 400, 4_000  # the most that a figure has: more cannot be read, and its file would be tens of MB
TALLEST = 300  # inches: pixels of a PNG are counted in 16 bits
HEADING = 10  # points of height of one line above a panel
BOLD = 0.85  # letters of bold text that are as wide as one that is not
ACROSS = 2  # panels side by side
CUT = "cut: share of the answers that ended at their limit of tokens, from the least to the most of the points below."


@dataclass(frozen=True)
class Panel:
    """One panel, where it stands among those that share its axes, and how many letters fit on a line above it."""

    axes: Axes
    left: bool
    top: bool
    bottom: bool
    letters: int

    def head(self, title: str, lines: Sequence[str]) -> None:
        """Write a heading above the panel: the title, then lines in grey; what is longer than the panel is wrapped."""
        below = [part for line in lines for part in textwrap.wrap(line, self.letters)]
        at = {"xy": (0, 1), "xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        self.axes.annotate("\n".join(below), xytext=(0, 3), color=style.GREY, linespacing=1.2, **at)
        offset = 3 + HEADING * len(below)
        self.axes.annotate(textwrap.fill(title, int(BOLD * self.letters)), xytext=(0, offset), fontweight="bold", **at)

    def label(self, y: str) -> None:
        """Name the y axis at the left end of a row, and hide the ticks and their labels that a neighbour shows."""
        self.axes.tick_params(labelleft=self.left, left=self.left, labelbottom=self.bottom, bottom=self.bottom)
        if self.left:
            self.axes.set_ylabel(y)


def grid(
    blocks: Sequence,
    rows: Sequence,
    columns: Sequence,
    lines: int,
    x: str,
    curves: int,
    most: int = ACROSS,
    height: float = 0.85,
    projection: str | None = None,
    absent: Collection[tuple] = (),
    note: str = "",
) -> tuple[Figure, dict[tuple, Panel]]:
    """Lay out one panel for each (block, row, column), in a figure as wide as every other.

    Where there would be more than PANELS, or more than CURVES in them, the first blocks are laid out, and the figure
    says how many there are.

    Parameters
    ----------
    blocks, rows, columns : sequence
        Names; the blocks stand under each other, the rows inside each block. Blocks of a single column stand side by
        side.
    lines : int
        Lines of the heading that stands above the first row of a block.
    x : str
        Name of the x axis of all panels, below them.
    curves : int
        Curves of a panel, or bars, or what else is drawn one by one.
    most : int
        Panels side by side; more are wrapped below, inside their block.
    height : float
        Height of a panel in inches, with its ticks.
    projection : str, optional
        matplotlib's name of the panels' coordinates; left out, x and y.
    absent : collection of tuple
        The (block, column) that have no panel.
    note : str, optional
        What else the figure says below the panels.

    Returns
    -------
    matplotlib.figure.Figure
    dict
        (block, row, column) -> Panel
    """
    heading, each = (lines + 1) * HEADING / 72, len(rows) * len(columns)
    tall = math.ceil(len(columns) / most) * (heading + len(rows) * height)
    room = min(PANELS // each, CURVES // max(1, curves * each), int(TALLEST / tall))
    shown = blocks[: max(1, room)]
    less = f"The first {len(shown)} of {len(blocks)} blocks of panels; the tables have all."
    said = [x, less if len(shown) < len(blocks) else "", note]
    below = [part for line in said for part in textwrap.wrap(line, int(style.WIDTH / style.NARROW))]
    strips = strips_of(shown, columns, most, absent)
    wide, high = max(map(len, strips)), len(strips) * len(rows)
    size = style.WIDTH, high * height + len(strips) * heading + 0.2 + len(below) * HEADING / 72
    figure = Figure(figsize=size, layout="constrained")
    places = figure.add_gridspec(high, wide)
    letters = int((style.WIDTH - 0.5) / wide / style.NARROW)
    panels = {}
    for line, (strip, (i, row)) in enumerate(product(strips, enumerate(rows))):
        for j, (block, column) in enumerate(strip):
            axes = figure.add_subplot(places[line, j], projection=projection)
            edges = {"left": j == 0, "top": i == 0, "bottom": i == len(rows) - 1}
            panels[block, row, column] = Panel(axes, **edges, letters=letters)
    figure.supxlabel("\n".join(below), fontsize=style.TEXT)
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03, hspace=0.0, wspace=0.0)
    return figure, panels


def strips_of(blocks: Sequence, columns: Sequence, most: int, absent: Collection[tuple]) -> list[list[tuple]]:
    """The (block, column) of the panels side by side, from top to bottom; those of a block are equally many."""
    wholes = [[(block, column) for column in columns if (block, column) not in absent] for block in blocks]
    if len(columns) == 1:
        wholes = [[one for whole in wholes for one in whole]]
    strips = []
    for whole in wholes:
        across = math.ceil(len(whole) / math.ceil(len(whole) / most))
        strips += [whole[start : start + across] for start in range(0, len(whole), across)]
    return strips


def parts(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The (dataset, regime) pairs of a table, the controls left out, regimes of one dataset side by side."""
    pairs = frame.loc[~frame["regime"].isin(CONTROLS), ["dataset", "regime"]].drop_duplicates()
    return sorted(pairs.itertuples(index=False, name=None), key=lambda pair: (pair[0], REGIMES.index(pair[1])))


def datasets(frame: pd.DataFrame) -> list[str]:
    """The datasets of a table, in order."""
    return sorted(set(frame["dataset"]))


def regimes(frame: pd.DataFrame) -> list[str]:
    """The regimes of a table, in order."""
    return [regime for regime in REGIMES if (frame["regime"] == regime).any()]


def studies(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The (experiment, model) pairs of a table, in order."""
    return sorted(frame[["experiment", "model"]].drop_duplicates().itertuples(index=False, name=None))


def largest(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The rows of the dataset with the most contexts, and words for the others; the first by name of those alike."""
    most = frame.groupby("dataset")["contexts"].max().sort_index().sort_values(ascending=False, kind="stable")
    one, *others = most.index
    words = f"Drawn is {one}, which has the most contexts. The table has {', '.join(others)}, too."
    return frame[frame["dataset"] == one], words if others else ""


def study_name(study: tuple[str, str], all_studies: Sequence[tuple[str, str]]) -> str:
    """The model, and the experiment where the figure has several."""
    experiment, model = study
    return model if len({name for name, _ in all_studies}) == 1 else f"{model} ({experiment})"


def grouped(frame: pd.DataFrame, *columns: str) -> Callable[..., pd.DataFrame]:
    """Group a table by some of its columns once, and give a function of their values: the rows with them, by ratio.

    Looking at every row for each panel takes minutes where there are a million of them.
    """
    ordered = frame.sort_values("ratio", kind="stable") if "ratio" in frame else frame
    places = ordered.groupby([ordered[column] for column in columns], sort=False, observed=True).indices
    return lambda *values: ordered.take(places.get(values if len(columns) > 1 else values[0], ()))


def count(values: pd.Series, one: str) -> str:
    """How many, in words: "12 contexts", or "9 to 12 contexts" where panels mix sizes."""
    low, high = int(values.min()), int(values.max())
    return (f"{low} {one}" if low == high else f"{low} to {high} {one}") + ("" if high == 1 else "s")


def sizes(rows: pd.DataFrame) -> str:
    """The contexts behind the points of a panel, and the questions where the table counts them."""
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return "not defined"
    contexts = count(rows["contexts"], "context")
    return f"{contexts}, {count(rows['rows'], 'question')}" if "rows" in rows else contexts


def cut_off(shares: pd.Series, name: str = "cut") -> str:
    """How many of the answers behind some points ended at their limit: "cut: 61-92 %"; nothing without answers."""
    if shares.isna().all():
        return ""
    low, high = (round(100 * share) for share in (shares.min(), shares.max()))
    return f"{name}: {low} %" if low == high else f"{name}: {low}-{high} %"


def left_out(rows: pd.DataFrame, unit: str = "") -> str:
    """For which metrics how much of what was scored has no value, in words; empty where everything has one."""
    if UNDEFINED not in rows:
        return ""
    most = rows.groupby("metric", sort=False)[UNDEFINED].max()
    unit = unit or ("questions" if "rows" in rows else "contexts")
    said = [f"{metric.replace('_', ' ')} for up to {number:g} {unit}" for metric, number in most.items() if number > 0]
    return f"Not defined, and left out of the means: {'; '.join(said)}." if said else ""


def interval(rows: pd.DataFrame, unit: str = "contexts") -> str:
    """What the intervals of some estimates resample, in words; where some have none, from how many on there are any."""
    lacking = (rows["value"].notna() & rows["low"].isna()).any()
    return f"from {FEWEST_CONTEXTS} {unit} on" if lacking else f"{unit} resampled"


def interval_handle(rows: pd.DataFrame, unit: str = "contexts") -> Patch:
    """Legend entry of the bands of some estimates."""
    return Patch(facecolor=style.GREY, alpha=0.3, label=f"interval, {interval(rows, unit)}")


def ratio_axis(axes: Axes) -> None:
    """The compression ratio from 0 to 1 along the x axis."""
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks(list(RATIO_TICKS), list(RATIO_TICKS.values()))


def ratio_label(frame: pd.DataFrame) -> str:
    """The name of the ratio axis, with what was compressed where that is one thing."""
    compressed = frame["compress"].unique()
    return f"Compression ratio of the {compressed[0]}" if len(compressed) == 1 else "Compression ratio"


def ceiling(values: pd.Series) -> float:
    """The top of an axis of rates that starts at 0: the next multiple of 0.1 above every value, at most 1."""
    return float(min(1.0, max(0.1, np.ceil(values.max() * 10 - 1e-9) / 10)))


def rate_axis(axes: Axes, top: float, bottom: float = 0.0, steps: int = 4) -> None:
    """A rate from `bottom` to `top` along the y axis, with at most one tick more than `steps`, one of them at 0."""
    step = next(step for step in (*STEPS, top - bottom) if (top - bottom) / step <= steps + 0.01)
    margin = 0.03 * (top - bottom)
    axes.set_ylim(bottom - margin, top + margin)
    first, last = (round(end / step) for end in (bottom + step / 2 - 1e-9, top - step / 2 + 1e-9))
    ticks = [number * step for number in range(first, last + 1)]
    axes.set_yticks(ticks, [f"{tick:.2g}" for tick in ticks])


def ratio_panel(axes: Axes, rows: pd.DataFrame, floors: pd.DataFrame, marks: dict[str, style.Mark]) -> None:
    """One metric against the ratio: a curve for each policy and regime; those of a regime start at one point.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    rows : pandas.DataFrame
        One metric of one model and dataset, in one regime or more, ratio 0 included.
    floors : pandas.DataFrame
        The same metric asked without the passage: a row for each control that was run.
    marks : dict of str to Mark
        Policy -> its mark.
    """
    for _, row in floors.iterrows():
        axes.axhspan(row["low"], row["high"], color=style.GREY, alpha=0.10, linewidth=0)
        axes.axhline(row["value"], **style.floor_line(row["regime"]))
    for regime in REGIMES:
        here, filled = rows[rows["regime"] == regime], regime == REGIMES[0]
        baseline = here[here["policy"] == BASELINE]
        for policy, mark in marks.items():
            curve(axes, baseline, here[here["policy"] == policy], mark.line(filled))
        start(axes, baseline, filled)
    ratio_axis(axes)


def layer_line(axes: Axes, line: pd.DataFrame, look: dict) -> None:
    """A line over layers with its interval as a band."""
    line = line.sort_values("layer")
    axes.fill_between(line["layer"], line["low"], line["high"], color=look["color"], alpha=style.BAND, linewidth=0)
    axes.plot(line["layer"], line["value"], **look)


def curve(axes: Axes, baseline: pd.DataFrame, compressed: pd.DataFrame, look: dict) -> None:
    """A line with its interval as a band, from the unmarked point at ratio 0; nothing where nothing is compressed."""
    if len(compressed):
        line = pd.concat([baseline, compressed])
        band(axes, line, look["color"])
        axes.plot(line["ratio"], line["value"], markevery=range(len(baseline), len(line)), clip_on=False, **look)


def start(axes: Axes, baseline: pd.DataFrame, filled: bool = True) -> None:
    """The point at ratio 0, and its value as a line across."""
    look = style.Mark(style.INK, "o").line(filled) | {"linestyle": "", "markersize": 3.5}
    for _, row in baseline.iterrows():
        axes.axhline(row["value"], **style.baseline_line())
        axes.plot(row["ratio"], row["value"], **look, clip_on=False, zorder=3)


def band(axes: Axes, line: pd.DataFrame, colour: str) -> None:
    """The intervals of a curve against the ratio; nothing for one without points, which the layout cannot place."""
    if len(line):
        axes.fill_between(line["ratio"], line["low"], line["high"], color=colour, alpha=style.BAND, linewidth=0)


def policy_handles(marks: dict[str, style.Mark], regimes: Sequence[str]) -> list[Line2D]:
    """Legend entries: a policy each, then the lines of the regimes that are drawn."""
    blank = style.Mark(style.GREY, "o")
    return [
        *(Line2D([], [], label=name, **mark.line()) for name, mark in marks.items()),
        *(Line2D([], [], label=REGIME_NAMES[name], **blank.line(name == REGIMES[0])) for name in regimes),
    ]


def reference_handles(frame: pd.DataFrame) -> list[Line2D | Patch]:
    """Legend entries of the reference lines that the table holds, and of the interval."""
    handles = []
    if (frame["policy"] == BASELINE).any():
        handles.append(Line2D([], [], label="ratio 0: nothing compressed", **style.baseline_line()))
    for control in CONTROLS:
        if (frame["regime"] == control).any():
            handles.append(Line2D([], [], label=REGIME_NAMES[control], **style.floor_line(control)))
    return [*handles, interval_handle(frame)]
