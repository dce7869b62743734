"""How many questions still come to their evidence: a row for each epsilon, a panel for each dataset and regime.

In grey below it the floor: how many would come to an arbitrary place of the passage that is as long.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.analysis import REACHABILITY
from kvstudy.contracts.vocabulary import BASELINE, EVIDENCE, FLOOR
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

DASHES = {
    EVIDENCE: {"directly": "-", "reachable": (0, (2, 1.2))},
    FLOOR: {"directly": style.DOTTED, "reachable": style.DASH_DOTTED},
}
NAMES = {
    EVIDENCE: {"directly": "by a direct route", "reachable": "in any way, copies included"},
    FLOOR: {"directly": "floor: by a direct route", "reachable": "floor: in any way"},
}


def draw(reachability: pd.DataFrame) -> Figure:
    """Draw the share of questions that come to their evidence, and to their floor, against the compression ratio.

    Parameters
    ----------
    reachability : pandas.DataFrame
        The table `reachability`.
    """
    rows = reachability[reachability["metric"].isin(DASHES[EVIDENCE])]
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message(
            "No routes to draw: the config samples no contexts for them, or none was answered. If so, the coverage "
            "table says why."
        )
    epsilons = sorted(rows["epsilon"].unique())
    marks, x = style.marks(rows["policy"]), panels.ratio_label(rows)
    lines = len(marks) * sum(map(len, DASHES.values()))
    figure, places = panels.grid(blocks, epsilons, columns, lines=3, x=x, curves=lines, height=1.1)
    part = panels.grouped(rows, "experiment", "model", "epsilon", "dataset", "regime")
    for (study, epsilon, (dataset, regime)), panel in places.items():
        here = part(*study, epsilon, dataset, regime)
        evidence = here[here["target"] == EVIDENCE]
        for policy, mark in marks.items():
            ways(panel.axes, here[here["policy"].isin([BASELINE, policy])], mark)
        panels.ratio_axis(panel.axes)
        panels.rate_axis(panel.axes, 1.0)
        panel.label(f"weight > {epsilon:g}")
        if panel.top:
            name = panels.study_name(study, blocks)
            sizes = panels.sizes(evidence) if len(evidence) else "not answered"
            panel.head(dataset, [name, f"question-{regime}", sizes])
    targets = [target for target in DASHES if (rows["target"] == target).any()]
    handles = [
        Line2D([], [], color=style.GREY, linestyle=dashes, label=NAMES[target][way])
        for target in targets
        for way, dashes in DASHES[target].items()
    ]
    figure.supylabel("Share of questions with a route", fontsize=style.TEXT)
    style.legend(figure, [*panels.policy_handles(marks, []), *handles, panels.interval_handle(rows)])
    return figure


def ways(axes: Axes, rows: pd.DataFrame, mark: style.Mark) -> None:
    """The lines of one policy: to the floor, in grey with its open markers, and to the evidence."""
    looks = {FLOOR: style.open_line(mark), EVIDENCE: mark.line()}
    for target, look in looks.items():
        for way, dashes in DASHES[target].items():
            line = rows[(rows["target"] == target) & (rows["metric"] == way)]
            panels.band(axes, line, look["color"])
            axes.plot(line["ratio"], line["value"], clip_on=False, **{**look, "linestyle": dashes})


FIGURE = ReportFigure(draw, (REACHABILITY,))
