"""Judgements over the facts of one cell."""

from kvstudy.contracts.facts import PART, TARGET
from kvstudy.contracts.judgements import OUTCOMES
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import ANSWER_TYPES, DIRECTIONS, QUESTION_TYPES, STOPS

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
        Column("stop", TEXT, values=STOPS, doc="Why the answer ended: length, at its limit of tokens."),
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
        Column(
            "evidence_mass",
            NUMBER,
            unit="0..1",
            low=0,
            high=1.001,
            optional=True,
            doc="Largest weight that one query head of any layer puts on the evidence at the last prompt token; "
            "missing where there is no evidence.",
        ),
        Column(
            "agreement",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Largest share of a layer's query heads that look most at the same position, the first four left out, "
            "mean over layers; missing in the controls and where no head sees another position.",
        ),
    ),
    key=("cell", "regime", "question_id"),
    doc="How one answer was judged.",
)
ROUTE_SCORES = Table(
    "route_scores",
    (
        *CELL,
        *PART,
        Column("question_id", TEXT, doc="The question; one that has evidence, of a context that the config samples."),
        TARGET,
        Column("epsilon", NUMBER, unit="0..1", low=0, high=1, doc="A route has more weight than this."),
        Column("routes", INT, unit="heads", low=0, doc="Query heads with a direct route to surviving evidence."),
        Column("kv_routes", INT, unit="heads", low=0, doc="KV heads that one of these query heads reads from."),
        Column(
            "holding", NUMBER, unit="0..1", low=0, high=1, doc="Share of all KV heads that keep some of the evidence."
        ),
        Column("direct", NUMBER, unit="0..1", low=0, high=1, doc="Share of the evidence with a direct route."),
        Column(
            "reached",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="Share of the evidence with a direct route or with one to a survivor that had taken it in.",
        ),
        Column(
            "leaked",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Of the evidence that no KV head of any layer kept, the share that is reached; missing where some head "
            "kept all of it.",
        ),
    ),
    key=("cell", "regime", "question_id", "target", "epsilon"),
    doc="How one question comes to its evidence, or to its floor.",
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
MEASURES = {
    "consensus": "Distinct top positions over query heads",
    "agreement": "Largest share of query heads with the same top position",
}
PLACES = {
    "": "at the last prompt token, mean over questions; missing where no head sees any surviving position.",
    "_beyond_sinks": "the first four positions left out; missing where no head sees another position.",
    "_decoded": "at the first decoded tokens, mean over those of all questions; missing when all answers end at once.",
    "_decoded_beyond_sinks": "there, the first four positions left out.",
}
AGREEMENT = tuple(
    Column(f"{measure}{place}", NUMBER, unit="0..1", low=0, high=1, optional=True, doc=f"{meaning}, {where}")
    for measure, meaning in MEASURES.items()
    for place, where in PLACES.items()
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
        *AGREEMENT,
    ),
    key=("cell", "regime", "context_id", "layer"),
    doc="How far the heads of one layer agree on one context.",
)
HEAD_SCORES = Table(
    "head_scores",
    (
        *CELL,
        *PART,
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("head", INT, low=0, doc="KV head, from 0."),
        Column("eviction", NUMBER, unit="0..1", low=0, high=1, doc="Positions of the region that the head evicts."),
        Column(
            "evidence_eviction",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Evidence that the head evicts, mean over questions; missing where no question has evidence.",
        ),
    ),
    key=("cell", "regime", "context_id", "layer", "head"),
    doc="What one KV head evicted of one context.",
)
