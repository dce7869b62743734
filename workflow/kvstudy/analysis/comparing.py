"""The command line of what compares the study with the papers: its set-up, and those tables that it has."""

import argparse
from pathlib import Path

import pandas as pd

from kvstudy.contracts.table import Table
from kvstudy.plan.setup import read


def arguments(
    module: str, doc: str, tables: tuple[Table, ...], argv: list[str] | None, *files: str
) -> tuple[argparse.Namespace, dict[str, pd.DataFrame]]:
    """Parse the command line and read its tables.

    Parameters
    ----------
    module, doc : str
        Name of the module, and its docstring, whose first line is the help text.
    tables : tuple of Table
        Those that may be given as --<name>; a study without an experiment has not all of them.
    argv : list of str or None
        Instead of the process's own arguments.
    *files : str
        Names of further files that must be given.

    Returns
    -------
    argparse.Namespace
        setup, out and the further files.
    dict of str to pandas.DataFrame
        Name -> rows, of the tables that were given.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc.splitlines()[0])
    for name in files:
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--setup", type=read, required=True, help="the study's set-up as JSON")
    for table in tables:
        parser.add_argument(f"--{table.name}", type=Path, help=f"Parquet file: {table.doc}")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    parsed = parser.parse_args(argv)
    paths = {table: getattr(parsed, table.name) for table in tables}
    return parsed, {table.name: table.read(path) for table, path in paths.items() if path}
