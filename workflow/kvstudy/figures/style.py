"""How every figure looks and how it is saved, so that a reader learns one grammar and reruns give the same bytes."""

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import matplotlib.colors
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.files import atomic
from kvstudy.contracts.vocabulary import BASELINE, NO_CONTEXT, QUESTION_ONLY

# Okabe and Ito's palette (told apart with every common colour vision), without its yellow and black.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5C3E")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
INK, GREY, LIGHT = "#222222", "#5A5A5A", "#D9D9D9"
BAND = 0.14
DOTTED, DASH_DOTTED = (0, (1, 1.5)), (0, (4, 1.5, 1, 1.5))
DASHED = (0, (3, 1.2))
DASHES = ("-", DASHED, DOTTED, DASH_DOTTED, (0, (8, 1.5)))  # of curves, where colours do not suffice
FLOORS = {NO_CONTEXT: DOTTED, QUESTION_ONLY: DASH_DOTTED}
PNG_DPI = 200
# Every figure is this wide and has no smaller text: 6 points in a column of 3.4 inches, 6.7 on a phone of 360 pixels.
WIDTH, TEXT = 4.5, 8
NARROW = 0.06  # inches that a letter of such text takes
METADATA = {  # what of a file says when and by which version it was written
    "svg": ("Date", "Creator"),
    "pdf": ("CreationDate", "Creator", "Producer"),
    "png": ("Software",),
}

# Text is drawn as outlines and never read as mathematics: a name looks the same on every machine.
SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#EBEBEB",
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "svg.hashsalt": "kvstudy",
}


@dataclass(frozen=True)
class Mark:
    """The colour, the marker and the dashes of one curve: a policy's are solid."""

    colour: str
    marker: str
    dashes: str | tuple = DASHES[0]

    def line(self, filled: bool = True) -> dict:
        """Arguments of a matplotlib line; an open marker and dashes tell a second regime from the first."""
        return {
            "color": self.colour,
            "linestyle": self.dashes if filled else DASHED,
            "marker": self.marker,
            "markerfacecolor": self.colour if filled else "white",
            "markeredgecolor": self.colour,
            "markeredgewidth": 1.0,
        }


def marks(policies: Iterable[str]) -> dict[str, Mark]:
    """One mark a policy by order of name, so that every figure of a study gives a policy the same; `none` has none."""
    names = sorted(set(policies) - {BASELINE})
    return {
        name: Mark(COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]) for index, name in enumerate(names)
    }


def varied(mark: Mark, place: int) -> Mark:
    """The mark of a policy's variant: of the policy's colour, with other dashes and another marker; 0 is plain."""
    marker = MARKERS[(MARKERS.index(mark.marker) + place) % len(MARKERS)]
    return Mark(mark.colour, marker, DASHES[place % len(DASHES)])


def dashed(names: Iterable[str]) -> dict[str, Mark]:
    """One mark a name by order of name; where the colours come again, the dashes differ, too."""
    return {
        name: replace(mark, dashes=DASHES[index // len(COLOURS) % len(DASHES)])
        for index, (name, mark) in enumerate(marks(names).items())
    }


def shades(ratios: Iterable[float]) -> dict[float, str]:
    """A colour for each ratio, light (weak compression) to dark, fixed by the ratio itself."""
    colours = matplotlib.colormaps["viridis_r"]
    return {ratio: matplotlib.colors.to_hex(colours(0.25 + 0.75 * ratio)) for ratio in sorted(set(ratios))}


def baseline_line() -> dict:
    """Arguments of the line at ratio 0."""
    return {"color": INK, "linestyle": (0, (5, 2)), "linewidth": 0.9}


def floor_line(control: str) -> dict:
    """Arguments of the line of a control, which never sees the passage."""
    return {"color": GREY, "linestyle": FLOORS[control], "linewidth": 1.2}


def chance_line() -> dict:
    """Arguments of the line of what is reached without any ability, or kept without any preference."""
    return {"color": GREY, "linestyle": DOTTED, "linewidth": 1.2}


def open_line(mark: Mark) -> dict:
    """Arguments of the line of a floor that a policy has for itself: thin and grey, with its open markers."""
    return {**mark.line(filled=False), "color": GREY, "linewidth": 0.9, "markersize": 3}


def open_marker() -> dict:
    """Arguments of the legend entry of open markers, of whatever curve."""
    return {**Mark(GREY, MARKERS[0]).line(filled=False), "linestyle": "none"}


def legend(figure: Figure, handles: list[Line2D | Patch]) -> None:
    """Put a legend above the panels, in as many columns as fit, and make the figure taller by its height."""
    longest = max((len(handle.get_label()) for handle in handles), default=1)
    columns = max(1, min(len(handles), int(figure.get_figwidth() / (NARROW * longest + 0.4))))
    figure.set_figheight(figure.get_figheight() + 0.18 * math.ceil(len(handles) / columns))
    spaces = {"borderaxespad": 0.2, "handlelength": 1.8, "columnspacing": 1.0, "handletextpad": 0.5}
    figure.legend(handles=handles, loc="outside upper left", ncols=columns, **spaces)


def message(text: str) -> Figure:
    """A figure that says in words why there is nothing to draw."""
    figure = Figure(figsize=(WIDTH, 1.2))
    figure.text(0.5, 0.5, textwrap.fill(text, int(WIDTH / NARROW)), ha="center", va="center", color=GREY)
    return figure


def save(figure: Figure, stem: Path) -> None:
    """Write <stem>.svg, .pdf and .png without dates or versions, so that the same figure gives the same bytes."""
    for axes in figure.axes:
        for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.images):
            artist.set_in_layout(False)  # inside its panel: what takes room is text alone
    if engine := figure.get_layout_engine():
        engine.execute(figure)
    figure.set_layout_engine("none")  # laid out once, not once a file
    for suffix, names in METADATA.items():
        with atomic(stem.with_name(f"{stem.name}.{suffix}")) as path:
            figure.savefig(path, format=suffix, dpi=PNG_DPI, metadata=dict.fromkeys(names))
