"""Whether the heads of a model agree early and diverge late, or the reverse, beside what the paper says."""

import pandas as pd

from kvstudy.contracts.analysis import DEPTH_PROFILES, WHERE
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, NOT_TESTED, UNDEFINED
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.published import DEPTH_DIRECTION
from kvstudy.contracts.table import NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, REGIMES
from kvstudy.tables import document as page
from kvstudy.tables import wide
from kvstudy.tables.ger_correlations import NOT_SAID, STUDY
from kvstudy.tables.table import ReportTable

INVERTED, FUNNEL, NEITHER, _ = SHAPES = ("inverted funnel", "funnel", "neither", NOT_TESTED)
MEASURES = {
    "consensus": "consensus, last prompt token",
    "consensus_beyond_sinks": "the same beyond sinks",
    "consensus_decoded": "consensus, first answer tokens",
    "consensus_decoded_beyond_sinks": "the same beyond sinks",
    "jaccard": "Jaccard of evicted sets",
}
SIGNS = {**dict.fromkeys(MEASURES, 1), "jaccard": -1}  # of the slope where agreement falls with depth
SLOPES = {
    "slope": "Slope over all layers, from 0 at the first to 1 at the last.",
    "early_slope": "Slope over the first half of the layers, in the same units.",
    "late_slope": "Slope over the last half.",
}
FUNNELS = Table(
    "funnels",
    (
        Column("source", TEXT, doc=f'"{STUDY}", or where the claim is printed.'),
        *CELL[:3],
        Column("ratio", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Ratio; empty for published claims."),
        Column("compress", TEXT, values=COMPRESS, optional=True, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, optional=True, doc="Regime; empty where the paper does not say."),
        WHERE[-1],
        Column("measure", TEXT, values=(*MEASURES, NOT_SAID), doc="A column of layer_scores."),
        *wide.estimates(SLOPES),
        Column(
            "shape",
            TEXT,
            values=SHAPES,
            doc="inverted funnel: agreement falls with depth; funnel: it rises. The interval of the slope over all "
            "layers leaves out 0, and that of neither half is on the other side of it; not tested without intervals.",
        ),
        Column("contexts", NUMBER, low=0, optional=True, doc="Contexts behind the slopes: those that have some."),
    ),
    key=("source", "experiment", "model", "policy", "ratio", "regime", "dataset", "measure"),
    doc="Which way agreement changes with depth at one ratio, by one measure, or by the paper's words.",
)


def rows(depth_profiles: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """This study's slopes with the shape that they support, then the printed claims."""
    names = [column.name for column in FUNNELS.columns]
    found = [
        wide.widen(of.assign(metric=of["summary"]), SLOPES).assign(measure=measure)
        for measure, of in depth_profiles[depth_profiles["metric"].isin(MEASURES)].groupby("metric")
    ]
    own = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=names)
    shapes = [shape(row) for row in own.itertuples()]
    own = own.assign(source=STUDY, shape=shapes, place=own["measure"].map(list(MEASURES).index))
    own = own.sort_values(["dataset", "regime", "experiment", "model", "place"], kind="stable")
    printed = published[published["metric"] == DEPTH_DIRECTION]
    words = printed["value"].map({1.0: INVERTED, -1.0: FUNNEL})
    printed = printed.assign(shape=words, experiment="", measure=NOT_SAID)
    integers = dict.fromkeys(("contexts", *(f"{name}_{UNDEFINED}" for name in SLOPES)), "Int64")
    parts = [part.reindex(columns=names).astype(integers) for part in (own, printed) if len(part)]
    return pd.concat(parts, ignore_index=True)


def shape(row: tuple) -> str:
    """The word that the slopes of a row support."""
    sign = SIGNS[row.measure]
    ends = [sorted((sign * getattr(row, f"{name}_low"), sign * getattr(row, f"{name}_high"))) for name in SLOPES]
    if pd.isna(ends).any():
        return NOT_TESTED
    (low, high), *halves = ends
    if low > 0 and all(end >= 0 for _, end in halves):
        return INVERTED
    return FUNNEL if high < 0 and all(start <= 0 for start, _ in halves) else NEITHER


def document(frame: pd.DataFrame) -> page.Document:
    """One group of rows for each dataset, regime and measure, then one for the paper's claims."""
    own, printed = frame[frame["source"] == STUDY], frame[frame["source"] != STUDY]
    more = wide.several(own)
    groups = [
        page.Group(
            f"{dataset}, question-{regime}: {MEASURES[measure]}",
            tuple(_line(wide.names(row, more), row) for row in part.itertuples()),
        )
        for (dataset, regime, measure), part in own.groupby(["dataset", "regime", "measure"], sort=False)
    ]
    groups += [
        page.Group(source, tuple(_line((row.model, row.policy, ""), row, "apart") for row in part.itertuples()))
        for source, part in printed.groupby("source")
    ]
    columns = (
        *wide.NAMES,
        *(page.Column(label, number=True) for label in ("Slope", "Early half", "Late half")),
        page.Column("Shape"),
        page.Column("Contexts", number=True),
    )
    notes = (
        "Slopes of agreement over depth, 0 at the first layer and 1 at the last: over all layers, over the first half "
        "and over the last. Inverted funnel: heads agree early and diverge late; the interval of the slope over all "
        "layers leaves out 0 on that side, and that of neither half lies on the other. Funnel: the reverse. Neither: "
        f"the slopes support no word. Not tested: on fewer than {FEWEST_CONTEXTS} contexts. Each row is a test of its "
        "own, so that some have a word by chance.",
        "Consensus counts distinct top positions and rises where heads diverge; the overlap of evicted sets falls "
        "there. The paper speaks of consensus, but its curves start near 0, as the overlap does and the formula "
        "cannot: if they are the overlap, its words are the other way round.",
        *wide.left_out(own, {"slope": "slope", "early_slope": "that of the early half", "late_slope": "of the late"}),
    )
    return page.Document("Funnel or inverted funnel", columns, tuple(groups), notes)


def _line(names: tuple[str, str, str], row: tuple, look: str = "") -> page.Row:
    """The cells of one row of the frame."""
    contexts = "" if pd.isna(row.contexts) else str(row.contexts)
    return page.Row((*names, *(wide.estimate(row, name) for name in SLOPES), row.shape, contexts), 3, look=look)


TABLE = ReportTable(rows, document, FUNNELS, (DEPTH_PROFILES,), lists=("published",))
