"""How large the datasets of a study are."""

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
