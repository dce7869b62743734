"""What linear probes read from hidden states: their predictions, and estimates over a whole study."""

import pyarrow as pa

from kvstudy.contracts.analysis import INTERVAL
from kvstudy.contracts.facts import PART
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import FLAG, HALF, INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, REGIMES

ANSWER_TYPE, CANDIDATE = "answer_type", "candidate"
SCORES = {ANSWER_TYPE: "macro_f1", CANDIDATE: "accuracy"}  # what a probe of each target is judged by
TARGETS = tuple(SCORES)
TASK, CONTROL = "task", "control"
POOLED = -1  # in place of a layer: the mean over all of them

TARGET = Column(
    "target",
    TEXT,
    values=TARGETS,
    doc="What the probe tells: the type of the answer, or which of the passage's candidates it is.",
)
LAYER = Column(
    "layer",
    INT,
    low=POOLED,
    doc="0 is the embedding, n the output of the n-th layer, -1 the mean of all layers' outputs.",
)
NAMES = Table(
    "probe_names",
    (
        Column("name", TEXT, doc="An answer, or a name that a passage holds and that is of the asked type."),
        Column("token", TEXT, doc="The first token of an answer that gives this name."),
        Column("direction", pa.list_(HALF), doc="The model's output weights of that token."),
    ),
    key=("name",),
    doc="How one model begins to say a name.",
)
PREDICTIONS = Table(
    "probe_predictions",
    (
        *PART,
        Column("question_id", TEXT, doc="The question."),
        TARGET,
        Column(
            "task",
            TEXT,
            values=(TASK, CONTROL),
            doc="The target itself, or its control task: a type drawn at random for each form of question, or the "
            "names' directions shuffled among them.",
        ),
        LAYER,
        Column("label", TEXT, doc="What is right: a type of answer, or the first token of a name."),
        Column("predicted", TEXT, doc="What a probe says that was trained without this passage."),
        Column("choices", INT, low=2, doc="Labels that the probe chose from."),
        Column("converged", FLAG, doc="Whether the training of that probe converged."),
    ),
    key=("cell", "regime", "question_id", "target", "task", "layer"),
    doc="What a linear probe on one layer's state says of one question.",
)
PROBES = Table(
    "probes",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        TARGET,
        LAYER,
        Column(
            "metric",
            TEXT,
            doc="macro_f1 (of answer_type) or accuracy (of candidate): the probe's score; f1_<type>: the F1 of one "
            "type; chance: the accuracy of guessing; control: the score of the control task; selectivity: score less "
            "control.",
        ),
        *INTERVAL,
        Column("contexts", INT, low=1, doc="Contexts behind the estimate."),
        Column("rows", INT, low=1, doc="Questions behind the estimate."),
        Column(
            "converged",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="Share of the predictions by probes whose training converged.",
        ),
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "target", "layer", "metric"),
    doc="How well linear probes tell one target from one layer's states at one ratio.",
)
