"""The two tables of a dataset: passages and questions."""

import pyarrow as pa

from kvstudy.contracts.table import FLAG, INT, TEXT, Column, Table
from kvstudy.contracts.vocabulary import ANSWER_TYPES, DIRECTIONS, QUESTION_TYPES

Span = tuple[int, int]  # [start, end)
SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])
ENTITY = pa.struct([("form", pa.string()), ("type", pa.string()), ("start", pa.int32()), ("end", pa.int32())])

CONTEXTS = Table(
    "contexts",
    (
        Column("context_id", TEXT, doc="Name of the passage: dataset, dash, four or more digits."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("passage", TEXT, doc="The text that is compressed."),
        Column("words", INT, unit="words", low=1, doc="Length of the passage, split at white space."),
        Column(
            "entities",
            pa.list_(ENTITY),
            doc="Every mention of an entity: surface form, type, [start, end) in characters.",
        ),
    ),
    key=("context_id",),
    doc="One passage of a dataset.",
)
QUESTIONS = Table(
    "questions",
    (
        Column("question_id", TEXT, doc="Name of the question: context_id, -q, two digits."),
        Column("context_id", TEXT, doc="The passage it asks about."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("question", TEXT, doc="The question."),
        Column(
            "answers", pa.list_(TEXT), doc="Accepted surface forms of the answer; the first is the one in the passage."
        ),
        Column("answer_type", TEXT, values=ANSWER_TYPES, doc="What the answer is."),
        Column(
            "question_type",
            TEXT,
            values=QUESTION_TYPES,
            doc="Standard retrieval, a manipulated form, or a part of the answer.",
        ),
        Column(
            "direction",
            TEXT,
            values=DIRECTIONS,
            doc="From subject to attribute (forward) or from attribute to subject.",
        ),
        Column(
            "hop",
            INT,
            unit="links",
            low=0,
            doc="Links between entities that lead to the sentence with the answer; 0 when the question names what that "
            "sentence is about.",
        ),
        Column(
            "altered",
            FLAG,
            doc="Whether the question was changed so that the passage no longer answers it; the accepted answers then "
            "say that one does not know, and there is no evidence.",
        ),
        Column(
            "bridge",
            pa.list_(SPAN),
            doc="Where the passage states the links, or the second region that the answer needs, [start, end) in "
            "characters; empty for a question that one region answers.",
        ),
        Column(
            "evidence",
            pa.list_(SPAN),
            doc="Where the passage states the answer to this question, [start, end) in characters: the mention in the "
            "sentence that states the fact; if that refers to an answering subject by pronoun or short noun, or leaves "
            "it unsaid, the nearest earlier mention of the subject's name.",
        ),
    ),
    key=("question_id",),
    doc="One question about a passage.",
)
