"""Scores of probes layer by layer: a panel for each policy, a line for each compression ratio."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.probes import POOLED, PROBES, SCORES
from kvstudy.contracts.vocabulary import BASELINE, CONTROLS
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.probes_by_ratio import LABELS


def draw(probes: pd.DataFrame) -> Figure:
    """Draw how well probes tell their targets, layer by layer.

    Parameters
    ----------
    probes : pandas.DataFrame
        The table `probes`.
    """
    rows = probes[(probes["layer"] != POOLED) & (probes["metric"] == probes["target"].map(SCORES))]
    policies = list(style.marks(rows["policy"])) or sorted(rows["policy"].unique())
    if not policies:
        return style.message("No probes to draw: too few passages were answered. The coverage table says why.")
    studies = panels.studies(rows)
    blocks = [(*study, *part) for study in studies for part in panels.parts(rows)]
    targets = [target for target in LABELS if (rows["target"] == target).any()]
    x = "Layer, from the input up; 0 is the embedding"
    shades = style.shades(rows.loc[rows["policy"] != BASELINE, "ratio"])
    lines = len(shades) + 1 + len(CONTROLS)
    figure, places = panels.grid(blocks, targets, policies, lines=4, x=x, curves=lines, height=1.15)
    part = panels.grouped(rows, "experiment", "model", "dataset", "target", "regime", "policy")
    for (block, target, policy), panel in places.items():
        *study, dataset, regime = block
        for control in CONTROLS:
            floor = part(*study, dataset, target, control, BASELINE).sort_values("layer")
            panel.axes.plot(floor["layer"], floor["value"], **style.floor_line(control))
        panels.layer_line(panel.axes, part(*study, dataset, target, regime, BASELINE), style.baseline_line())
        here = part(*study, dataset, target, regime, policy)
        for ratio, line in here[here["policy"] != BASELINE].groupby("ratio"):
            panels.layer_line(panel.axes, line, {"color": shades[ratio], "linewidth": 1.1})
        panel.axes.set_xlim(rows["layer"].min() - 0.5, rows["layer"].max() + 0.5)
        panel.axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        panels.rate_axis(panel.axes, 1.0)
        panel.label(LABELS[target])
        if panel.top:
            both = pd.concat([part(*study, dataset, each, regime, policy) for each in targets])
            size = panels.sizes(both) if len(both) else "not answered"
            panel.head(policy, [panels.study_name(study, studies), dataset, f"question-{regime}", size])
    handles = [Line2D([], [], color=shade, label=f"ratio {ratio:g}") for ratio, shade in shades.items()]
    if (rows["policy"] == BASELINE).any():
        handles.insert(0, Line2D([], [], label="ratio 0", **style.baseline_line()))
    for control in CONTROLS:
        if (rows["regime"] == control).any():
            handles.append(Line2D([], [], label=REGIME_NAMES[control], **style.floor_line(control)))
    style.legend(figure, [*handles, panels.interval_handle(rows)])
    return figure


FIGURE = ReportFigure(draw, (PROBES,))
