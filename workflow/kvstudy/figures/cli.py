"""The command line that every figure shares."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from kvstudy.contracts.table import Table
from kvstudy.figures import style


def render(draw: Callable[..., Figure], stem: Path, **frames: object) -> None:
    """Draw one figure with the house style alone, whatever the user's own matplotlib settings, and save it."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style.SETTINGS)
        style.save(draw(**frames), stem)


def run(
    draw: Callable[..., Figure], *tables: Table, metrics: Iterable[str] | None = None, argv: list[str] | None = None
) -> None:
    """Read the tables named on the command line, draw, and write <out>.svg, <out>.pdf and <out>.png.

    Parameters
    ----------
    draw : callable
        Takes one data frame a table, as keyword arguments named like the tables.
    *tables : Table
        The contracts of the tables that the figure needs; each is read from the file given as --<name>.
    metrics : iterable of str, optional
        The metrics that are read, of tables that are too long to be read as a whole; left out, all.
    argv : list of str, optional
        Instead of the process's own arguments.
    """
    parser = argparse.ArgumentParser(description=draw.__doc__.splitlines()[0])
    for table in tables:
        parser.add_argument(f"--{table.name}", type=Path, required=True, help=f"Parquet file: {table.doc}")
    parser.add_argument("--out", type=Path, required=True, help="path without suffix; .svg, .pdf and .png are written")
    arguments = parser.parse_args(argv)
    filters = [("metric", "in", list(metrics))] if metrics else None
    frames = {table.name: table.read(getattr(arguments, table.name), filters) for table in tables}
    render(draw, arguments.out, **frames)
