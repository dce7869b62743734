"""F1 of each type of answer on a radar: a column for each policy, a row for weak, medium and strong compression."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.projections.polar import PolarAxes

from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.probes import ANSWER_TYPE, POOLED, PROBES
from kvstudy.contracts.vocabulary import ANSWER_TYPES, BASELINE, CONTROLS, QUESTION_ONLY, REGIMES
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

PUBLISHED = (0.1, 0.5, 0.9)  # the paper's radars
METRICS = {f"f1_{name}": name for name in ANSWER_TYPES}
TICKS = (0.25, 0.5, 0.75, 1.0)
SHORT = {  # on a spoke
    **dict(zip(ANSWER_TYPES, ANSWER_TYPES, strict=True)),
    "Organization": "Org.",
    "Creature": "Creat.",
    "Location": "Loc.",
    "Numerals": "Num.",
    "Date/Time": "Date",
}


def draw(probes: pd.DataFrame) -> Figure:
    """Draw how well probes on the mean of all layers tell each type of answer.

    Parameters
    ----------
    probes : pandas.DataFrame
        The table `probes`.
    """
    kept = (probes["layer"] == POOLED) & (probes["target"] == ANSWER_TYPE) & probes["metric"].isin(METRICS)
    rows = probes[kept]
    ratios, marks = shown(rows["ratio"]), style.marks(rows["policy"])
    if not ratios:
        return style.message("No probes to draw: too few passages were answered. The coverage table says why.")
    studies = panels.studies(rows)
    blocks = [(*study, dataset, ratio) for study in studies for dataset in panels.datasets(rows) for ratio in ratios]
    x = "F1 of each type of answer, from 0 at the centre to 1"
    shape = {"lines": 4, "curves": 2 * len(REGIMES) + 1, "height": 1.6, "projection": "polar"}
    figure, places = panels.grid(blocks, [""], list(marks), x=x, **shape)
    part = panels.grouped(rows, "experiment", "model", "dataset")
    for ((*study, dataset, ratio), _, policy), panel in places.items():
        here = part(*study, dataset)
        names = [name for name in METRICS if (here["metric"] == name).any()]
        spokes(panel.axes, [METRICS[name] for name in names])
        compressed = here[(here["policy"] == policy) & (here["ratio"] == ratio)]
        ring(panel.axes, here[here["regime"] == QUESTION_ONLY], names, style.floor_line(QUESTION_ONLY))
        baseline = here[(here["policy"] == BASELINE) & ~here["regime"].isin(CONTROLS)]
        for regime in REGIMES:
            ring(panel.axes, baseline[baseline["regime"] == regime], names, style.baseline_line())
            look = marks[policy].line(regime == REGIMES[0])
            own = compressed[compressed["regime"] == regime]
            ring(panel.axes, own, names, look | {"linewidth": 1.0}, bars=True)
        size = panels.sizes(compressed) if len(compressed) else "not answered"
        panel.head(policy, [panels.study_name(study, studies), dataset, f"ratio {ratio:g}", size])
    handles = panels.policy_handles(marks, panels.regimes(rows))
    handles.append(Line2D([], [], label="ratio 0", **style.baseline_line()))
    if (rows["regime"] == QUESTION_ONLY).any():
        handles.append(Line2D([], [], label=REGIME_NAMES[QUESTION_ONLY], **style.floor_line(QUESTION_ONLY)))
    handles.append(Line2D([], [], color=style.GREY, label=f"bars: intervals, {panels.interval(rows)}"))
    style.legend(figure, handles)
    return figure


def shown(ratios: Iterable[float]) -> list[float]:
    """The compressed ratios nearest to the published ones."""
    own = sorted({ratio for ratio in ratios if ratio > 0})
    return sorted({min(own, key=lambda ratio: abs(ratio - wanted)) for wanted in PUBLISHED}) if own else []


def spokes(axes: PolarAxes, names: list[str]) -> None:
    """One spoke a type, the first at the top; F1 from 0 at the centre to 1."""
    around = angles(len(names))
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    axes.set_xticks(around, [""] * len(names))
    for angle, name in zip(around, names, strict=True):
        side = np.sin(angle)
        where = "center" if abs(side) < 0.1 else "left" if side > 0 else "right"
        axes.text(angle, 1.15, SHORT[name], ha=where, va="center", color=style.GREY)
    axes.set_ylim(0, 1.2)
    axes.set_yticks(TICKS, ["", "0.5", "", ""])
    axes.spines["polar"].set_visible(False)


def angles(count: int) -> np.ndarray:
    """(count,) radians, evenly around the circle."""
    return np.arange(count) * 2 * np.pi / count


def ring(axes: PolarAxes, rows: pd.DataFrame, names: list[str], look: dict, bars: bool = False) -> None:
    """A closed line through the F1 of each type, with intervals along the spokes where asked."""
    if rows.empty:
        return
    values = rows.set_index("metric").reindex(names)
    around = angles(len(names))
    closed = np.append(values["value"], values["value"].iloc[0])
    axes.plot(np.append(around, 0.0), closed, **{**look, "markersize": 2.5})
    if bars:
        known = values["low"].notna().to_numpy()
        ends = values.loc[known, ["low", "high"]].to_numpy().T
        axes.vlines(around[known], *ends, color=look["color"], linewidth=0.7, alpha=0.55)


FIGURE = ReportFigure(draw, (PROBES,))
