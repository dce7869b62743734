"""How far the heads of each layer agree: a column for each regime of a policy, a line for each compression ratio."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kvstudy.contracts.analysis import LAYER_CURVES
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

MEASURES = {
    "consensus": "consensus,\nlast prompt\ntoken",
    "consensus_decoded": "consensus,\nfirst answer\ntokens",
    "agreement": "agreement,\nlast prompt\ntoken",
    "jaccard": "Jaccard of\nevicted sets",
}


def draw(layer_curves: pd.DataFrame) -> Figure:
    """Draw consensus, agreement and the overlap of evicted sets, layer by layer.

    Drawn is the dataset with the most contexts; the table has all.

    Parameters
    ----------
    layer_curves : pandas.DataFrame
        The table `layer_curves`.
    """
    rows = layer_curves[layer_curves["metric"].isin(MEASURES)]
    policies = list(style.marks(rows["policy"])) or sorted(rows["policy"].unique())
    if not policies:
        return style.message("No consensus to draw: no part of any cell was answered. The coverage table says why.")
    rows, note = panels.largest(rows)
    note = f"{note} {panels.left_out(rows)}".strip()
    studies, regimes = panels.studies(rows), panels.regimes(rows)
    columns = [(policy, regime) for policy in policies for regime in regimes]
    shades = style.shades(rows.loc[rows["policy"] != BASELINE, "ratio"])
    shape = {"lines": 4, "curves": len(shades) + 1, "most": len(regimes)}
    figure, places = panels.grid(studies, list(MEASURES), columns, x="Layer, from the input up", note=note, **shape)
    part = panels.grouped(rows, "experiment", "model", "metric", "regime", "policy")
    for (study, measure, (policy, regime)), panel in places.items():
        axes, here = panel.axes, part(*study, measure, regime, policy)
        panels.layer_line(axes, part(*study, measure, regime, BASELINE), style.baseline_line())
        for ratio, line in here[here["policy"] != BASELINE].groupby("ratio"):
            panels.layer_line(axes, line, {"color": shades[ratio], "linewidth": 1.0})
        axes.set_xlim(rows["layer"].min() - 0.5, rows["layer"].max() + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        panels.rate_axis(axes, 1.0, steps=2)
        panel.label(MEASURES[measure])
        if panel.top:
            size = panels.sizes(here) if len(here) else "not answered"
            lines = [panels.study_name(study, studies), rows["dataset"].iloc[0], REGIME_NAMES[regime], size]
            panel.head(policy, lines)
    handles = [Line2D([], [], color=shade, label=f"ratio {ratio:g}") for ratio, shade in shades.items()]
    if (rows["policy"] == BASELINE).any():
        handles.insert(0, Line2D([], [], label="ratio 0", **style.baseline_line()))
    style.legend(figure, [*handles, panels.interval_handle(rows)])
    return figure


FIGURE = ReportFigure(draw, (LAYER_CURVES,), metrics=tuple(MEASURES))
