"""Estimates for each label of a question: the type of its answer, its form, its direction, its hops, its alteration."""

from kvstudy.contracts.analysis import CONTEXTS_BEHIND, CUT, INTERVAL, QUESTIONS_BEHIND, WITHOUT
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import TEXT, Column, Table
from kvstudy.contracts.vocabulary import ANSWER_TYPES, COMPRESS, CONTROLS, DIRECTIONS, QUESTION_TYPES, REGIMES

UNALTERED, ALTERED = "standard", "altered"
AXES = {  # axis -> its tags, in the order in which they are shown; those of hop are the numbers that occur
    "answer_type": ANSWER_TYPES,
    "question_type": QUESTION_TYPES,
    "direction": DIRECTIONS,
    "alteration": (UNALTERED, ALTERED),
    "hop": (),
}
METRICS = ("token_f1", "outcome_abstained")
TAG_CURVES = Table(
    "tag_curves",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("axis", TEXT, values=tuple(AXES), doc="By which label the questions are told apart."),
        Column("tag", TEXT, doc="The label: of a hop its number, of an alteration whether there is one."),
        Column("metric", TEXT, values=METRICS, doc="A column of question_scores, or outcome_abstained: a share."),
        *INTERVAL,
        CONTEXTS_BEHIND,
        QUESTIONS_BEHIND,
        WITHOUT,
        CUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "axis", "tag", "metric"),
    doc="One metric at one ratio over the questions with one label, for axes on which the dataset has several labels.",
)
