"""Every curve against the compression ratio, to be chosen from."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.contracts.instruction_scores import RESPONSE_SCORES
from kvstudy.contracts.judgements import ALL, FEWEST_CONTEXTS, UNDEFINED
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.scores import CONTEXT_SCORES, QUESTION_SCORES
from kvstudy.contracts.vocabulary import BASELINE, CONTROLS, INSTRUCTIONS, REGIMES, ROUTING
from kvstudy.figures import style
from kvstudy.page.headlines import named
from kvstudy.page.results import Results

BYTES = 7_000_000  # of all curves together, as JSON
DIGITS = 4
NUMBERS = ["ratio", "value", "low", "high", "contexts", "rows", UNDEFINED, "cut"]
FIRST = ("token_f1", "accuracy", "directive_recall", "retention_directive", "base", "agnostic", ALL, "attack")
CHIEF = (  # metrics of responses; the others are in the tables
    *("directive_recall", "directive_excess", "defence_recall", "response_leak", "response_refusal"),
    *("strict", "degenerate", "entropy", "tokens"),
)
LABELS = {
    "token_f1": "token F1",
    "ger_layer": "GER by layer",
    "ger_model": "GER by model",
    "ger_head": "GER by head",
    "hallucinated": "hallucination rate",
}
MEANINGS = {
    column.name: column.doc
    for table in (QUESTION_SCORES, CONTEXT_SCORES, RESPONSE_SCORES)
    for column in table.columns
    if column.doc
}
WIDTH = 2  # of a line, in pixels
SHAPES = {  # matplotlib's markers as paths between -1 and 1
    "o": "M-0.9,0A0.9,0.9,0,1,0,0.9,0A0.9,0.9,0,1,0,-0.9,0Z",
    "s": "M-0.8,-0.8H0.8V0.8H-0.8Z",
    "^": "M0,-0.95L0.95,0.8H-0.95Z",
    "D": "M0,-1L1,0L0,1L-1,0Z",
    "v": "M0,0.95L0.95,-0.8H-0.95Z",
    "P": "M-0.33,-0.95H0.33V-0.33H0.95V0.33H0.33V0.95H-0.33V0.33H-0.95V-0.33H-0.33Z",
    "X": "M0,-0.4L0.55,-0.95L0.95,-0.55L0.4,0L0.95,0.55L0.55,0.95L0,0.4L-0.55,0.95L-0.95,0.55L-0.4,0L-0.95,-0.55"
    "L-0.55,-0.95Z",
    "<": "M-0.95,0L0.8,0.95V-0.95Z",
}


@dataclass(frozen=True)
class Choice:
    """One table of estimates and what is chosen in it.

    Parameters
    ----------
    title : str
    dimensions : dict of str to str
        Column -> label of its control.
    resampled : str
        What its intervals resample, and what n counts.
    """

    title: str
    dimensions: dict[str, str]
    resampled: str


ANSWERS = Choice(
    "Answers about passages",
    {"model": "Model", "dataset": "Dataset", "regime": "Regime", "metric": "Metric"},
    "contexts",
)
RESPONSES = Choice(
    "Responses under system prompts",
    {"model": "Model", "layout": "Layout", "request": "Request", "metric": "Metric"},
    "prompts",
)
FAMILIES = Choice(
    "Instructions followed, strict",
    {"model": "Model", "layout": "Layout", "family": "Family", "metric": "Metric"},
    "prompts",
)
SPANS = Choice("Kept spans and fairness", {"model": "Model", "layout": "Layout", "metric": "Metric"}, "prompts")


def facts(results: Results) -> dict:
    """One entry for each kind of curve that the study has, and the titles of those that are too many for the page."""
    sets = []
    if results.has(ROUTING):
        sets.append(choosable(ANSWERS, results.analysis(CURVES)))
    if results.has(INSTRUCTIONS):
        responses = results.analysis(RESPONSE_CURVES)
        families, spans = results.analysis(FAMILY_CURVES), results.analysis(SPAN_CURVES)
        found = (
            (RESPONSES, responses[responses["metric"].isin(CHIEF)]),
            (FAMILIES, families[(families["group"] == ALL) & (families["verdict"] == "strict")].assign(undefined=0)),
            (SPANS, spans[spans["group"] == ALL]),
        )
        for choice, frame in found:
            names = [named(policy, variant) for policy, variant in zip(frame["policy"], frame["variant"], strict=True)]
            sets.append(choosable(choice, frame.assign(policy=names)))
    sets = [each for each in sets if each["curves"]]
    sizes = accumulate(len(json.dumps(each, separators=(",", ":"))) for each in sets)
    fit = sum(size <= BYTES for size in sizes)
    return {"sets": sets[:fit], "left_out": [each["title"] for each in sets[fit:]]}


def choosable(choice: Choice, frame: pd.DataFrame) -> dict:
    """All curves of one table, by the values of its dimensions.

    Returns
    -------
    dict
        `curves` is a list of [index of each dimension's value, policy or control, ratios, values, lows, highs,
        contexts, rows, undefined, shares of cut answers]; the last four are one value each where they are the same at
        all ratios, and the last is null where it is of no answers. Ratio 0 is a curve of its own, of the policy none. A
        control has no regime: null.
    """
    frame = frame.assign(cut=frame.get("cut", np.nan)).dropna(subset="value")
    dimensions = {name: _ordered(frame[name]) for name in choice.dimensions}
    found: dict[tuple, list[tuple]] = {}
    for *where, ratio, value, low, high, contexts, rows, undefined, cut in _rows(frame, [*dimensions, "policy"]):
        point = (ratio, *map(_number, (value, low, high)), int(contexts), int(rows), int(undefined), _number(cut))
        found.setdefault(tuple(where), []).append(point)
    curves = []
    for (*values, policy), points in found.items():
        control = next((value for value in values if value in CONTROLS), None)
        at = [
            None if value in CONTROLS else dimensions[name].index(value)
            for name, value in zip(dimensions, values, strict=True)
        ]
        *numbers, contexts, rows, undefined, cuts = map(list, zip(*points, strict=True))
        curves.append([at, control or policy, *numbers, *map(_shared, (contexts, rows, undefined, cuts))])
    return {
        "title": choice.title,
        "resampled": choice.resampled,
        "fewest": FEWEST_CONTEXTS,
        "dimensions": [
            {"label": choice.dimensions[name], "values": [_value(name, value) for value in values]}
            for name, values in dimensions.items()
        ],
        "policies": looks(frame["policy"]),
        "baseline": BASELINE,
        "controls": {name: REGIME_NAMES[name] for name in CONTROLS},
        "curves": curves,
    }


def looks(policies: Iterable[str]) -> list[dict]:
    """Name, colour, marker and dashes of each policy and variant: the colour is the policy's in the figures."""
    found = {name: name.partition("+") for name in sorted(set(policies) - {BASELINE})}
    marks = style.marks(policy for policy, _, _ in found.values())
    variants = sorted({variant for _, _, variant in found.values()} | {""})
    looked = {
        name: style.varied(marks[policy], variants.index(variant)) for name, (policy, _, variant) in found.items()
    }
    return [
        {"name": name, "colour": mark.colour, "shape": SHAPES[mark.marker], "dash": _dash(mark.dashes)}
        for name, mark in looked.items()
    ]


