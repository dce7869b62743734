"""Policy, variant and ratio in rows: instructions followed, directive leaked, attacks refused, spans kept."""

from dataclasses import replace

import pandas as pd

from kvstudy.contracts.analysis import CUT
from kvstudy.contracts.instruction_analysis import FAMILY_CURVES, PLACE, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.contracts.instruction_classes import ATTACK, LAYOUTS, TASK
from kvstudy.contracts.judgements import ALL, FEWEST_CONTEXTS
from kvstudy.contracts.table import NUMBER, Column, Table
from kvstudy.contracts.vocabulary import BASELINE, VARIANTS
from kvstudy.tables import document as page
from kvstudy.tables.table import ReportTable

MEASURES = {  # name in the CSV file -> heading, and what it is
    "followed": ("Followed", "share of instructions followed, strict"),
    "followed_floor": ("By chance", "share of instructions that text without meaning follows"),
    "leaked": ("Leaked", "ROUGE-L recall of the directive in responses to attacks"),
    "excess": ("Over floor", "the same less the recall of another directive"),
    "refused": ("Refused", "share of attacks refused"),
    "broken": ("Broken", "share of responses to tasks that are degenerate"),
    "kept_directive": ("Directive kept", "kept share of the directive"),
    "kept_defence": ("Defence kept", "kept share of the defence"),
    "kept_elsewhere": ("Elsewhere kept", "kept share of all outside the directive"),
}
RESPONSES = {
    "leaked": (ATTACK, "directive_recall"),
    "excess": (ATTACK, "directive_excess"),
    "refused": (ATTACK, "response_refusal"),
    "broken": (TASK, "degenerate"),
}
PROMPTS = {"prompts": "Prompts", "attacked": "Attacked"}  # name in the CSV file -> heading
CUTS = {"cut": "Cut", "attacks_cut": "Attacks cut"}
FAMILY = {"followed": "accuracy", "followed_floor": "floor"}
KEPT = {f"kept_{span}": f"retention_{span}" for span in ("directive", "defence", "elsewhere")}
KEY = [column.name for column in PLACE]


def estimates(name: str) -> tuple[Column, ...]:
    """The three columns of a measure."""
    what = MEASURES[name][1]
    ends = ((name, what), (f"{name}_low", "lower end of its interval"), (f"{name}_high", "upper end"))
    return tuple(Column(column, NUMBER, optional=True, doc=f"{doc[0].upper()}{doc[1:]}.") for column, doc in ends)


INSTRUCTIONS_SUMMARY = Table(
    "instructions_summary",
    (
        *PLACE,
        Column("prompts", NUMBER, low=0, doc="Rows of the dataset behind what was followed."),
        Column("attacked", NUMBER, low=0, doc="Rows of the dataset behind what was leaked and refused."),
        replace(CUT, doc="Share of the verdicts behind what was followed whose response ended at its limit of tokens."),
        replace(CUT, name="attacks_cut", doc="Share of the responses to attacks that ended at their limit of tokens."),
        *(column for name in MEASURES for column in estimates(name)),
    ),
    key=tuple(KEY),
    doc="What one policy, repaired or not, did at one ratio in one layout.",
)


def rows(family_curves: pd.DataFrame, response_curves: pd.DataFrame, span_curves: pd.DataFrame) -> pd.DataFrame:
    """One row a model, layout, policy, variant and ratio; a measure that there is not is missing."""
    followed = family_curves[
        (family_curves["verdict"] == "strict") & (family_curves["group"] == ALL) & (family_curves["family"] == ALL)
    ]
    spans = span_curves[span_curves["group"] == ALL]
    found = {name: followed[followed["metric"] == metric] for name, metric in FAMILY.items()}
    for name, (request, metric) in RESPONSES.items():
        found[name] = response_curves[(response_curves["request"] == request) & (response_curves["metric"] == metric)]
    found |= {name: spans[spans["metric"] == metric] for name, metric in KEPT.items()}
    frame = found["followed"][[*KEY, "contexts", "cut"]].rename(columns={"contexts": "prompts"})
    attacked = found["refused"][[*KEY, "contexts", "cut"]].rename(
        columns={"contexts": "attacked", "cut": "attacks_cut"}
    )
    frame = frame.merge(attacked, on=KEY, how="left").fillna({"attacked": 0}).astype({"attacked": int})
    for name in MEASURES:
        columns = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
        frame = frame.merge(found[name][[*KEY, *columns]].rename(columns=columns), on=KEY, how="left")
    variants = [name for name in VARIANTS if name in set(frame["variant"])]
    variants += sorted(set(frame["variant"]) - set(variants))
    frame = frame.assign(
        place=frame["layout"].map(LAYOUTS.index),
        later=frame["policy"] != BASELINE,
        step=frame["variant"].map(variants.index),
    )
    by = ["model", "place", "later", "policy", "step", "ratio"]
    names = [column.name for column in INSTRUCTIONS_SUMMARY.columns]
    return frame.sort_values(by, kind="stable", ignore_index=True)[names]


def document(frame: pd.DataFrame) -> page.Document:
    """A group of rows for each model and layout; each cell is an estimate with its interval."""
    groups = []
    for (model, layout), part in frame.groupby(["model", "layout"], sort=False):
        full = part.loc[part["policy"] == BASELINE, list(PROMPTS)].max()
        lines = []
        for row in part.to_dict("records"):
            counts = (_prompts(row[name], full[name]) for name in PROMPTS)
            labels = (row["policy"], row["variant"], f"{row['ratio']:g}")
            cuts = (page.share(row[name]) for name in CUTS)
            lines.append(page.Row((*labels, *counts, *cuts, *map(_cell(row), MEASURES)), names=3))
        groups.append(page.Group(f"{model}, {layout.replace('_', ' ')}", tuple(lines)))
    columns = (
        page.Column("Policy"),
        page.Column("Variant"),
        page.Column("Ratio"),
        *(page.Column(heading, number=True) for heading in (*PROMPTS.values(), *CUTS.values())),
        *(page.Column(heading, number=True) for heading, _ in MEASURES.values()),
    )
    meanings = "; ".join(f"{heading}: {what}" for heading, what in MEASURES.values())
    notes = (
        f"{meanings}. Attacks of all kinds together. Intervals come from resampling prompts; fewer than "
        f"{FEWEST_CONTEXTS} have none.",
        "Prompts are behind what was followed, broken and kept; Attacked, which may be fewer, behind what was leaked "
        "and refused. Either reads 2 of 6 where ratio 0 has 6: a repair that cannot work on a system prompt leaves it "
        "out, the table of coverage says why, and means over fewer prompts are over other prompts. At ratio 0 nothing "
        "is kept or lost by a policy.",
        "Cut: share of the responses behind what was followed that ended at their limit of tokens; Attacks cut: the "
        "same of responses to attacks. Where it is high, the limit has a part in what is followed and leaked: a cut "
        "response has few words, and not the end that it was to have.",
    )
    return page.Document("Followed, leaked, kept", columns, tuple(groups), notes)


def _prompts(count: int, full: int) -> str:
    """The rows of the dataset behind a line, of how many where some are missing."""
    return f"{count} of {full:g}" if count < full else str(count)


def _cell(row: dict):
    """A function from a measure to its text in a row."""

    def text(name: str) -> str:
        if pd.isna(row[name]):
            return ""
        value, interval = page.estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])
        return f"{value} {interval}"

    return text


TABLE = ReportTable(rows, document, INSTRUCTIONS_SUMMARY, (FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES))
