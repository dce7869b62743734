"""What a cell writes: only what happened, no judgement."""

import pyarrow as pa

from kvstudy.contracts.table import HALF, INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, EVIDENCE, FLOOR, REGIMES, SPANS, STATES, STOPS

DECODED = 4  # of an answer, the tokens whose attention is kept
PART = (
    Column("cell", TEXT, doc="Name of the cell: experiment, model, policy, ratio."),
    Column("dataset", TEXT, doc="Name of the dataset."),
    Column(
        "regime",
        TEXT,
        values=(*REGIMES, *CONTROLS),
        doc="Question-agnostic, question-aware, or a control: the prompt without its passage, or the question only.",
    ),
    Column("compress", TEXT, values=COMPRESS, doc="What was compressed: the whole context or the passage alone."),
    Column("context_id", TEXT, doc="The passage."),
)
TARGET = Column(
    "target",
    TEXT,
    values=(EVIDENCE, FLOOR),
    doc="What is taken for the evidence here. evidence: the tokens that state the answer; floor: as many other tokens "
    "of the passage, in runs of the same lengths at places drawn at random, evidence of none of its questions.",
)
STATE = Table(
    "states",
    (
        *PART,
        Column("state", TEXT, values=STATES, doc="ok, or why there are no answers."),
        Column("reason", TEXT, doc="The policy's or the device's own message; empty when ok."),
        Column("context_tokens", INT, unit="tokens", low=0, doc="Length of the context."),
        Column("region_start", INT, unit="tokens", low=0, doc="First position of the compressed region."),
        Column("region_end", INT, unit="tokens", low=0, doc="One past the last position of the compressed region."),
        Column(
            "achieved_ratio",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="KV entries removed from the region over KV entries of the region; missing unless ok.",
        ),
    ),
    key=("cell", "dataset", "regime", "context_id"),
    doc="What became of one context in one part of a cell.",
)
ANSWERS = Table(
    "answers",
    (
        *PART,
        Column("question_id", TEXT, doc="The question."),
        Column("answer", TEXT, doc="The generated text, up to the stop."),
        Column("answer_tokens", pa.list_(INT), unit="token ids", doc="The generated tokens, the stop included."),
        Column("stop", TEXT, values=STOPS, doc="Why generation ended."),
        Column("question_tokens", INT, unit="tokens", low=1, doc="Length of the question part of the prompt."),
        Column(
            "margin",
            NUMBER,
            unit="logits",
            low=0,
            doc="Smallest gap between the two best logits over the generated tokens.",
        ),
        Column(
            "entropies",
            pa.list_(HALF),
            unit="nats",
            doc="For each generated token the entropy of the next-token distribution that it was taken from.",
        ),
        Column(
            "evidence",
            pa.list_(INT),
            unit="tokens",
            doc="Positions in the context of the tokens that state the answer.",
        ),
    ),
    key=("cell", "regime", "question_id"),
    doc="What the model answered to one question.",
)
SURVIVORS = Table(
    "survivors",
    (
        *PART,
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("head", INT, low=0, doc="KV head, from 0."),
        Column("kept", INT, unit="tokens", low=0, doc="Number of kept positions, of the whole context."),
        Column("bitmap", pa.binary(), doc="One bit a context position, set when kept, most significant bit first."),
    ),
    key=("cell", "dataset", "regime", "context_id", "layer", "head"),
    doc="The context positions that one KV head of one layer kept.",
)
TOKEN_SPANS = Table(
    "spans",
    (
        *PART,
        Column("kind", TEXT, values=SPANS, doc="What the span holds; a whitelist's is one of its phrases."),
        Column("index", INT, low=0, doc="Number within its kind, from 0, as in the column of system_prompts."),
        Column("start", INT, unit="tokens", low=0, doc="First position of the tokens that overlap its characters."),
        Column("end", INT, unit="tokens", low=1, doc="One past the last of these positions."),
    ),
    key=("cell", "dataset", "regime", "context_id", "kind", "index"),
    doc="Where a part of a system prompt stands in its context; none for contexts without answers and for passages.",
)
HIDDEN_STATES = Table(
    "hidden_states",
    (
        *PART,
        Column("question_id", TEXT, doc="The question."),
        Column("layer", INT, low=0, doc="0 is the embedding, n the output of the n-th layer."),
        Column("state", pa.list_(HALF), doc="The residual stream at the question's last token."),
    ),
    key=("cell", "regime", "question_id", "layer"),
    doc="What the model held after one layer when it began to answer; only for datasets that the config names.",
)
ROUTES = Table(
    "routes",
    (
        *PART,
        Column("question_id", TEXT, doc="The question; one that has evidence, of a context that the config samples."),
        TARGET,
        Column("epsilon", NUMBER, unit="0..1", low=0, high=1, doc="A route has more weight than this."),
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("positions", pa.list_(INT), unit="tokens", doc="Positions of the target in the context."),
        Column(
            "heads",
            INT,
            unit="heads",
            low=0,
            doc="Query heads with which some token of the question attends to surviving evidence.",
        ),
        Column("kv_heads", INT, unit="heads", low=0, doc="KV heads that one of these query heads reads from."),
        Column("direct", pa.list_(INT), unit="tokens", doc="Positions of the evidence that they attend to."),
        Column(
            "copied",
            pa.list_(INT),
            unit="tokens",
            doc="Positions of the evidence that another survivor had taken in before this layer, in the prefill of the "
            "whole context, to which some head attends.",
        ),
    ),
    key=("cell", "regime", "question_id", "target", "epsilon", "layer"),
    doc="How the tokens of one question come to its evidence, or to its floor, in one layer; a question whose floor "
    "does not fit into the passage has none.",
)
ATTENTION = Table(
    "attention",
    (
        *PART,
        Column("question_id", TEXT, doc="The question."),
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("head", INT, low=0, doc="Query head, from 0."),
        Column(
            "top",
            INT,
            unit="tokens",
            low=-1,
            doc="Position with the largest weight; -1 when the head sees nothing of the context.",
        ),
        Column("top_weight", HALF, unit="0..1", low=0, high=1.001, doc="Its weight."),
        Column(
            "top_beyond_sinks",
            INT,
            unit="tokens",
            low=-1,
            doc="The same, the first four positions left out; -1 when no other has any weight.",
        ),
        Column(
            "context_mass",
            HALF,
            unit="0..1",
            low=0,
            high=1.001,
            doc="Weight on the context; the rest is on the question.",
        ),
        Column(
            "evidence_mass", HALF, unit="0..1", low=0, high=1.001, doc="Weight on the tokens that state the answer."
        ),
        Column(
            "entropy",
            HALF,
            unit="nats",
            low=0,
            doc="Entropy of the weights over the context, renormalised; 0 where there is no weight.",
        ),
    ),
    key=("cell", "regime", "question_id", "layer", "head"),
    doc="What one query head attended to over the surviving context, at the last prompt token.",
)
DECODED_ATTENTION = Table(
    "decoded_attention",
    (
        *PART,
        Column("question_id", TEXT, doc="The question."),
        Column(
            "token",
            INT,
            low=1,
            high=DECODED,
            doc="Which token of the answer, from 1. The last one is never read, so that an answer of n tokens has "
            f"n - 1 of these, at most {DECODED}; one that ended at once has none.",
        ),
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column(
            "tops",
            pa.list_(INT),
            unit="tokens",
            doc="For each query head the position with the largest weight; -1 when it sees nothing of the context.",
        ),
        Column(
            "tops_beyond_sinks",
            pa.list_(INT),
            unit="tokens",
            doc="The same, the first four positions left out; -1 when no other has any weight.",
        ),
    ),
    key=("cell", "regime", "question_id", "token", "layer"),
    doc="Where the query heads of one layer looked in the surviving context as one of the answer's first tokens was "
    "read.",
)
