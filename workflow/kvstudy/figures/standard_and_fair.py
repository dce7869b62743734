"""Accuracy and leakage in one panel: a row for each policy, standard eviction on the left and fair on the right."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES
from kvstudy.contracts.vocabulary import PLAIN
from kvstudy.figures import style
from kvstudy.figures.figure import ReportFigure
from kvstudy.figures.instructions import (
    DEFENDED,
    FOLLOWED,
    LEAKED,
    followed,
    for_each_policy,
    for_each_variant,
    headed,
    one_layout,
    responded,
)
from kvstudy.figures.multiples import FLOOR, SECOND_FLOOR, Axis, multiples

COLUMNS = {PLAIN: "standard eviction", "fair": "fair eviction"}
SHARE = "share"
CURVES = {FOLLOWED: "instructions followed", LEAKED: "directive leaked (ROUGE-L recall)"}
LEVELS = {FOLLOWED: FLOOR, LEAKED: SECOND_FLOOR}
FLOORS = {FLOOR: "followed by chance", SECOND_FLOOR: "recall of another row's directive"}
MARKS = {  # no colours, which are policies' elsewhere
    CURVES[FOLLOWED]: style.Mark(style.INK, style.MARKERS[0]),
    CURVES[LEAKED]: style.Mark(style.GREY, style.MARKERS[1], style.DASHED),
}


def draw(family_curves: pd.DataFrame, response_curves: pd.DataFrame) -> Figure:
    """Draw instructions followed and directives leaked against the ratio, under standard and fair eviction.

    Parameters
    ----------
    family_curves, response_curves : pandas.DataFrame
        The tables of these names.
    """
    measured = pd.concat([followed(family_curves), responded(response_curves, LEAKED)])
    points = for_each_variant(one_layout(measured, DEFENDED))
    placed = for_each_policy(points[points["variant"].isin(COLUMNS)])
    if placed.empty:
        return style.message(
            "No standard and fair eviction to draw: no such request was answered. The coverage table says why."
        )
    placed = placed.assign(
        block=placed["policy"] + "\n" + headed(placed),
        column=placed["variant"].map(COLUMNS),
        curve=placed["row"].map(CURVES).mask(placed["curve"] == FLOOR, placed["row"].map(LEVELS)),
        row=SHARE,
    )
    return multiples(placed, {SHARE: Axis(SHARE)}, list(COLUMNS.values()), MARKS, FLOORS)


FIGURE = ReportFigure(draw, (FAMILY_CURVES, RESPONSE_CURVES))
