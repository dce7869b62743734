"""A cell's tables of facts: each is a folder with a file a part, and the cell's list names the files that count."""

import json
from pathlib import Path

import pandas as pd

from kvstudy.contracts.files import FACTS_LIST
from kvstudy.contracts.table import Table


def read_facts(cell: Path, table: Table, filters: list[tuple] | None = None) -> pd.DataFrame:
    """All rows of a table of a cell, sorted by its key; those that pass pyarrow's `filters`, where there are some.

    Parts that the list does not name are of an earlier config, and are not read.

    Parameters
    ----------
    cell : Path
        The cell's folder.
    table : Table
        One of `contracts.facts`.
    filters : list of tuple, optional

    Raises
    ------
    ContractError
        As for `Table.read_parts`.
    """
    files = json.loads((cell / FACTS_LIST).read_text(encoding="utf-8"))["files"]
    return table.read_parts(cell, [file for file in files if file.startswith(f"{table.name}/")], filters)
