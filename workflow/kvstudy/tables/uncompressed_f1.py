"""Token F1 with nothing compressed, per dataset, model and regime, beside the controls and the published numbers."""

import pandas as pd

from kvstudy.contracts.analysis import CURVES, CUT
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.published import STUDY
from kvstudy.contracts.table import NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.table import ReportTable

UNCOMPRESSED_F1 = Table(
    "uncompressed_f1",
    (
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("source", TEXT, doc=f'"{STUDY}", or where the number is printed.'),
        Column("experiment", TEXT, doc="The block of the config; empty for published numbers."),
        Column("model", TEXT, doc="Name of the model in the config, or as printed."),
        Column("compress", TEXT, optional=True, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("token_f1", NUMBER, unit="0..1", low=0, high=1, doc="Token F1 at ratio 0."),
        Column("low", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Lower end of the interval."),
        Column("high", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Upper end of the interval."),
        Column("contexts", NUMBER, low=1, optional=True, doc="Contexts behind the estimate."),
        Column("questions", NUMBER, low=1, optional=True, doc="Questions behind the estimate."),
        CUT,
    ),
    key=("dataset", "source", "experiment", "model", "regime"),
    doc="Token F1 at ratio 0; columns that a paper does not give are empty for its rows.",
)


def rows(curves: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """This study's estimates first, then those printed for the same datasets."""
    own = curves[(curves["metric"] == "token_f1") & (curves["ratio"] == 0)]
    own = own.rename(columns={"value": "token_f1", "rows": "questions"}).assign(source=STUDY)
    whole = (published["metric"] == "token_f1") & published["axis"].isna()
    printed = published[whole & published["dataset"].isin(set(own["dataset"]))]
    printed = printed.rename(columns={"value": "token_f1"}).assign(experiment="")
    names = [column.name for column in UNCOMPRESSED_F1.columns]
    integers = {"contexts": "Int64", "questions": "Int64"}
    frame = pd.concat([own.reindex(columns=names).astype(integers), printed.reindex(columns=names).astype(integers)])
    order = {regime: index for index, regime in enumerate(REGIME_NAMES)}
    frame = frame.assign(printed=frame["source"] != STUDY, order=frame["regime"].map(order))
    by = ["dataset", "printed", "source", "experiment", "model", "order"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[names]


def document(frame: pd.DataFrame) -> page.Document:
    """For each dataset a group of rows of this study, then one for each source of published numbers."""
    several = wide.several(frame[frame["source"] == STUDY])
    groups = []
    for (dataset, source), part in frame.groupby(["dataset", "source"], sort=False):
        lines, own = [], source == STUDY
        for row in part.itertuples():
            model = wide.model(row, own and several)
            numbers = (
                (
                    *page.estimate(row.token_f1, row.low, row.high),
                    str(row.contexts),
                    str(row.questions),
                    page.share(row.cut),
                )
                if own
                else (f"{row.token_f1:.2f}", "", "", "", "")
            )
            cells = (model, REGIME_NAMES[row.regime], *numbers)
            lines.append(page.Row(cells, names=2, look="" if own else "apart"))
        groups.append(page.Group(dataset if own else f"{dataset}, {source}", tuple(lines)))
    columns = (
        page.Column("Model"),
        page.Column("Regime"),
        page.Column("Token F1", number=True),
        page.Column("Interval", number=True),
        page.Column("Contexts", number=True),
        page.Column("Questions", number=True),
        page.Column("Cut", number=True),
    )
    notes = (
        f"Token F1 from 0 to 1 at compression ratio 0. {wide.INTERVALS} The controls "
        "ask the same questions without the passage, once with the rest of the prompt (no passage), once with nothing "
        "before the question (question only): what a model scores by guessing.",
        "Cut: share of the answers that ended at their limit of tokens, max_new_tokens.",
        "The published rows are other models on other passages, scored on sub-word tokens instead of words: they "
        "show what size of number to expect, and are no target.",
    )
    return page.Document("Token F1 with nothing compressed", columns, tuple(groups), notes)


TABLE = ReportTable(rows, document, UNCOMPRESSED_F1, (CURVES,), lists=("published",))