def _dash(dashes: str | tuple) -> list[float]:
    """Pixels of a line drawn and left out; matplotlib's count in widths of the line."""
    return [1, 0] if dashes == "-" else [WIDTH * length for length in dashes[1]]


def _ordered(values: pd.Series) -> list[str]:
    """The values of a dimension, those one looks at first in front; controls are no regime to choose."""
    names = set(values) - set(CONTROLS)
    if names <= set(REGIMES):
        return [name for name in REGIMES if name in names]
    return sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def _value(dimension: str, name: str) -> dict:
    """What a choice is called, and what it means."""
    label = name if dimension in ("model", "dataset") else LABELS.get(name, name.replace("_", " "))
    meaning = MEANINGS.get(name, "") if dimension == "metric" else ""
    if name.startswith(("outcome_", "response_")):
        meaning = f"Share of answers judged {name.partition('_')[2]}."
    return {"label": f"question-{name}" if dimension == "regime" else label, "meaning": meaning}


def _rows(frame: pd.DataFrame, key: list[str]) -> Iterable[tuple]:
    """The labels and the numbers of each row, in order of the labels and then of the ratio."""
    columns = [*key, *NUMBERS]
    return frame[columns].sort_values(columns[: len(key) + 1], kind="stable").itertuples(index=False, name=None)


def _shared(sizes: list) -> object:
    """One number where all are the same."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def _number(value: float) -> float | None:
    """A number of few digits, without a negative zero; none for what is missing."""
    return None if pd.isna(value) else round(value, DIGITS) + 0.0
