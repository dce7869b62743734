"""The study beside the papers: their numbers, their claims and their figures."""

from dataclasses import replace

from kvstudy.contracts.analysis import CUT
from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, NOT_TESTED
from kvstudy.contracts.published import PRINTED
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.tags import AXES
from kvstudy.contracts.vocabulary import REGIMES

SUPPORTED, NOT_SUPPORTED = "supported", "not supported"
VERDICTS = (SUPPORTED, NOT_SUPPORTED, NOT_TESTED)
PAPERS = {
    "2603.01426": "Understanding the Physics of Key-Value Cache Compression for LLMs through Attention Dynamics",
    "2510.00231": "The Pitfalls of KV Cache Compression",
}
PAPER = Column("paper", TEXT, values=tuple(PAPERS), doc="arXiv number.")
REPRODUCED = Table(
    "reproduced",
    (
        PAPER,
        Column("artefact", TEXT, doc="Table or figure of the paper."),
        Column("metric", TEXT, values=PRINTED, doc="What the number is."),
        Column("dataset", TEXT, doc="Name of the dataset; unstated where the paper does not say."),
        Column("policy", TEXT, doc="none at ratio 0; pooled over several; or the policy's usual name."),
        Column("variant", TEXT, doc="How it is repaired, or plain."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("layout", TEXT, values=("", *LAYOUTS), doc="Of a system prompt; else empty."),
        Column("axis", TEXT, values=("", *AXES), doc="Label by which some questions are picked; empty for all."),
        Column("tag", TEXT, doc="Which label they have; empty for all."),
        Column("ratio", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Ratio; missing when over several."),
        Column("published_model", TEXT, doc="Name of the model, as printed."),
        Column("published", NUMBER, low=-1, high=1, doc="The printed number."),
        Column("source", TEXT, doc="Where it is printed, and how it was read off a picture."),
        Column("model", TEXT, doc="The study's model that is compared; empty where the study has no number."),
        Column("value", NUMBER, low=-1, high=1, optional=True, doc="The study's number."),
        Column("low", NUMBER, optional=True, doc="Lower end of its interval."),
        Column("high", NUMBER, optional=True, doc="Upper end."),
        Column("contexts", NUMBER, low=1, optional=True, doc="Contexts behind it."),
        CUT,
        Column("difference", NUMBER, low=-2, high=2, optional=True, doc="The study's number less the printed one."),
        Column("other_model", TEXT, doc="How the model differs; empty where it does not."),
        Column("other_data", TEXT, doc="How the data differ."),
        Column("other_definition", TEXT, doc="How the definition differs; empty where it does not as far as known."),
        Column("reason", TEXT, doc="Why the study has no number; empty where it has one."),
    ),
    key=(
        *("paper", "metric", "dataset", "policy", "variant", "regime", "layout", "axis", "tag", "ratio"),
        *("published_model", "model"),
    ),
    doc="One published number and one model's own; of a number that no model of the study can answer, the reason.",
)
CLAIMS = Table(
    "claims",
    (
        Column("claim", TEXT, doc="Name of the claim."),
        PAPER,
        Column("place", TEXT, doc="Where the paper makes it."),
        Column("words", TEXT, doc="What the paper says, in other words."),
        Column("rule", TEXT, doc="When a case holds; the claim is supported where more than half of the cases do."),
        Column(
            "model",
            TEXT,
            doc="Name of the model; `all` where models are compared, empty where there was nothing to test.",
        ),
        Column("verdict", TEXT, values=VERDICTS, doc="What the data say."),
        Column("number", TEXT, doc="What the number is."),
        Column(
            "value",
            NUMBER,
            optional=True,
            doc="The number of the middle case, ordered by value, of those that speak for the verdict.",
        ),
        Column("low", NUMBER, optional=True, doc="Lower end of that case's interval."),
        Column("high", NUMBER, optional=True, doc="Upper end."),
        Column("case", TEXT, doc="Which case that is."),
        replace(
            CUT, doc="Share of the answers behind that case that ended at their limit of tokens; of two, the larger."
        ),
        Column("cases", INT, low=0, doc="Cases that were tested: those with an interval."),
        Column("holding", INT, low=0, doc="Cases that hold."),
        Column(
            "reason",
            TEXT,
            doc=f"Why it was not tested, such as fewer than {FEWEST_CONTEXTS} contexts; empty where it was.",
        ),
    ),
    key=("claim", "model"),
    doc="One claim of a paper, tested on one model.",
)
ARTEFACT = (
    PAPER,
    Column("artefact", TEXT, doc="Figure or table of the paper."),
    Column("shows", TEXT, doc="What it shows, in other words."),
    Column("kind", TEXT, values=("", "figures", "tables", "cards"), doc="Folder of the study's file."),
    Column("name", TEXT, doc="The file without its suffix; empty where there is none."),
)
FIGURES = Table(
    "figures",
    (
        *ARTEFACT,
        Column("needs", TEXT, doc="What a study must have for it: parts of its set-up, with spaces between them."),
        Column("reason", TEXT, doc="Why no study has it; empty where one may."),
    ),
    key=("paper", "artefact", "shows"),
    doc="One figure or table of a paper and the file that shows the same.",
)
FIGURE_MAP = Table(
    "figure_map",
    (*ARTEFACT, Column("reason", TEXT, doc="Why there is none in this study; empty where there is one.")),
    key=("paper", "artefact", "shows"),
    doc="One figure or table of a paper and the study's own.",
)
