"""The two tables of the instructions experiment: system prompts and the requests made under them.

To the cells, a system prompt is a context and a request is a question about it, so the columns that they read have the
names that they have in `contexts` and `questions`.
"""

import pyarrow as pa

from kvstudy.contracts.datasets import SPAN
from kvstudy.contracts.instruction_classes import LAYOUTS, REQUESTS
from kvstudy.contracts.table import INT, TEXT, Column, Table

SPANS = pa.list_(SPAN)
SPAN_COLUMNS = {  # kind of span -> the column of `system_prompts` that has it
    "directive": "directive",
    "defence": "defence",
    "whitelist": "whitelist",
    "instruction": "instructions",
}

SYSTEM_PROMPTS = Table(
    "system_prompts",
    (
        Column("context_id", TEXT, doc="Name of the system prompt: dataset, key, layout, rotation if there is one."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("key", INT, low=0, doc="The row that it is made of."),
        Column("layout", TEXT, values=LAYOUTS, doc="Which defence there is, and whether it or the directive is first."),
        Column(
            "rotation",
            INT,
            unit="instructions",
            low=0,
            doc="How many instructions were moved from the beginning of the directive to its end.",
        ),
        Column("passage", TEXT, doc="The content of the system turn, which is compressed with the turn's marks."),
        Column("words", INT, unit="words", low=1, doc="Length of the content, split at white space."),
        Column(
            "directive",
            SPANS,
            doc="Where preamble and instructions stand, [start, end) in characters of the content: one span.",
        ),
        Column("defence", SPANS, doc="Where the defence stands; empty without one."),
        Column("whitelist", SPANS, doc="Where the phrases stand that the whitelist keeps; ascending."),
        Column(
            "instructions",
            SPANS,
            doc="Where each instruction stands, parallel to `instruction_ids`; empty where the row does not tell.",
        ),
        Column(
            "positions",
            pa.list_(TEXT),
            doc="Place of each instruction among those of the prompt: only, first, middle or last; empty where "
            "`instructions` is.",
        ),
        Column("instruction_ids", pa.list_(TEXT), doc="IFEval's class of each instruction: family, colon, name."),
        Column("kwargs", pa.list_(TEXT), doc="What the checker of each instruction is told, a JSON object each."),
    ),
    key=("context_id",),
    doc="One system prompt of the instructions experiment.",
)
REQUESTS_MADE = Table(
    "requests",
    (
        Column("question_id", TEXT, doc="Name of the request: context_id, dash, task or the kind of the attack."),
        Column("context_id", TEXT, doc="The system prompt under which it is made."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("kind", TEXT, values=REQUESTS, doc="A task to be done as directed, or an attack on the directive."),
        Column("attack", TEXT, optional=True, doc="Kind of the attack; missing for a task."),
        Column("question", TEXT, doc="The content of the user turn."),
        Column(
            "evidence",
            SPANS,
            doc="What of the system prompt a right response depends on, [start, end) in characters: the directive for "
            "a task, the defence for an attack.",
        ),
    ),
    key=("question_id",),
    doc="One user turn that follows a system prompt.",
)
