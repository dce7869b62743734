"""What every table's command line shares: reading its inputs and writing its three files."""

import argparse
from pathlib import Path

import pandas as pd

from kvstudy.contracts import published
from kvstudy.contracts.files import atomic
from kvstudy.contracts.table import Table
from kvstudy.tables.document import Document

LISTS = {"published": published.read, "published_sizes": published.read_sizes}


def arguments(
    module: str, doc: str, *tables: Table, lists: tuple[str, ...], argv: list[str] | None
) -> tuple[dict, Path]:
    """Parse the command line and read its tables.

    Returns
    -------
    dict
        Name of the table or list -> its rows.
    pathlib.Path
        Path of the outputs without suffix.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc.splitlines()[0])
    for table in tables:
        parser.add_argument(f"--{table.name}", type=Path, required=True, help=f"Parquet file: {table.doc}")
    for name in lists:
        parser.add_argument(f"--{name}", type=Path, required=True, help="CSV file: numbers printed in the papers")
    parser.add_argument("--out", type=Path, required=True, help="path without suffix; .csv, .html and .tex are written")
    parsed = parser.parse_args(argv)
    frames = {table.name: table.read(getattr(parsed, table.name)) for table in tables}
    return frames | {name: LISTS[name](getattr(parsed, name)) for name in lists}, parsed.out


def write(stem: Path, contract: Table, frame: pd.DataFrame, document: Document) -> None:
    """Write <stem>.csv, its rows checked against `contract`, and the document as <stem>.html and <stem>.tex."""
    contract.check(frame, str(stem))
    texts = {
        ".csv": frame.to_csv(index=False, lineterminator="\n"),
        ".html": document.html(),
        ".tex": document.latex(),
    }
    for suffix, text in texts.items():
        with atomic(stem.with_name(stem.name + suffix)) as path:
            path.write_text(text, encoding="utf-8")
