"""What wrong answers are put down to: stacked shares of all questions at every ratio, a panel for each policy."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.analysis import BY_SURVIVAL, FAILURE_CURVES
from kvstudy.contracts.judgements import UNDEFINED
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

MEANINGS = {  # from the bottom of a bar to its top
    "baseline": "baseline: wrong at ratio 0, too",
    "erasure": "erasure: evidence gone",
    "rigidity": "rigidity: there, heads look elsewhere",
    "dispersion": "dispersion: there, no head looks",
    "utilisation": "utilisation: there and looked at",
    UNDEFINED: "undefined: there, nothing is seen",
}
LOOKS = {"agnostic": {}, "aware": {"hatch": "////////", "edgecolor": "white", "linewidth": 0.0}}
LABELLED = 5  # most ratios that are written below a panel
COLOURS = dict(
    zip(MEANINGS, (style.LIGHT, *style.COLOURS[1::-1], *style.COLOURS[5:3:-1], style.COLOURS[6]), strict=True)
)


def draw(failure_curves: pd.DataFrame) -> Figure:
    """Draw the failure modes against the compression ratio.

    Parameters
    ----------
    failure_curves : pandas.DataFrame
        The table `failure_curves`.
    """
    rows = failure_curves[failure_curves["epsilon"] == BY_SURVIVAL]
    policies = list(style.marks(rows["policy"]))
    if not policies:
        return style.message("No failures to draw: no compressed cell was answered. The coverage table says why.")
    untold = (rows.loc[rows["metric"] == UNDEFINED, "value"] > 0).any()
    modes = [mode for mode in MEANINGS if mode != UNDEFINED or untold]
    studies = panels.studies(rows)
    regimes = panels.regimes(rows)
    blocks = [(*study, dataset) for study in studies for dataset in panels.datasets(rows)]
    drawn = len(MEANINGS) * rows["ratio"].nunique() * len(regimes)
    figure, places = panels.grid(
        blocks, ["failed"], policies, lines=4, x=panels.ratio_label(rows), curves=drawn, note=panels.CUT
    )
    part = panels.grouped(rows, "experiment", "model", "dataset")
    for ((*study, dataset), _, policy), panel in places.items():
        own = part(*study, dataset)
        here = own[own["policy"].isin([BASELINE, policy])]
        bars(panel.axes, here, regimes, modes)
        panels.rate_axis(panel.axes, 1.0, steps=2)
        panel.label("share of\nquestions")
        failed = here[here["metric"] == "failed"]
        size = panels.sizes(failed) if len(failed) else "not answered"
        panel.head(policy, [panels.study_name(study, studies), dataset, size, panels.cut_off(failed["cut"])])
    handles = [Patch(facecolor=COLOURS[mode], label=MEANINGS[mode]) for mode in modes]
    handles += [Patch(facecolor=style.GREY, label=REGIME_NAMES[regime], **LOOKS[regime]) for regime in regimes]
    handles.append(Line2D([], [], color=style.INK, linewidth=0.8, label=f"interval, {panels.interval(rows)}"))
    style.legend(figure, handles)
    return figure


def bars(axes: Axes, rows: pd.DataFrame, regimes: list[str], modes: list[str]) -> None:
    """At every ratio one bar a regime, side by side, with the interval of its height."""
    ratios, width = sorted(set(rows["ratio"])), 0.8 / len(regimes)
    for index, regime in enumerate(regimes):
        here = rows[rows["regime"] == regime]
        shares = here.pivot(index="ratio", columns="metric", values="value")
        shares = shares.reindex(index=ratios, columns=modes).fillna(0.0)
        places, below = np.arange(len(ratios)) + (index - (len(regimes) - 1) / 2) * width, 0.0
        for mode in modes:
            axes.bar(places, shares[mode], bottom=below, color=COLOURS[mode], width=0.9 * width, **LOOKS[regime])
            below = below + shares[mode].to_numpy()
        failed = here[here["metric"] == "failed"].set_index("ratio").reindex(ratios)
        axes.vlines(places, failed["low"], failed["high"], color=style.INK, linewidth=0.8)
    step = max(1, math.ceil(len(ratios) / LABELLED))
    axes.set_xticks(range(0, len(ratios), step), [f"{ratio:g}" for ratio in ratios[::step]])
    axes.grid(visible=False, axis="x")


FIGURE = ReportFigure(draw, (FAILURE_CURVES,))
