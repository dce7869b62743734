"""What the papers claim, checked against the study's data."""

from dataclasses import asdict

import pandas as pd

from kvstudy.contracts.comparisons import CLAIMS, PAPERS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.page.results import Results
from kvstudy.tables import claims as table
from kvstudy.tables.document import Column, Document, Group, Row, estimate, share

NOTE = (
    "A claim is supported where more than half of its cases hold, a case being one dataset, regime, policy or the "
    "like. The number is that of the middle case; cut is the share of the answers behind it that ended at their limit "
    "of tokens. Not supported does not mean refuted: with few contexts intervals are wide, and hardly anything holds. "
    f"Not tested: the study lacks what it takes, or has fewer than {FEWEST_CONTEXTS} contexts of it. The report's "
    "table of claims says for each when a case holds."
)


def facts(results: Results) -> dict:
    """The checklist: a group for each paper, a row for each claim and model."""
    return {"documents": [asdict(document(table.rows(results.analysis(CLAIMS))))]}


def document(frame: pd.DataFrame) -> Document:
    """The checklist of the rows of the table `claims`."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in table.totals(frame).items())
    groups = tuple(
        Group(f"{PAPERS[paper]} (arXiv {paper})", tuple(map(_row, part.itertuples())))
        for paper, part in frame.groupby("paper", sort=False)
    )
    columns = (
        Column("Claim"),
        Column("Verdict"),
        Column("Model"),
        Column("What the number is, and in which case; or why not tested"),
        Column("Number", number=True),
        Column("Cut", number=True),
        Column("Cases that hold", number=True),
    )
    return Document(counts, columns, groups, (NOTE,))


def _row(row: tuple) -> Row:
    tested = row.cases > 0
    number = " ".join(estimate(row.value, row.low, row.high)).strip() if tested and pd.notna(row.value) else ""
    what = f"{row.number}: {row.case}" if row.case else row.reason or row.number
    hold = f"{row.holding} of {row.cases}" if tested else ""
    cells = (f"{row.words} ({row.place})", row.verdict, row.model, what, number, share(row.cut), hold)
    return Row(cells, looks=("long", table.LOOKS[row.verdict], "", "long", "", "", ""))
