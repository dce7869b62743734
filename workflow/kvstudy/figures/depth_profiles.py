"""How agreement changes with depth: the slope over the layers against the ratio, a row for each measure."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kvstudy.contracts.analysis import DEPTH_PROFILES
from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.figures import cli, panels, style

MEASURES = {
    "consensus": "consensus, last\nprompt token",
    "consensus_beyond_sinks": "the same\nbeyond sinks",
    "consensus_decoded": "consensus, first\nanswer tokens",
    "consensus_decoded_beyond_sinks": "the same\nbeyond sinks",
    "jaccard": "Jaccard\nof evicted sets",
}


def draw(depth_profiles: pd.DataFrame) -> Figure:
    """Draw the slope of agreement from the first layer to the last against the compression ratio.

    Parameters
    ----------
    depth_profiles : pandas.DataFrame
        The table `depth_profiles`.
    """
    rows = depth_profiles[(depth_profiles["summary"] == "slope") & depth_profiles["metric"].isin(MEASURES)]
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message("No slopes to draw: no part of any cell was answered. The coverage table says why.")
    measures = [measure for measure in MEASURES if (rows["metric"] == measure).any()]
    figure, places = panels.grid(blocks, measures, columns, lines=3, height=1.05)
    marks = style.marks(rows["policy"])
    lowest, highest = rows[["value", "low"]].min(axis=None), rows[["value", "high"]].max(axis=None)
    for ((experiment, model), measure, (dataset, regime)), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "regime": regime, "metric": measure}
        here, axes = panels.select(rows, **where), panel.axes
        axes.axhline(0.0, color=style.GREY, linewidth=0.7)
        for policy, mark in marks.items():
            line = here[here["policy"].isin([BASELINE, policy])]
            panels.band(axes, line, mark.colour)
            axes.plot(line["ratio"], line["value"], clip_on=False, **mark.line(regime == REGIMES[0]))
        panels.ratio_axis(axes)
        axes.set_ylim(min(lowest, 0) - 0.05, max(highest, 0) + 0.05)
        panel.label(MEASURES[measure])
        if panel.top:
            name = panels.study_name((experiment, model), blocks)
            size = panels.count(here["contexts"], "context") if len(here) else "not answered"
            panel.head(dataset, [name, f"question-{regime}", size])
    band = Patch(facecolor=style.GREY, alpha=0.3, label="interval, contexts resampled")
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    figure.supylabel("Slope from the first layer to the last", fontsize=8)
    style.legend(figure, [*panels.policy_handles(marks, sorted({regime for _, regime in columns})), band])
    return figure


if __name__ == "__main__":
    cli.run(draw, DEPTH_PROFILES)
