"""The papers' claims as a checklist: supported, not supported or not tested, with the number behind it."""

import pandas as pd

from kvstudy.contracts.comparisons import CLAIMS, PAPERS, VERDICTS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.tables import document as page
from kvstudy.tables import numbers
from kvstudy.tables.table import ReportTable

LOOKS = dict(zip(VERDICTS, ("ok", "none", "part"), strict=True))


def rows(claims: pd.DataFrame) -> pd.DataFrame:
    """The table `claims`: the first paper first, tested claims before those that were not."""
    papers = {paper: place for place, paper in enumerate(PAPERS)}
    order = claims.assign(first=claims["paper"].map(papers), later=claims["cases"] == 0)
    return order.sort_values(["first", "later", "claim", "model"], kind="stable", ignore_index=True)[list(claims)]


def document(frame: pd.DataFrame) -> page.Document:
    """A group for each paper; what is not tested says why."""
    groups = [
        page.Group(f"{PAPERS[paper]} (arXiv {paper})", tuple(_line(row) for row in part.itertuples()))
        for paper, part in frame.groupby("paper", sort=False)
    ]
    columns = (
        page.Column("Claim"),
        page.Column("Where"),
        page.Column("Verdict"),
        page.Column("Model"),
        page.Column("Number", number=True),
        page.Column("Interval", number=True),
        page.Column("Cut", number=True),
        page.Column("Hold", number=True),
        page.Column("What the number is, and in which case"),
        page.Column("When a case holds, or why none was tested"),
    )
    counts = ", ".join(f"{count} {verdict}" for verdict, count in totals(frame).items())
    notes = (
        f"{counts}. A claim is supported where more than half of its cases hold. A case is tested where its estimate "
        f"has an interval, which takes {FEWEST_CONTEXTS} contexts; without any such case the claim is not tested. The "
        "number is that of the middle case, ordered by value, of those that speak for the verdict; cut is the share of "
        "the answers behind it that ended at their limit of tokens, and of two that are compared the larger.",
        "Not supported does not mean refuted: with few contexts intervals are wide, and hardly anything holds. An "
        "interval of a difference is that of independent estimates and errs on the wide side.",
    )
    return page.Document("The papers' claims", columns, tuple(groups), notes)


def totals(frame: pd.DataFrame) -> dict[str, str]:
    """Verdict -> how many rows have it."""
    said = numbers.texts(numbers.of_claims(frame))
    return {verdict: said[numbers.of_verdict(verdict)] for verdict in VERDICTS}


def _line(row: tuple) -> page.Row:
    tested = row.cases > 0
    number, interval = page.estimate(row.value, row.low, row.high) if tested and pd.notna(row.value) else ("", "")
    hold = f"{row.holding} of {row.cases}" if tested else ""
    where = f"{row.number}: {row.case}" if row.case else row.number
    cells = (
        row.words,
        row.place,
        row.verdict,
        row.model,
        number,
        interval,
        page.share(row.cut) if tested else "",
        hold,
        where,
        row.reason or row.rule,
    )
    wide = ("long", "long", LOOKS[row.verdict], "", "", "", "", "", "long", "long")
    return page.Row(cells, names=1, looks=wide)


TABLE = ReportTable(rows, document, CLAIMS, (CLAIMS,))
