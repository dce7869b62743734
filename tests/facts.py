"""A cell's facts, written by hand."""

from pathlib import Path

import pandas as pd

from kvstudy.contracts.files import FACTS_LIST, write_list
from kvstudy.contracts.table import Table


def write_facts(cell: Path, *tables: tuple[Table, list[dict] | pd.DataFrame]) -> None:
    """Write the rows of some tables as the only part of a cell, and its list."""
    for table, rows in tables:
        table.write(rows, cell / table.name / "part.parquet")
    write_list(cell / FACTS_LIST, [f"{table.name}/part.parquet" for table, _ in tables])


def facts_bytes(cell: Path) -> dict[str, bytes]:
    """The bytes of every file of a cell's tables."""
    return {str(path.relative_to(cell)): path.read_bytes() for path in cell.glob("*/*.parquet")}
