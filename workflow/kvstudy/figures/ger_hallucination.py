"""Global eviction ratio against the hallucination rate: a point for each policy and ratio."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.analysis import CORRELATIONS, CURVES
from kvstudy.contracts.vocabulary import REGIMES
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure

GER, RATE = "ger_layer", "hallucinated"
POINT = ["experiment", "model", "policy", "ratio", "regime", "dataset"]


def points(curves: pd.DataFrame) -> pd.DataFrame:
    """One row a compressed part of a cell: its GER (x) and its hallucination rate (y), both with intervals.

    Returns
    -------
    pandas.DataFrame
        experiment, model, policy, ratio, regime, dataset, then value, low, high, contexts, rows, cut with the suffixes
        _x and _y.
    """
    columns = [*POINT, "value", "low", "high", "contexts", "rows", "cut"]
    x, y = (curves.loc[curves["metric"] == metric, columns] for metric in (GER, RATE))
    return x[x["ratio"] > 0].merge(y, on=POINT, suffixes=("_x", "_y")).sort_values(POINT, ignore_index=True)


def strength(correlation: pd.DataFrame) -> list[str]:
    """Two lines that say how strong the correlation is and on how many points it rests."""
    if correlation.empty or pd.isna(correlation["r"].iloc[0]):
        return ["r is not defined here", "too few points, or no variation"]
    row = correlation.iloc[0]
    interval = "" if pd.isna(row["low"]) else f" [{row['low']:.2f}, {row['high']:.2f}]"
    p = [] if pd.isna(row["p"]) else ["p < 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"]
    sizes = [panels.count(correlation[name], name.removesuffix("s")) for name in ("points", "contexts")]
    return [f"r = {row['r']:.2f}{interval}", ", ".join([*p, *sizes])]


def draw(curves: pd.DataFrame, correlations: pd.DataFrame) -> Figure:
    """Draw the global eviction ratio against the hallucination rate.

    Parameters
    ----------
    curves : pandas.DataFrame
        The table `curves`.
    correlations : pandas.DataFrame
        The table `correlations`.
    """
    rows = points(curves)
    columns, blocks = panels.parts(rows), panels.studies(rows)
    if not columns:
        return style.message("No GER to draw: no compressed cell was answered. The coverage table says why.")
    x = "Global eviction ratio, mean over layers"
    marks = style.marks(curves["policy"])
    note = f"{panels.CUT} {panels.left_out(curves[(curves['metric'] == GER) & (curves['ratio'] > 0)])}".strip()
    shape = {"lines": 6, "curves": len(marks), "height": 1.15}
    figure, places = panels.grid(blocks, [GER], columns, x=x, note=note, **shape)
    top = panels.ceiling(rows[["value_y", "high_y"]].max(axis=1))
    part = panels.grouped(rows, "experiment", "model", "dataset", "regime")
    all_ratios = correlations[(correlations["ger"] == GER) & (correlations["ratios"] == "all")]
    correlation = panels.grouped(all_ratios, "experiment", "model", "dataset", "regime")
    for (study, _, (dataset, regime)), panel in places.items():
        here, axes = part(*study, dataset, regime), panel.axes
        for policy, mark in marks.items():
            line = here[here["policy"] == policy]
            x, y = line["value_x"], line["value_y"]
            bars = {"color": mark.colour, "linewidth": 0.7, "alpha": 0.55}
            axes.hlines(y, line["low_x"], line["high_x"], **bars)
            axes.vlines(x, line["low_y"], line["high_y"], **bars)
            axes.plot(x, y, **mark.line(regime == REGIMES[0]) | {"linewidth": 0.6})
        panels.ratio_axis(axes)
        panels.rate_axis(axes, top)
        panel.label("hallucinated")
        found = strength(correlation(*study, dataset, regime))
        found.append(panels.cut_off(here["cut_y"]))
        panel.head(dataset, [panels.study_name(study, blocks), f"question-{regime}", *found])
    regimes = sorted({regime for _, regime in columns})
    ends = rows.rename(columns={"value_y": "value", "low_y": "low"})
    label = f"intervals of both, {panels.interval(ends)}"
    bars = Line2D([], [], color=style.GREY, marker="+", markersize=8, linestyle="", label=label)
    style.legend(figure, [*panels.policy_handles(marks, regimes), bars])
    return figure


FIGURE = ReportFigure(draw, (CURVES, CORRELATIONS))
