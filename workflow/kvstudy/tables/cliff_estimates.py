"""Where errors set in as the ratio rises: the fitted curve of every policy, and whether it is a cliff at all."""

import pandas as pd

from kvstudy.contracts.analysis import CLIFFS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, NOT_TESTED
from kvstudy.contracts.vocabulary import REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

PARAMETERS = ("midpoint", "width", "steepest")
UNSEEN = ("flat", "linear", NOT_TESTED)  # shapes in which the curve's parameters mean nothing
WORDS = {"step": "within one step"}


def rows(cliffs: pd.DataFrame) -> pd.DataFrame:
    """The table `cliffs`, in the order of the page."""
    places = {regime: place for place, regime in enumerate(REGIMES)}
    by = ["dataset", "place", "experiment", "model", "metric", "policy"]
    frame = cliffs.assign(place=cliffs["regime"].map(places)).sort_values(by, kind="stable", ignore_index=True)
    return frame.drop(columns="place")


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset and regime."""
    more = wide.several(frame)
    groups = [
        page.Group(f"{dataset}, question-{regime}", tuple(_line(row, more) for row in part.itertuples()))
        for (dataset, regime), part in frame.groupby(["dataset", "regime"], sort=False)
    ]
    texts = ("Model", "Policy", "Rate", "Shape")
    numbers = (
        "Midpoint",
        "Width",
        "Steepest",
        "Half-rise",
        "AIC less constant's",
        "AIC less line's",
        "Wins",
        "Contexts",
        "Cut",
    )
    columns = (*map(page.Column, texts), *(page.Column(label, number=True) for label in numbers))
    notes = (
        "A logistic curve by maximum likelihood, intervals from the first 200 resamples of the contexts, or from all "
        "where the config asks for fewer. Cliff: its AIC is lower by 6 than that of a constant and of a line, it "
        "rises, at least 90 % of the rise is seen, and the interval of its width ends below 0.1. Gradual: the same, "
        "but wider. Within one step: the same, but the width is below a quarter of the step from one ratio to the next "
        "that holds the midpoint; the rise is inside that step, and how steep it is was not seen. Unfinished: less "
        "than 90 % of the rise is seen, so that its end is a guess, and with it the midpoint. At or beyond the last "
        "ratio: the midpoint is not before it. Falling: the rate falls as the ratio rises. Linear, flat: the curve "
        "explains no more than a line or a constant, and its parameters are not shown. Not tested: on fewer than "
        f"{FEWEST_CONTEXTS} contexts.",
        "The AIC takes all answers as independent, but those to one passage are alike, so a difference of 6 says less "
        "than it seems to. Wins is the share of the resamples of the contexts in which the curve is better by 6, too.",
        "The half-rise assumes no shape but that the rate never falls: the ratio at which it has risen by half. The "
        "width is in units of the ratio; steepest is the slope at the midpoint. Cut is the share of the answers at all "
        "ratios together that ended at their limit of tokens.",
    )
    return page.Document("Cliff estimates", columns, tuple(groups), notes)


def _line(row: tuple, more: bool) -> page.Row:
    """The cells of one policy and rate."""
    unseen = row.shape in UNSEEN
    midpoint, width, steepest = ("" if unseen else wide.estimate(row, name) for name in PARAMETERS)
    shape = WORDS.get(row.shape, row.shape)
    if shape == "beyond":
        shape, midpoint = f"at or beyond {row.last_ratio:g}", ""
    better = (f"{row.aic_logistic - other:.1f}" for other in (row.aic_constant, row.aic_linear))
    won = "" if pd.isna(row.won) else f"{row.won:.2f}"
    numbers = (
        midpoint,
        width,
        steepest,
        wide.estimate(row, "half_rise"),
        *better,
        won,
        str(row.contexts),
        page.share(row.cut),
    )
    return page.Row((wide.model(row, more), row.policy, row.metric, shape, *numbers), names=3)


TABLE = ReportTable(rows, document, CLIFFS, (CLIFFS,))
