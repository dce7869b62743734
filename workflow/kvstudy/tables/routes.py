"""How questions come to their evidence at every ratio, beside their floor and the bound of independent routes."""

import pandas as pd

from kvstudy.contracts.analysis import REACHABILITY, REACHABILITY_METRICS
from kvstudy.contracts.facts import TARGET
from kvstudy.contracts.table import INT, NUMBER, Column, Table
from kvstudy.contracts.vocabulary import FLOOR
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

LABELS = {
    "reachable": "Any route",
    "directly": "Direct route",
    "copies_only": "Copies alone",
    "reached": "Evidence reached",
    "direct": "Evidence reached directly",
    "leaked": "Evicted evidence reached",
    "leaks": "Questions that reach such",
    "routes": "Query heads with one",
    "kv_routes": "KV heads with one",
    "bound": "Bound of proposition 1",
    "above_bound": "Direct less bound",
}
METRICS = {name: f"{meaning[0].upper()}{meaning[1:]}." for name, meaning in REACHABILITY_METRICS.items()}
EPSILON = Column("epsilon", NUMBER, unit="0..1", low=0, high=1, doc="A route has more weight than this.")
ROUTES = Table(
    "routes_by_cell",
    (
        *wide.columns(METRICS, EPSILON, TARGET, low=None, high=None),
        Column("questions", INT, low=1, doc="Questions behind the estimates; of a floor, those that have one."),
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "epsilon", "target"),
    doc="How the questions of the sampled contexts come to their evidence, or to their floor, at one ratio.",
)


def rows(reachability: pd.DataFrame) -> pd.DataFrame:
    """The table `routes_by_cell`."""
    key = list(ROUTES.key)
    questions = reachability.groupby(key)["rows"].max().astype("int32").rename("questions")
    return wide.widen(reachability, REACHABILITY_METRICS, "epsilon", "target").join(questions, on=key)


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset, regime and epsilon; the floors stand below what they belong to."""
    more = wide.several(frame)
    groups = [
        page.Group(
            f"{dataset}, question-{regime}; weight > {epsilon:g}",
            tuple(line(row, more) for row in part.itertuples()),
        )
        for (dataset, regime, epsilon), part in frame.groupby(["dataset", "regime", "epsilon"], sort=False)
    ]
    columns = (
        *wide.NAMES,
        page.Column("Routes to"),
        *(page.Column(label, number=True) for label in LABELS.values()),
        page.Column("Questions", number=True),
    )
    notes = (
        "Shares of questions with some route to their evidence, with a direct one (a token of the question attends to "
        "surviving evidence) and with one through copies alone (to a token that had taken the evidence in during the "
        "prefill); shares of the evidence that is reached, also of that which no KV head kept, and the share of "
        "questions with such evidence that come to some of it: proposition 2 takes these two to be 0.",
        "The lines in grey are floors: the same for as many other tokens of the passage, in runs of the same lengths "
        "at places drawn at random, which are evidence of none of its questions. What a token has taken in only grows "
        "from layer to layer, so that many shares may be high for any tokens: what the evidence has above its floor is "
        "what tells it apart. A question for which the passage is too short has no floor; the questions that are fewer "
        "in a grey line than in the one above it are such.",
        "Query heads that read from one KV head share what survives in it, so both are counted. The bound takes the KV "
        "heads with a direct route at ratio 0 as independent, and a route as surviving when its KV head keeps some "
        "token of the evidence: with the share of all KV heads that do. Fewer direct routes than the bound show that "
        "this does not hold: heads evict alike, and what a head keeps need not be what it was attended to for.",
        "A route is a possibility: that a weight leads to a token which had taken the evidence in does not mean that "
        "enough of it is left there to answer with.",
        wide.INTERVALS,
    )
    return page.Document("Routes to the evidence", columns, tuple(groups), notes)


def line(row: tuple, several: bool) -> page.Row:
    """One row of the frame."""
    estimates = (wide.estimate(row, name) for name in LABELS)
    cells = (*wide.names(row, several), row.target, *estimates, str(row.questions))
    return page.Row(cells, names=4, look="apart" if row.target == FLOOR else "")


TABLE = ReportTable(rows, document, ROUTES, (REACHABILITY,))
