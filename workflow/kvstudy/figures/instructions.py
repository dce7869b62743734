"""What the figures of the instructions experiment share: which estimates they show, and where each of them stands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.instruction_classes import ATTACK, LAYOUTS, TASK
from kvstudy.contracts.judgements import ALL
from kvstudy.contracts.vocabulary import BASELINE, PLAIN, VARIANTS
from kvstudy.figures import style
from kvstudy.figures.multiples import FLOOR, Axis, multiples

VERDICT = "strict"  # the tables also have the loose verdict
NO_DEFENCE, *DEFENDED = LAYOUTS
FOLLOWED, LEAKED, EXCESS, DEFENCE, REFUSED, BROKEN = "followed", "leaked", "excess", "defence", "refused", "broken"
RESPONSES = {  # row -> request and metric, and those of its floor
    LEAKED: ((ATTACK, "directive_recall"), (ATTACK, "directive_floor")),
    EXCESS: ((ATTACK, "directive_excess"), None),
    DEFENCE: ((ATTACK, "defence_recall"), (TASK, "defence_recall")),
    REFUSED: ((ATTACK, "response_refusal"), (TASK, "response_refusal")),
    BROKEN: ((TASK, "degenerate"), None),
}
NONE = "no defence"  # what a panel says that has none
AXES = {
    FOLLOWED: Axis("instructions\nfollowed"),
    LEAKED: Axis("directive\nleaked", high=np.nan),
    EXCESS: Axis("leaked,\nover floor", low=np.nan, high=np.nan),
    DEFENCE: Axis("defence\nleaked", high=np.nan, empty=NONE),
    REFUSED: Axis("attacks\nrefused"),
    BROKEN: Axis("broken\nresponses"),
}
KEPT_AXES = {
    "retention_directive": Axis("directive\nkept", unbiased=True),
    "retention_defence": Axis("defence\nkept", unbiased=True, empty=NONE),
    "retention_elsewhere": Axis("all else\nkept", unbiased=True),
    "retention_whitelist": Axis("whitelisted\nkept", unbiased=True, empty="no whitelist"),
}
RANKING = {"ranking": Axis("rank\ncorrelation", low=-1.0)}


def named(layout: str) -> str:
    """A layout in words."""
    return layout.replace("_", " ")


def headed(points: pd.DataFrame) -> pd.Series:
    """Model and layout, a line each."""
    return points["model"] + "\n" + points["layout"].map(named)


def followed(family_curves: pd.DataFrame, group: str = ALL) -> pd.DataFrame:
    """Points of the share of instructions followed, with what text without meaning follows as their floor."""
    rows = family_curves[
        (family_curves["verdict"] == VERDICT) & (family_curves["group"] == group) & (family_curves["family"] == ALL)
    ]
    accuracy = rows[rows["metric"] == "accuracy"]
    found = [accuracy.assign(curve=accuracy["policy"]), floor(rows[rows["metric"] == "floor"])]
    return pd.concat(found, ignore_index=True).assign(row=FOLLOWED)


def responded(response_curves: pd.DataFrame, row: str) -> pd.DataFrame:
    """Points of one of `RESPONSES`, with their floor."""
    metric, chance = RESPONSES[row]
    rows = of_metric(response_curves, *metric)
    found = [rows.assign(curve=rows["policy"])]
    if chance:
        found.append(floor(of_metric(response_curves, *chance)))
    return pd.concat(found, ignore_index=True).assign(row=row)


def of_metric(response_curves: pd.DataFrame, request: str, metric: str) -> pd.DataFrame:
    """The rows of one metric of the responses to one kind of request."""
    return response_curves[(response_curves["request"] == request) & (response_curves["metric"] == metric)]


def floor(points: pd.DataFrame) -> pd.DataFrame:
    """The points at ratio 0, as a floor."""
    return points[points["ratio"] == 0].assign(curve=FLOOR)


def measures(family_curves: pd.DataFrame, response_curves: pd.DataFrame, *rows: str) -> pd.DataFrame:
    """Points of what is followed and of some of `RESPONSES`."""
    found = [followed(family_curves), *(responded(response_curves, row) for row in rows)]
    return pd.concat(found, ignore_index=True)


def kept(span_curves: pd.DataFrame) -> pd.DataFrame:
    """Points of the kept shares of spans, of all rows of the dataset."""
    rows = span_curves[(span_curves["group"] == ALL) & span_curves["metric"].isin(KEPT_AXES)]
    return rows.assign(row=rows["metric"], curve=rows["policy"])


def ranked(family_rankings: pd.DataFrame) -> pd.DataFrame:
    """Points of the rank correlation of the families with ratio 0, for each group of rows."""
    rows = family_rankings[family_rankings["verdict"] == VERDICT]
    return rows.assign(row="ranking", curve=rows["policy"])


def plain(points: pd.DataFrame) -> pd.DataFrame:
    """The points of policies as they are."""
    return points[points["variant"] == PLAIN]


def variants(points: pd.DataFrame) -> list[str]:
    """The variants of the policies, plain first, debiased ones last."""
    found = sorted(set(points["variant"]))
    return [name for name in VARIANTS if name in found] + [name for name in found if name not in VARIANTS]


def for_each_variant(points: pd.DataFrame) -> pd.DataFrame:
    """The points with those at ratio 0, which all variants share, once for each variant."""
    shared = points["policy"] == BASELINE
    found = [points[~shared], *(points[shared].assign(variant=name) for name in variants(points))]
    return pd.concat(found, ignore_index=True)


def for_each_policy(points: pd.DataFrame) -> pd.DataFrame:
    """The points with those at ratio 0, which all policies share, once for each policy; none without a policy."""
    shared = points["policy"] == BASELINE
    compressed = points[~shared]
    found = [points[shared].assign(policy=name) for name in sorted(set(compressed["policy"]))]
    return pd.concat([compressed, *found])


def one_layout(points: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """The points of the first of the wanted layouts that there is; none without one."""
    there = [layout for layout in wanted if (points["layout"] == layout).any()]
    return points[points["layout"].isin(there[:1])]


def by_model_and_layout(points: pd.DataFrame) -> pd.DataFrame:
    """The points in the order of models, then of layouts."""
    ordered = points.sort_values("layout", key=lambda layouts: layouts.map(LAYOUTS.index), kind="stable")
    return ordered.sort_values("model", kind="stable")


def by_layout(points: pd.DataFrame, axes: dict[str, Axis], nothing: str) -> Figure:
    """A block for each model, a column for each layout, a line for each policy."""
    placed = points.assign(block=points["model"], column=points["layout"].map(named))
    return drawn(placed, axes, [named(layout) for layout in LAYOUTS], nothing)


def by_variant(points: pd.DataFrame, axes: dict[str, Axis], nothing: str) -> Figure:
    """A block for each model and layout, a column for each variant, a line for each policy."""
    points = by_model_and_layout(for_each_variant(points))
    placed = points.assign(block=headed(points), column=points["variant"])
    return drawn(placed, axes, variants(points), nothing)


def drawn(points: pd.DataFrame, axes: dict[str, Axis], columns: Sequence[str], nothing: str) -> Figure:
    """The figure, or one that says why there is `nothing` to draw."""
    if points["value"].isna().all():
        return style.message(f"No {nothing} to draw: no such request was answered. The coverage table says why.")
    return multiples(points, axes, columns, style.marks(points["policy"]))
