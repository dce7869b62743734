"""A table of the report: its rows, its document, and how they become files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kvstudy.contracts import published
from kvstudy.contracts.files import atomic
from kvstudy.contracts.table import Table
from kvstudy.tables.document import Document

LISTS = {"published": published.read, "published_sizes": published.read_sizes}


@dataclass(frozen=True)
class ReportTable:
    """A table of the report; a module `kvstudy.tables.<name>` holds one as TABLE.

    Parameters
    ----------
    rows : callable
        From one data frame a table or list, as keyword arguments named like them, to the rows.
    document : callable
        From the rows, and the lists of `beside`, to the document.
    contract : Table
        Of the rows.
    tables : tuple of Table
        The contracts of the tables that the rows are made from.
    lists, beside : tuple of str
        The lists of published numbers, of `LISTS`, that the rows are made from, and that the document shows beside.
    """

    rows: Callable[..., pd.DataFrame]
    document: Callable[..., Document]
    contract: Table
    tables: tuple[Table, ...]
    lists: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def write(self, analysis: Path, resources: Path, stem: Path) -> None:
        """Read what it is made from, and write <stem>.csv, its rows checked, and the document as .html and .tex.

        Tables are read from <analysis>/<table>.parquet, lists from <resources>/<list>.csv.
        """
        frames = {table.name: table.read(analysis / f"{table.name}.parquet") for table in self.tables}
        lists = {name: LISTS[name](resources / f"{name}.csv") for name in (*self.lists, *self.beside)}
        rows = self.rows(**frames, **{name: lists[name] for name in self.lists})
        document = self.document(rows, **{name: lists[name] for name in self.beside})
        self.contract.check(rows, str(stem))
        texts = {
            ".csv": rows.to_csv(index=False, lineterminator="\n"),
            ".html": document.html(),
            ".tex": document.latex(),
        }
        for suffix, text in texts.items():
            with atomic(stem.with_name(stem.name + suffix)) as path:
                path.write_text(text, encoding="utf-8")
