"""How agreement changes with depth: the slope over the layers against the ratio, a row for each measure."""

from itertools import product

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import DEPTH_PROFILES
from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

MEASURES = {
    "consensus": "consensus,\nlast prompt\ntoken",
    "consensus_beyond_sinks": "the same\nbeyond sinks",
    "consensus_decoded": "consensus,\nfirst answer\ntokens",
    "consensus_decoded_beyond_sinks": "the same\nbeyond sinks",
    "jaccard": "Jaccard of\nevicted sets",
}


def draw(depth_profiles: pd.DataFrame) -> Figure:
    """Draw the slope of agreement from the first layer to the last against the compression ratio.

    Parameters
    ----------
    depth_profiles : pandas.DataFrame
        The table `depth_profiles`.
    """
    rows = depth_profiles[(depth_profiles["summary"] == "slope") & depth_profiles["metric"].isin(MEASURES)]
    regimes, blocks = panels.regimes(rows), panels.studies(rows)
    if rows["value"].isna().all():
        return style.message(
            "No slopes to draw: no part of any cell was answered, or none has a slope. The coverage table says why."
        )
    measures = [measure for measure in MEASURES if (rows["metric"] == measure).any()]
    x = panels.ratio_label(rows)
    marks, datasets = style.marks(rows["policy"]), panels.datasets(rows)
    shape = {"lines": 2, "curves": len(marks) * len(regimes)}
    figure, places = panels.grid(blocks, measures, datasets, x=x, note=panels.left_out(rows), **shape)
    lowest, highest = rows[["value", "low"]].min(axis=None), rows[["value", "high"]].max(axis=None)
    part = panels.grouped(rows, "experiment", "model", "metric", "dataset")
    for (study, measure, dataset), panel in places.items():
        here, axes = part(*study, measure, dataset), panel.axes
        axes.axhline(0.0, color=style.GREY, linewidth=0.7)
        for (policy, mark), regime in product(marks.items(), regimes):
            line = here[here["policy"].isin([BASELINE, policy]) & (here["regime"] == regime)]
            panels.band(axes, line, mark.colour)
            axes.plot(line["ratio"], line["value"], clip_on=False, **mark.line(regime == REGIMES[0]))
        panels.ratio_axis(axes)
        axes.set_ylim(min(lowest, 0) - 0.05, max(highest, 0) + 0.05)
        panel.label(MEASURES[measure])
        if panel.top:
            size = panels.sizes(here) if len(here) else "not answered"
            panel.head(dataset, [panels.study_name(study, blocks), size])
    figure.supylabel("Slope from the first layer to the last", fontsize=style.TEXT)
    style.legend(figure, [*panels.policy_handles(marks, regimes), panels.interval_handle(rows)])
    return figure


FIGURE = ReportFigure(draw, (DEPTH_PROFILES,))
