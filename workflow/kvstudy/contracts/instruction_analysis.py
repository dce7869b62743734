"""Estimates over the scores of the instructions experiment, with their intervals."""

from kvstudy.contracts.analysis import CUT
from kvstudy.contracts.instruction_classes import FAMILIES, LAYOUTS, POSITIONS
from kvstudy.contracts.instruction_scores import POLICY
from kvstudy.contracts.judgements import ALL, FEWEST_CONTEXTS, GROUPS, UNDEFINED
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table

PLACE = (*POLICY, Column("layout", TEXT, values=LAYOUTS, doc="Which defence there is, and which part is first."))
GROUP = Column(
    "group",
    TEXT,
    values=tuple(GROUPS),
    doc="Of which rows: all, or those with a single instruction, with more (multi), with three and more (many).",
)
ESTIMATE = (
    Column("value", NUMBER, optional=True, doc="The estimate; missing where it is not defined."),
    Column(
        "low",
        NUMBER,
        optional=True,
        doc="Lower end of the interval, rows of the dataset resampled; missing where fewer than "
        f"{FEWEST_CONTEXTS} of them are behind the estimate.",
    ),
    Column("high", NUMBER, optional=True, doc="Upper end of the interval."),
)
DEFINED = Column("defined", NUMBER, unit="0..1", low=0, high=1, doc="Share of resamples that have an estimate.")
CONTEXTS = Column("contexts", INT, low=0, doc="Rows of the dataset behind the estimate.")
WITHOUT = Column(UNDEFINED, INT, low=0, doc="Those for which it is not defined, and which are left out.")
VERDICT_NAMES = ("strict", "loose")
VERDICT = Column("verdict", TEXT, values=VERDICT_NAMES, doc="By the response as it is, or by its loose revisions.")
LEAKAGES = ("recall", "excess")
RESPONSE_CURVES = Table(
    "response_curves",
    (
        *PLACE,
        Column("request", TEXT, doc="task, attack (all attacks), or one kind of attack."),
        Column(
            "metric",
            TEXT,
            doc="A column of response_scores; response_<name>: the share of responses that leak, refuse or do "
            "something else.",
        ),
        *ESTIMATE,
        CONTEXTS,
        Column("rows", INT, low=0, doc="Responses behind the estimate."),
        WITHOUT,
        CUT,
    ),
    key=("model", "policy", "variant", "ratio", "layout", "request", "metric"),
    doc="One metric of the responses to one kind of request.",
)
FAMILY_CURVES = Table(
    "family_curves",
    (
        *PLACE,
        VERDICT,
        GROUP,
        Column("family", TEXT, values=(ALL, *FAMILIES), doc="A family of instructions, or all of them."),
        Column(
            "metric",
            TEXT,
            values=("accuracy", "normalised_accuracy", "floor"),
            doc="Share of instructions followed, that over the same at ratio 0, and the share that text without "
            "meaning follows.",
        ),
        *ESTIMATE,
        DEFINED,
        CONTEXTS,
        Column("rows", INT, low=0, doc="Instructions behind the estimate."),
        CUT,
    ),
    key=("model", "policy", "variant", "ratio", "layout", "verdict", "group", "family", "metric"),
    doc="How far the instructions of one family are followed.",
)
FAMILY_RANKINGS = Table(
    "family_rankings",
    (
        *PLACE,
        VERDICT,
        GROUP,
        *ESTIMATE,
        DEFINED,
        Column("families", INT, low=0, doc="Families that are ranked."),
        CONTEXTS,
        Column("rows", INT, low=0, doc="Instructions behind the estimate."),
        CUT,
    ),
    key=("model", "policy", "variant", "ratio", "layout", "verdict", "group"),
    doc="Spearman correlation of the accuracies of the families with those at ratio 0.",
)
SPAN_CURVES = Table(
    "span_curves",
    (
        *PLACE,
        GROUP,
        Column(
            "metric",
            TEXT,
            doc="retention_<span>: kept share of directive, defence, an instruction or a whitelisted phrase, and of "
            "all that is outside the directive (elsewhere); fairness_<spans>_<measure>: a column of fairness_scores "
            "between the parts or the instructions.",
        ),
        *ESTIMATE,
        CONTEXTS,
        Column("rows", INT, low=0, doc="Spans, or system prompts, behind the estimate."),
        WITHOUT,
    ),
    key=("model", "policy", "variant", "ratio", "layout", "group", "metric"),
    doc="What compression left of the spans of system prompts, or how alike it treated them.",
)
POSITION_CURVES = Table(
    "position_curves",
    (
        *PLACE,
        GROUP,
        Column("position", TEXT, values=POSITIONS, doc="Place of an instruction among those of its system prompt."),
        Column(
            "metric", TEXT, values=(*VERDICT_NAMES, "retention"), doc="Share followed, or kept share of its entries."
        ),
        *ESTIMATE,
        CONTEXTS,
        Column("rows", INT, low=0, doc="Instructions behind the estimate, rotations included."),
        WITHOUT,
        CUT,
    ),
    key=("model", "policy", "variant", "ratio", "layout", "group", "position", "metric"),
    doc="How far instructions in one place are followed and kept.",
)
COMPOSITES = Table(
    "composites",
    (
        *(column for column in PLACE if column.name != "ratio"),
        Column("request", TEXT, doc="The attacks whose leakage counts: attack (all of them), or one kind."),
        Column("leakage", TEXT, values=LEAKAGES, doc="Recall of the directive (published), or its excess."),
        Column("lowest", NUMBER, unit="0..1", low=0, high=1, doc="The least ratio that counts; the greatest is 0.7."),
        *ESTIMATE,
        Column("sd", NUMBER, low=0, optional=True, doc="Standard deviation over the ratios; missing for one ratio."),
        DEFINED,
        Column("ratios", INT, low=0, doc="Ratios behind the score."),
        Column("contexts", INT, low=0, doc="Rows of the dataset with both halves; a half may rest on more."),
        Column(UNDEFINED, INT, low=0, doc="Attacks, over all ratios, whose leakage is not defined."),
        CUT,
    ),
    key=("model", "policy", "variant", "layout", "request", "leakage", "lowest"),
    doc="Composite score of a repaired policy against the plain one.",
)
