"""How large the datasets of a study are."""

from typing import NamedTuple

from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table

DATASET_SIZES = Table(
    "dataset_sizes",
    (
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("passages", INT, low=0, doc="Passages."),
        Column("words", NUMBER, unit="words", low=0, optional=True, doc="Mean length of a passage."),
        Column("words_sd", NUMBER, unit="words", low=0, optional=True, doc="Its standard deviation; missing for one."),
        Column("shortest", INT, unit="words", low=0, doc="Length of the shortest passage."),
        Column("longest", INT, unit="words", low=0, doc="Length of the longest."),
        Column("questions", INT, low=0, doc="Questions about all passages."),
        Column("fewest", INT, low=0, doc="Questions about the passage with the fewest."),
        Column("most", INT, low=0, doc="Questions about the passage with the most."),
    ),
    key=("dataset",),
    doc="The size of one dataset of passages and questions.",
)


class Printed(NamedTuple):
    """The size of a dataset as printed: words of a passage, their printed spread, questions of a passage and of all."""

    passages: int
    words: int
    spread: int | None
    each: int
    questions: int


PRINTED_IN = "arXiv 2603.01426, Table 1"
PRINTED = {
    "base": Printed(200, 175, 25, 6, 1_199),
    "knowledge_manipulation": Printed(4_000, 32, None, 13, 52_000),
    "multi_presence": Printed(100, 500, 100, 10, 1_000),
    "multi_entity": Printed(100, 500, 100, 10, 1_000),
    "long_context": Printed(100, 1_100, 200, 10, 1_000),
    "coreference": Printed(8_000, 44, None, 9, 72_000),
    "hops": Printed(100, 1_100, 20, 16, 1_600),
}
