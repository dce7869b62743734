"""What wrong answers are put down to: stacked shares of all questions at every ratio, a panel for each policy."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kvstudy.contracts.analysis import BY_SURVIVAL, FAILURE_CURVES
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.figures import cli, panels, style

MEANINGS = {  # from the bottom of a bar to its top
    "baseline": "baseline: wrong at ratio 0, too",
    "erasure": "erasure: evidence gone",
    "rigidity": "rigidity: there, heads agree on other tokens",
    "dispersion": "dispersion: there, no head attends to it",
    "utilisation": "utilisation: there and attended to",
}
COLOURS = dict(zip(MEANINGS, (style.LIGHT, *style.COLOURS[1::-1], *style.COLOURS[5:3:-1]), strict=True))


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
    studies = panels.studies(rows)
    blocks = [(*study, *part) for study in studies for part in panels.parts(rows)]
    figure, places = panels.grid(blocks, ["failed"], policies, lines=3, most=3, width=2.25, height=1.15)
    for (block, _, policy), panel in places.items():
        experiment, model, dataset, regime = block
        where = {"experiment": experiment, "model": model, "dataset": dataset, "regime": regime}
        own = panels.select(rows, **where)
        here = own[own["policy"].isin([BASELINE, policy])]
        bars(panel.axes, here)
        panels.rate_axis(panel.axes, 1.0)
        panel.label("share of questions")
        failed = here[here["metric"] == "failed"]
        size = panels.sizes(failed) if len(failed) else "not answered"
        name = panels.study_name((experiment, model), studies)
        panel.head(policy, [f"{name}, {dataset}", f"question-{regime}", size])
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    style.legend(figure, [Patch(facecolor=COLOURS[mode], label=text) for mode, text in MEANINGS.items()])
    return figure


def bars(axes: Axes, rows: pd.DataFrame) -> None:
    """One bar a ratio, with the interval of its height."""
    shares = rows.pivot(index="ratio", columns="metric", values="value").reindex(columns=list(MEANINGS)).fillna(0.0)
    places, below = range(len(shares)), 0.0
    for mode in MEANINGS:
        axes.bar(places, shares[mode], bottom=below, color=COLOURS[mode], width=0.8)
        below = below + shares[mode].to_numpy()
    failed = rows[rows["metric"] == "failed"]
    axes.vlines(places, failed["low"], failed["high"], color=style.INK, linewidth=0.8)
    axes.set_xticks(places, [f"{ratio:g}" for ratio in shares.index])
    axes.grid(visible=False, axis="x")


if __name__ == "__main__":
    cli.run(draw, FAILURE_CURVES)
