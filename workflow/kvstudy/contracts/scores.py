"""Judgements over the facts of one cell."""

from kvstudy.contracts.facts import PART
from kvstudy.contracts.judgements import OUTCOMES
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import ANSWER_TYPES, DIRECTIONS, QUESTION_TYPES

QUESTION_SCORES = Table(
    "question_scores",
    (
        *CELL,
        *PART,
        Column("question_id", TEXT, doc="The question."),
        Column("answer_type", TEXT, values=ANSWER_TYPES, doc="What the answer is."),
        Column("question_type", TEXT, values=QUESTION_TYPES, doc="Standard, manipulated or part."),
        Column("direction", TEXT, values=DIRECTIONS, doc="Forward or reverse."),
        Column(
            "token_f1",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="Word-level F1 against the best accepted form, SQuAD normalisation.",
        ),
        Column(
            "exact_match",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="1 when an accepted form is matched exactly after normalisation.",
        ),
        Column("outcome", TEXT, values=OUTCOMES, doc="What kind of answer it is."),
        Column("hallucinated", NUMBER, unit="0..1", low=0, high=1, doc="1 when misrouted or fabricated."),
        Column(
            "ger_layer",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Evidence evicted by all KV heads of a layer, mean over layers; missing where there is no evidence.",
        ),
        Column(
            "ger_model",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Evidence evicted by all KV heads of all layers; missing where there is no evidence.",
        ),
        Column(
            "ger_head",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Evidence evicted, mean over KV heads and layers; missing where there is no evidence.",
        ),
    ),
    key=("cell", "regime", "question_id"),
    doc="How one answer was judged.",
)
CONTEXT_SCORES = Table(
    "context_scores",
    (
        *CELL,
        *PART,
        Column(
            "achieved_ratio",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="KV entries removed from the region over its KV entries.",
        ),
        Column(
            "eviction_layer",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="Positions evicted by all KV heads of a layer, mean over layers.",
        ),
        Column(
            "eviction_model", NUMBER, unit="0..1", low=0, high=1, doc="Positions evicted by all KV heads of all layers."
        ),
        Column(
            "eviction_head", NUMBER, unit="0..1", low=0, high=1, doc="Positions evicted, mean over KV heads and layers."
        ),
    ),
    key=("cell", "regime", "context_id"),
    doc="What compression did to one context.",
)
LAYER_SCORES = Table(
    "layer_scores",
    (
        *CELL,
        *PART,
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("eviction", NUMBER, unit="0..1", low=0, high=1, doc="Positions evicted by all KV heads of the layer."),
        Column(
            "jaccard",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Overlap of the KV heads' evicted sets: intersection over union.",
        ),
        Column(
            "consensus",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="Distinct top positions over query heads, mean over questions.",
        ),
        Column(
            "consensus_beyond_sinks",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="The same with the first four positions left out; missing when no other position survives.",
        ),
    ),
    key=("cell", "regime", "context_id", "layer"),
    doc="How far the heads of one layer agree on one context.",
)
