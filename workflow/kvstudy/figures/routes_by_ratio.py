"""How many questions still come to their evidence: a row for each epsilon, a panel for each dataset and regime."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kvstudy.contracts.analysis import REACHABILITY
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import cli, panels, style

WAYS = {"directly": "-", "reachable": (0, (2, 1.2))}
NAMES = {"directly": "by a direct route", "reachable": "in any way, copies included"}


def draw(reachability: pd.DataFrame) -> Figure:
    """Draw the share of questions that come to their evidence against the compression ratio.

    Parameters
    ----------
    reachability : pandas.DataFrame
        The table `reachability`.
    """
    rows = reachability[reachability["metric"].isin(WAYS)]
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message(
            "No routes to draw: the config samples no contexts for them, or none was answered. If so, the coverage "
            "table says why."
        )
    epsilons = sorted(rows["epsilon"].unique())
    figure, places = panels.grid(blocks, epsilons, columns, lines=3, height=1.1)
    marks = style.marks(rows["policy"])
    for ((experiment, model), epsilon, (dataset, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "regime": regime, "epsilon": epsilon}
        here, axes = panels.select(rows, **where), panel.axes
        for policy, mark in marks.items():
            for way, dashes in WAYS.items():
                line = here[here["policy"].isin([BASELINE, policy]) & (here["metric"] == way)]
                panels.band(axes, line, mark.colour)
                axes.plot(line["ratio"], line["value"], clip_on=False, **{**mark.line(), "linestyle": dashes})
        panels.ratio_axis(axes)
        panels.rate_axis(axes, 1.0)
        panel.label(f"weight > {epsilon:g}")
        if panel.top:
            name = panels.study_name((experiment, model), blocks)
            panel.head(dataset, [name, f"question-{regime}", panels.sizes(here) if len(here) else "not answered"])
    ways = [Line2D([], [], color=style.GREY, linestyle=dashes, label=NAMES[way]) for way, dashes in WAYS.items()]
    band = Patch(facecolor=style.GREY, alpha=0.3, label="interval, contexts resampled")
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    figure.supylabel("Share of questions that come to their evidence", fontsize=8)
    style.legend(figure, [*panels.policy_handles(marks, []), *ways, band])
    return figure


if __name__ == "__main__":
    cli.run(draw, REACHABILITY)
