"""Jobs told of their cells, and a cell's facts written by hand."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from kvstudy.contracts.files import FACTS_LIST, write_list
from kvstudy.contracts.jobs import write_jobs
from kvstudy.contracts.table import Table


def told(folder: Path, common: dict, cells: Iterable[dict]) -> list[str]:
    """The options that tell a job of some cells: what all have in common, and each of its own."""
    jobs = {cell["cell"]: {**common, **cell} for cell in cells}
    return ["--jobs", str(write_jobs(folder, jobs)), "--cells", *jobs]


def write_facts(cell: Path, *tables: tuple[Table, list[dict] | pd.DataFrame]) -> None:
    """Write the rows of some tables as the only part of a cell, and its list."""
    for table, rows in tables:
        table.write(rows, cell / table.name / "part.parquet")
    write_list(cell / FACTS_LIST, [f"{table.name}/part.parquet" for table, _ in tables])


def facts_bytes(cell: Path) -> dict[str, bytes]:
    """The bytes of every file of a cell's tables."""
    return {str(path.relative_to(cell)): path.read_bytes() for path in cell.glob("*/*.parquet")}
