"""The first numbers to look at: without compression, and under each policy at the strongest ratio they share."""

from dataclasses import asdict

import pandas as pd

from kvstudy.contracts.analysis import CORRELATIONS, CURVES
from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.contracts.vocabulary import BASELINE, INSTRUCTIONS, NO_CONTEXT, PLAIN, REGIMES, ROUTING
from kvstudy.figures.panels import count, cut_off, sizes
from kvstudy.page.results import Results
from kvstudy.tables import instructions_summary
from kvstudy.tables.document import Column, Document, Group, Row, estimate, share

METRICS = {"token_f1": "Token F1 of the answers", "hallucinated": "Share of the answers that are hallucinated"}
READINGS = {"ger_layer": "of a layer", "ger_model": "of the model", "ger_head": "mean over heads"}
SUMMARY = {
    "followed": "Followed",
    "followed_floor": "By chance",
    "cut": "Cut",
    "leaked": "Leaked",
    "attacks_cut": "Attacks cut",
    "kept_directive": "Directive kept",
}


def facts(results: Results) -> dict:
    """Tables of answers, of eviction and hallucination, and of instructions, as far as the study has them."""
    documents = []
    if results.has(ROUTING):
        curves = results.analysis(CURVES)
        documents = [answers(curves, metric) for metric in METRICS]
        documents.append(evictions(results.analysis(CORRELATIONS)))
    if results.has(INSTRUCTIONS):
        documents.append(instructions(*map(results.analysis, (FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES))))
    return {"documents": [asdict(document) for document in documents]}


def answers(curves: pd.DataFrame, metric: str) -> Document:
    """One metric of the answers: a row for each dataset and regime, a column a policy."""
    ratio = strongest(curves[curves["policy"] != BASELINE], ["policy"])
    policies = sorted(set(curves.loc[curves["ratio"] == ratio, "policy"]) - {BASELINE})
    groups = []
    for model, part in curves[curves["metric"] == metric].groupby("model"):
        rows = []
        for (dataset, regime), line in part[part["regime"].isin(REGIMES)].groupby(["dataset", "regime"]):
            start = line[line["policy"] == BASELINE]
            floor = part[(part["dataset"] == dataset) & (part["regime"] == NO_CONTEXT)]
            ends = [line[(line["policy"] == policy) & (line["ratio"] == ratio)] for policy in policies]
            size = f"{sizes(line)}; {cut_off(line['cut'])}"
            rows.append(Row((dataset, f"question-{regime}", size, *map(_cell, (start, floor, *ends))), names=2))
        groups.append(Group(model, tuple(rows)))
    labels = ("Dataset", "Regime", "n", "not compressed", "no passage", *(f"{name} at {ratio:g}" for name in policies))
    notes = (
        f"Each cell is an estimate with its interval, contexts resampled; fewer than {FEWEST_CONTEXTS} have none. “No "
        "passage” is the floor: the same questions asked without the passage. Cut is the share of the answers that "
        "ended at their limit of tokens, from the least to the most of all policies and ratios.",
    )
    return Document(METRICS[metric], tuple(map(Column, labels)), tuple(groups), notes)


def evictions(correlations: pd.DataFrame) -> Document:
    """How the loss of evidence and hallucination go together over policies and ratios."""
    frame = correlations[correlations["ratios"] == "all"]
    groups = []
    for model, part in frame.groupby("model"):
        rows = []
        for (dataset, regime), line in part.groupby(["dataset", "regime"]):
            found = [line[line["ger"] == reading] for reading in READINGS]
            size = f"{count(line['points'], 'point')}, {count(line['contexts'], 'context')} each"
            cells = (_cell(here.rename(columns={"r": "value"})) for here in found)
            rows.append(Row((dataset, f"question-{regime}", size, *cells), names=2))
        groups.append(Group(model, tuple(rows)))
    labels = ("Dataset", "Regime", "n", *(f"Pearson's r, {name}" for name in READINGS.values()))
    notes = (
        "Over policies and ratios, whether hallucination rises with the share of the evidence that is globally "
        "evicted (GER): by all heads of a layer, by all heads of the model, or on the mean over heads.",
    )
    return Document("Global eviction and hallucination", tuple(map(Column, labels)), tuple(groups), notes)


def instructions(family_curves: pd.DataFrame, response_curves: pd.DataFrame, span_curves: pd.DataFrame) -> Document:
    """Followed, leaked and kept: ratio 0, then each policy and repair at the strongest ratio."""
    frame = instructions_summary.rows(family_curves, response_curves, span_curves)
    ratio = strongest(frame[frame["policy"] != BASELINE], ["policy", "variant"])
    groups = []
    for (model, layout), part in frame[frame["ratio"].isin((0, ratio))].groupby(["model", "layout"], sort=False):
        rows = [
            Row(
                (
                    "not compressed" if row["policy"] == BASELINE else named(row["policy"], row["variant"]),
                    *(_measure(row, name) for name in SUMMARY),
                    f"{row['prompts']:.0f} prompt{'' if row['prompts'] == 1 else 's'}",
                )
            )
            for row in part.to_dict("records")
        ]
        groups.append(Group(f"{model}: {layout.replace('_', ' ')}", tuple(rows)))
    labels = (f"Policy, at ratio {ratio:g}", *SUMMARY.values(), "n")
    notes = (
        "Followed: share of instructions followed, strict; by chance: share that text without meaning follows; leaked: "
        "ROUGE-L recall of the directive in responses to attacks; cut: share of the responses behind what was "
        "followed, or of those to attacks, that ended at their limit of tokens. Intervals resample prompts; fewer than "
        f"{FEWEST_CONTEXTS} have none.",
    )
    return Document("Instructions followed and leaked", tuple(map(Column, labels)), tuple(groups), notes)


def named(policy: str, variant: str) -> str:
    """A policy and how it is repaired, as cells name it."""
    return policy if variant == PLAIN else f"{policy}+{variant}"


def strongest(frame: pd.DataFrame, of: list[str]) -> float:
    """The greatest ratio at which all policies were run, or any of them where they share none; 0 without any."""
    ratios = [set(part["ratio"]) for _, part in frame.groupby(of)]
    shared = set.intersection(*ratios) if ratios else {0.0}
    return max(shared or set(frame["ratio"]))


def _cell(here: pd.DataFrame) -> str:
    """The estimate of one row, or that there is none."""
    return _text(*here.iloc[0][["value", "low", "high"]]) if len(here) else "not run"


def _measure(row: dict, name: str) -> str:
    """One measure of the summary; a share of cut responses has no interval."""
    if name in instructions_summary.CUTS:
        return share(row[name])
    return _text(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _text(value: float, low: float, high: float) -> str:
    return "not defined" if pd.isna(value) else " ".join(estimate(value, low, high)).strip()
