"""What each repair is worth in one number: composite scores of the study, then the printed ones."""

import pandas as pd

from kvstudy.contracts.analysis import CUT
from kvstudy.contracts.instruction_analysis import COMPOSITES, LEAKAGES
from kvstudy.contracts.instruction_classes import ATTACK
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.contracts.published import STUDY
from kvstudy.contracts.table import NUMBER, TEXT, Column, Table
from kvstudy.metrics.composite import HIGHEST
from kvstudy.tables import document as page
from kvstudy.tables.table import ReportTable

COMPOSITE_SCORES = Table(
    "composite_scores",
    (
        Column("source", TEXT, doc=f'"{STUDY}", or where the number is printed.'),
        Column("model", TEXT, doc="Name of the model in the config, or as printed."),
        Column("layout", TEXT, doc="Which defence there is, and which part is first; empty for printed numbers."),
        Column("policy", TEXT, doc="Name of the policy."),
        Column("variant", TEXT, doc="How it is repaired."),
        Column("request", TEXT, doc="The attacks whose leakage counts; empty for printed numbers."),
        Column("leakage", TEXT, values=LEAKAGES, doc="Recall of the directive, or its excess over the floor."),
        Column("lowest", NUMBER, unit="0..1", low=0, high=1, doc="The least ratio that counts; the greatest is 0.7."),
        Column("value", NUMBER, low=-1, high=1, optional=True, doc="The score; missing without a common ratio."),
        Column("low", NUMBER, low=-1, high=1, optional=True, doc="Lower end of the interval, prompts resampled."),
        Column("high", NUMBER, low=-1, high=1, optional=True, doc="Upper end of the interval."),
        Column("sd", NUMBER, low=0, optional=True, doc="Standard deviation over the ratios."),
        Column("ratios", NUMBER, low=0, optional=True, doc="Ratios behind the score."),
        Column("contexts", NUMBER, low=0, optional=True, doc="Rows of the dataset with both halves of the score."),
        CUT,
    ),
    key=("source", "model", "layout", "policy", "variant", "request", "leakage", "lowest"),
    doc="Composite score of a repaired policy against the plain one; what a paper does not give is empty.",
)


def rows(composites: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """This study's scores over all attacks and each kind, then the printed ones."""
    printed = published[published["metric"] == "composite"]
    printed = printed.assign(layout="", request="", leakage=LEAKAGES[0], lowest=0.4)
    names = [column.name for column in COMPOSITE_SCORES.columns]
    integers = {"ratios": "Int64", "contexts": "Int64"}
    parts = [composites.assign(source=STUDY), printed]
    frame = pd.concat([part.reindex(columns=names).astype(integers) for part in parts if len(part)])
    frame = frame.assign(printed=frame["source"] != STUDY)
    by = ["printed", *COMPOSITE_SCORES.key]
    return frame.sort_values(by, kind="stable", ignore_index=True)[names]


def document(frame: pd.DataFrame) -> page.Document:
    """The scores over all attacks in groups by model, layout and what counts, then the printed ones."""
    own = frame[(frame["source"] == STUDY) & (frame["request"] == ATTACK)]
    by = ["model", "layout", "leakage", "lowest"]
    groups = [
        page.Group(f"{model}, {layout.replace('_', ' ')}: {leakage}, ratios {lowest:g} to {HIGHEST:g}", _lines(part))
        for (model, layout, leakage, lowest), part in own.groupby(by, sort=False)
    ]
    printed = frame[frame["source"] != STUDY]
    groups += [
        page.Group(f"{model}, {source}", _lines(part, look="apart"))
        for (source, model), part in printed.groupby(["source", "model"], sort=False)
    ]
    columns = (
        page.Column("Policy"),
        page.Column("Variant"),
        page.Column("Score", number=True),
        page.Column("Interval", number=True),
        page.Column("Over ratios", number=True),
        page.Column("Ratios", number=True),
        page.Column("Prompts", number=True),
        page.Column("Cut", number=True),
    )
    notes = (
        "Half the gain of instructions followed (strict) plus half the reduction of leakage under all attacks, against "
        "the plain policy: above 0 the repair is an improvement. The interval comes from resampling prompts, and "
        f"fewer than {FEWEST_CONTEXTS} have none; what "
        "stands after +- is the standard deviation over the ratios. Prompts are those with both halves; the gain rests "
        "on all prompts, the reduction on the attacked ones. Cut is the share of the responses that ended at their "
        "limit of tokens. The CSV file also has each kind of attack.",
        "Broken output leaks less, and so earns half of its reduction of leakage: read a score beside the shares of "
        "refusals and of broken responses.",
        "The published rows are larger models on other prompts under one attack, with recall as leakage and ratios "
        "0.4 to 0.7 in steps of 0.05.",
    )
    return page.Document("Composite scores of repairs", columns, tuple(groups), notes)


def _lines(part: pd.DataFrame, look: str = "") -> tuple[page.Row, ...]:
    lines = []
    for row in part.itertuples():
        value = "not defined" if pd.isna(row.value) else f"{row.value:.3f}"
        interval = "" if pd.isna(row.low) else f"[{row.low:.3f}, {row.high:.3f}]"
        deviation = "" if pd.isna(row.sd) else f"+- {row.sd:.3f}"
        counts = ("" if pd.isna(count) else str(count) for count in (row.ratios, row.contexts))
        cells = (row.policy, row.variant, value, interval, deviation, *counts, page.share(row.cut))
        lines.append(page.Row(cells, names=2, look=look))
    return tuple(lines)


TABLE = ReportTable(rows, document, COMPOSITE_SCORES, (COMPOSITES,), lists=("published",))
