"""Following against leaking: how both change together from plain eviction, over debiased, to fair eviction."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES
from kvstudy.contracts.vocabulary import BASELINE, DEBIAS, PLAIN
from kvstudy.figures import panels, style
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import (
    DEFENDED,
    FOLLOWED,
    LEAKED,
    by_model_and_layout,
    followed,
    named,
    responded,
)
from kvstudy.figures.multiples import FLOOR

FAIR = "fair"
CELL = ["model", "layout", "policy", "variant", "ratio"]
FILLS = {PLAIN: "full", FAIR: "none"}  # how a marker is filled; half for what is in between


def draw(family_curves: pd.DataFrame, response_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed against directives leaked, a point for each strength of debiasing.

    Parameters
    ----------
    family_curves, response_curves : pandas.DataFrame
        The tables of these names.
    """
    measured = {FOLLOWED: followed(family_curves), LEAKED: responded(response_curves, LEAKED)}
    points = together(measured)
    compressed = points[points["policy"] != BASELINE]
    if compressed.empty:
        return style.message("No following and leaking to draw: no attack was answered. The coverage table says why.")
    blocks = list(by_model_and_layout(points)[["model", "layout"]].drop_duplicates().itertuples(False, None))
    policies = style.marks(compressed["policy"])
    ratios = style.shades(compressed["ratio"])
    x = "Directive leaked (ROUGE-L recall)"
    layout = {"x": x, "curves": len(ratios) * compressed["variant"].nunique(), "height": 1.6}
    figure, places = panels.grid(blocks, [""], list(policies), lines=5, **layout, note=panels.CUT)
    highest = panels.ceiling(points[["value_leaked", "high_leaked"]].max(axis=1))
    for ((model, layout), _, policy), panel in places.items():
        here = points[(points["model"] == model) & (points["layout"] == layout)]
        for row in here[here["policy"] == BASELINE].itertuples():
            panel.axes.plot([row.value_leaked], [row.value_followed], "o", color=style.INK, markersize=3.5)
        floors(panel.axes, measured, model, layout)
        own = here[here["policy"] == policy]
        for ratio, line in own.groupby("ratio"):
            path(panel.axes, line.sort_values("strength"), ratios[ratio])
        panels.rate_axis(panel.axes, 1.0)
        panel.axes.set_xlim(-0.03 * highest, 1.03 * highest)
        panel.label("instructions followed")
        size = panels.count(own["contexts_leaked"], "prompt") if len(own) else "not answered"
        cut = panels.cut_off(own["cut_followed"]), panels.cut_off(own["cut_leaked"], "attacks cut")
        panel.head(policy, [model, named(layout), size, *cut])
    handles = [Line2D([], [], color=shade, label=f"ratio {ratio:g}") for ratio, shade in ratios.items()]
    blank = {"color": style.GREY, "linestyle": "", "marker": "o", "markerfacecoloralt": "white"}
    words = {"full": "plain", "left": "debiased", "none": "fair"}
    drawn = {fill(variant) for variant in compressed["variant"]}
    handles += [Line2D([], [], label=words[name], fillstyle=name, **blank) for name in words if name in drawn]
    handles.append(Line2D([], [], color=style.INK, linestyle="", marker="o", label="ratio 0: nothing compressed"))
    handles.append(Line2D([], [], label="floors: by chance", **style.chance_line()))
    sides = [points.rename(columns={f"{end}_{name}": end for end in ("value", "low")}) for name in measured]
    resampled = panels.interval(pd.concat([side[["value", "low"]] for side in sides]), "prompts")
    handles.append(Line2D([], [], color=style.GREY, linewidth=0.7, label=f"bars: intervals, {resampled}"))
    style.legend(figure, handles)
    return figure


def together(measured: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What is followed and what is leaked side by side under a defence, plain, debiased and fair, with the strength."""
    sides = [
        rows[(rows["curve"] != FLOOR) & rows["layout"].isin(DEFENDED)]
        .set_index(CELL)[["value", "low", "high", "contexts", "cut"]]
        .add_suffix(f"_{name}")
        for name, rows in measured.items()
    ]
    both = sides[0].join(sides[1], how="inner").reset_index()
    strengths = both["variant"].map(strength)
    return both.assign(strength=strengths.astype(float))[strengths.notna()].dropna(
        subset=["value_followed", "value_leaked"]
    )


def strength(variant: str) -> float | None:
    """How far a variant is from plain, 0, to fair, 1; None for another repair."""
    if variant.startswith(DEBIAS):
        return float(variant.removeprefix(DEBIAS))
    return {PLAIN: 0.0, FAIR: 1.0}.get(variant)


def fill(variant: str) -> str:
    """How the marker of a variant is filled."""
    return FILLS.get(variant, "left")


def floors(axes: Axes, measured: dict[str, pd.DataFrame], model: str, layout: str) -> None:
    """What is followed and what is leaked without any ability, across and up."""
    for name, across in ((FOLLOWED, axes.axhline), (LEAKED, axes.axvline)):
        rows = measured[name]
        here = (rows["model"] == model) & (rows["layout"] == layout) & (rows["curve"] == FLOOR)
        for value in rows.loc[here, "value"]:
            across(value, **style.chance_line())


def path(axes: Axes, line: pd.DataFrame, colour: str) -> None:
    """The points of one ratio from plain to fair, joined, with thin bars as intervals."""
    thin = {"color": colour, "linewidth": 0.7, "alpha": 0.55}
    axes.plot(line["value_leaked"], line["value_followed"], color=colour, linewidth=1.1)
    axes.hlines(line["value_followed"], line["low_leaked"], line["high_leaked"], **thin)
    axes.vlines(line["value_leaked"], line["low_followed"], line["high_followed"], **thin)
    for row in line.itertuples():
        look = {"marker": "o", "color": colour, "markerfacecoloralt": "white", "fillstyle": fill(row.variant)}
        axes.plot([row.value_leaked], [row.value_followed], **look)


FIGURE = ReportFigure(draw, (FAMILY_CURVES, RESPONSE_CURVES))
