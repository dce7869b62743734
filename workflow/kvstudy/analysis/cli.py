"""The command line that the analyses of scores share."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import ROUTING

CELL = ["experiment", "model", "policy", "ratio"]
AT_ONCE = 100  # cells


def run(
    analyse: Callable[..., pd.DataFrame | list[dict]],
    table: Table,
    doc: str,
    experiment: str = ROUTING,
    by_cell: bool = False,
    **options: Callable[[str], object],
) -> None:
    """Read the arguments, analyse the cells of one experiment, write the table.

    Parameters
    ----------
    analyse : callable
        From the table of cells, the folder with a folder of scores a cell, and the bootstrap, to rows.
        It takes what `options` name as keyword arguments.
    table : Table
        The contract of the rows.
    doc : str
        The module's docstring; its first line is the help text.
    experiment : str, optional
        Whose cells are analysed.
    by_cell : bool, optional
        Whether each row is of one cell and depends on that cell alone: then a few cells are in memory at a time. The
        table's key begins with what tells cells apart, `CELL`.
    **options : callable
        Further options of the command: name -> what reads its text.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True, help="table of cells")
    parser.add_argument("--scores", type=Path, required=True, help="folder with one folder of scores a cell")
    parser.add_argument("--resamples", type=int, required=True)
    parser.add_argument("--confidence", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    for name, read in options.items():
        parser.add_argument(f"--{name}", type=read, required=True)
    arguments = parser.parse_args()
    bootstrap = Bootstrap(arguments.resamples, arguments.confidence, arguments.seed)
    given = {name: getattr(arguments, name) for name in options}
    cells = CELLS.read(arguments.cells)
    cells = cells[cells["experiment"] == experiment].sort_values(CELL)
    step = AT_ONCE if by_cell else max(len(cells), 1)
    with table.writing(arguments.out) as write:
        for start in range(0, max(len(cells), 1), step):
            write(analyse(cells[start : start + step], arguments.scores, bootstrap, **given))
