"""How much of every cell was answered, over all its datasets and regimes."""

from dataclasses import asdict

import pandas as pd

from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.judgements import ANSWERED, OK, TRIED_AGAIN, TRY_AGAIN
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.page.results import ORDER, Results
from kvstudy.tables.document import Column, Document, Group, Row

NOTE = (
    "A cell says how many contexts were answered, of how many, over all datasets and regimes; [1] refers to a reason "
    "below. An empty cell was not planned. The report's table of coverage has every dataset by itself."
)


def facts(results: Results) -> dict:
    """A matrix for each experiment: a group for each model, a row a policy, a column a ratio."""
    coverage = results.analysis(COVERAGE)
    found = [name for name in ORDER if results.has(name)]
    return {"documents": [asdict(document(name, coverage[coverage["experiment"] == name])) for name in found]}


def document(experiment: str, coverage: pd.DataFrame) -> Document:
    """The matrix of one experiment, from its rows of the table `coverage`."""
    ratios = sorted(coverage["ratio"].unique())
    failed = coverage[coverage["state"] != OK]
    reasons = sorted(set(zip(failed["state"], failed["reason"], strict=True)))
    groups = []
    for model, part in coverage.groupby("model"):
        policies = sorted(part["policy"].unique(), key=lambda name: (name != BASELINE, name))
        rows = [_row(policy, part[part["policy"] == policy], ratios, reasons) for policy in policies]
        groups.append(Group(model, tuple(rows)))
    answered = int(coverage.loc[coverage["state"].isin(ANSWERED), "contexts"].sum())
    notes = (NOTE, TRY_AGAIN) if coverage["state"].isin(TRIED_AGAIN).any() else (NOTE,)
    return Document(
        f"{experiment}: {answered} of {int(coverage['contexts'].sum())} contexts were answered",
        (Column("Policy"), *(Column(f"ratio {ratio:g}", number=True) for ratio in ratios)),
        tuple(groups),
        notes,
        tuple(f"{state.replace('_', ' ')}: {reason or 'no message'}" for state, reason in reasons),
    )


def _row(policy: str, line: pd.DataFrame, ratios: list[float], reasons: list[tuple[str, str]]) -> Row:
    """One policy: text and look of its cells."""
    cells = [_cell(line[line["ratio"] == ratio], reasons) for ratio in ratios]
    texts, looks = zip(*cells, strict=True)
    return Row((policy, *texts), looks=("", *looks))


def _cell(here: pd.DataFrame, reasons: list[tuple[str, str]]) -> tuple[str, str]:
    if here.empty:
        return "", ""
    answered, planned = int(here.loc[here["state"].isin(ANSWERED), "contexts"].sum()), int(here["contexts"].sum())
    failed = here[here["state"] != OK]
    numbers = sorted({reasons.index(pair) + 1 for pair in zip(failed["state"], failed["reason"], strict=True)})
    text = " ".join([f"{answered} of {planned}", *(f"[{number}]" for number in numbers)])
    return text, "ok" if failed.empty else "part" if answered else "none"
