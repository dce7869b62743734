"""How far the heads of each layer agree: a panel for each policy and regime, a line for each compression ratio."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from kvstudy.contracts.analysis import LAYER_CURVES
from kvstudy.contracts.vocabulary import BASELINE, REGIME_NAMES, REGIMES
from kvstudy.figures import cli, panels, style

MEASURES = {
    "consensus": "consensus, last\nprompt token",
    "consensus_decoded": "consensus, first\nanswer tokens",
    "agreement": "agreement, last\nprompt token",
    "jaccard": "Jaccard\nof evicted sets",
}


def draw(layer_curves: pd.DataFrame) -> Figure:
    """Draw consensus, agreement and the overlap of evicted sets, layer by layer.

    Parameters
    ----------
    layer_curves : pandas.DataFrame
        The table `layer_curves`.
    """
    rows = layer_curves[layer_curves["metric"].isin(MEASURES)]
    policies = list(style.marks(rows["policy"])) or sorted(rows["policy"].unique())
    if not policies:
        return style.message("No consensus to draw: no part of any cell was answered. The coverage table says why.")
    studies = panels.studies(rows)
    blocks = [(*study, dataset) for study in studies for dataset in sorted(set(rows["dataset"]))]
    regimes = [regime for regime in REGIMES if (rows["regime"] == regime).any()]
    columns = [(policy, regime) for regime in regimes for policy in policies]
    figure, places = panels.grid(blocks, list(MEASURES), columns, lines=3, width=1.9, height=1.05)
    shades = style.shades(rows.loc[rows["policy"] != BASELINE, "ratio"])
    for ((experiment, model, dataset), measure, (policy, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "regime": regime, "metric": measure}
        axes = panel.axes
        for _, line in panels.select(rows, policy=BASELINE, **where).groupby("ratio"):
            panels.layer_line(axes, line, style.baseline_line())
        here = panels.select(rows, policy=policy, **where)
        for ratio, line in here[here["policy"] != BASELINE].groupby("ratio"):
            panels.layer_line(axes, line, {"color": shades[ratio], "linewidth": 1.1})
        axes.set_xlim(rows["layer"].min() - 0.5, rows["layer"].max() + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        panels.rate_axis(axes, 1.0, steps=2)
        panel.label(MEASURES[measure])
        if panel.top:
            size = panels.count(here["contexts"], "context") if len(here) else "not answered"
            name = panels.study_name((experiment, model), studies)
            panel.head(policy, [name, dataset, f"{REGIME_NAMES[regime]}, {size}"])
    handles = [Line2D([], [], color=shade, label=f"ratio {ratio:g}") for ratio, shade in shades.items()]
    if (rows["policy"] == BASELINE).any():
        handles.insert(0, Line2D([], [], label="ratio 0", **style.baseline_line()))
    handles.append(Patch(facecolor=style.GREY, alpha=0.3, label="interval, contexts resampled"))
    figure.supxlabel("Layer, from the input up", fontsize=8)
    style.legend(figure, handles)
    return figure


if __name__ == "__main__":
    cli.run(draw, LAYER_CURVES, metrics=MEASURES)
