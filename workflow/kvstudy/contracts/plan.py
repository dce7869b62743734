"""The table of cells: what each cell's name stands for."""

from kvstudy.contracts.table import NUMBER, TEXT, Column, Table

CELL = (
    Column("experiment", TEXT, doc="The block of the config."),
    Column("model", TEXT, doc="Name of the model in the config."),
    Column(
        "policy",
        TEXT,
        doc="Name of the policy in the config, with a plus and the variant where it is repaired; none at ratio 0.",
    ),
    Column("ratio", NUMBER, unit="0..1", low=0, high=1, doc="Requested compression ratio."),
)
CELLS = Table(
    "cells",
    (
        Column("cell", TEXT, doc="Name of the cell, and of its folder."),
        *CELL,
    ),
    key=("cell",),
    doc="One cell of the study: its name and what it stands for.",
)
