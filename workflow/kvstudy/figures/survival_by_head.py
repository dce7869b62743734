"""How much of the evidence each KV head of each layer evicts: a map for each policy and a few ratios."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kvstudy.contracts.analysis import HEAD_CURVES
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

METRIC = "evidence_eviction"
COLOURS = "viridis"


def draw(head_curves: pd.DataFrame) -> Figure:
    """Draw the evicted share of the evidence by layer and KV head.

    Drawn is the dataset with the most contexts, at the lowest, the middle and the highest ratio; the table has all.

    Parameters
    ----------
    head_curves : pandas.DataFrame
        The table `head_curves`.
    """
    rows = head_curves[head_curves["metric"] == METRIC]
    policies = list(style.marks(rows["policy"]))
    if not policies:
        return style.message(
            "No evicted evidence to draw: no compressed cell was answered. The coverage table says why."
        )
    rows, note = panels.largest(rows)
    note = f"{note} {panels.left_out(rows)}".strip()
    studies, ratios = panels.studies(rows), sorted(rows["ratio"].unique())
    shown = sorted({ratios[0], ratios[len(ratios) // 2], ratios[-1]})
    blocks = [(*study, *part) for study in studies for part in panels.parts(rows)]
    figure, places = panels.grid(blocks, shown, policies, lines=4, x="KV head", curves=1, height=1.2, note=note)
    image, part = None, panels.grouped(rows, "experiment", "model", "dataset", "regime", "policy", "ratio")
    for (block, ratio, policy), panel in places.items():
        *study, dataset, regime = block
        here, axes = part(*block, policy, ratio), panel.axes
        grid = here.pivot(index="layer", columns="head", values="value")
        if len(grid):
            options = {"cmap": COLOURS, "vmin": 0, "vmax": 1, "aspect": "auto", "interpolation": "nearest"}
            image = axes.imshow(grid, origin="lower", **options)
        axes.grid(visible=False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        panel.label(f"ratio {ratio:g}\nlayer")
        if panel.top:
            size = panels.sizes(here) if len(here) else "not answered"
            panel.head(policy, [panels.study_name(study, studies), dataset, f"question-{regime}", size])
    figure.set_figheight(figure.get_figheight() + 0.5)
    bar = figure.colorbar(image, ax=figure.axes, location="top", fraction=0.1, aspect=40, pad=0.02)
    bar.set_label("evicted share of the evidence", fontsize=style.TEXT)
    return figure


FIGURE = ReportFigure(draw, (HEAD_CURVES,), metrics=(METRIC,))
