"""Token F1 against the compression ratio: a panel for each model, dataset and regime, a curve for each policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.vocabulary import CONTROL
from kvstudy.figures import cli, panels, style

METRIC = "token_f1"


def draw(curves: pd.DataFrame) -> Figure:
    """Draw token F1 against the compression ratio.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    """
    rows = curves[curves["metric"] == METRIC]
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message("No token F1 to draw: no part of any cell was answered. The coverage table says why.")
    figure, places = panels.grid(blocks, [METRIC], columns, lines=3)
    marks = style.marks(curves["policy"])
    for ((experiment, model), _, (dataset, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset}
        here = panels.select(rows, regime=regime, **where)
        panels.ratio_panel(panel.axes, here, panels.select(rows, regime=CONTROL, **where), marks)
        panels.rate_axis(panel.axes, 1.0)
        panel.label("token F1")
        name = panels.study_name((experiment, model), blocks)
        panel.head(dataset, [name, f"question-{regime}", panels.sizes(here) if len(here) else "not answered"])
    regimes = sorted({regime for _, regime in columns})
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    style.legend(figure, panels.policy_handles(marks, regimes) + panels.reference_handles(rows))
    return figure


if __name__ == "__main__":
    cli.run(draw, CURVES)
