"""Error rates against the compression ratio: a row for each kind of error, a curve for each policy."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.vocabulary import CONTROL
from kvstudy.figures import cli, panels, style

KINDS = {"hallucinated": "hallucinated", "outcome_abstained": "abstained", "outcome_broken": "broken text"}


def draw(curves: pd.DataFrame) -> Figure:
    """Draw the shares of wrong, abstained and broken answers against the compression ratio.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    """
    rows = curves[curves["metric"].isin(KINDS)]
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message("No error rates to draw: no part of any cell was answered. The coverage table says why.")
    kinds = [kind for kind in KINDS if (rows["metric"] == kind).any()]
    figure, places = panels.grid(blocks, kinds, columns, lines=3, height=1.2)
    marks = style.marks(curves["policy"])
    tops = {kind: panels.ceiling(rows.loc[rows["metric"] == kind, "high"]) for kind in kinds}
    for ((experiment, model), kind, (dataset, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "metric": kind}
        here = panels.select(rows, regime=regime, **where)
        panels.ratio_panel(panel.axes, here, panels.select(rows, regime=CONTROL, **where), marks)
        panels.rate_axis(panel.axes, tops[kind])
        panel.label(KINDS[kind])
        if panel.top:
            name = panels.study_name((experiment, model), blocks)
            panel.head(dataset, [name, f"question-{regime}", panels.sizes(here) if len(here) else "not answered"])
    regimes = sorted({regime for _, regime in columns})
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    style.legend(figure, panels.policy_handles(marks, regimes) + panels.reference_handles(rows))
    return figure


if __name__ == "__main__":
    cli.run(draw, CURVES)
