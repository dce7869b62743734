"""The command line that the analyses of scores share."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.table import Table


def run(
    analyse: Callable[..., pd.DataFrame | list[dict]], table: Table, doc: str, **options: Callable[[str], object]
) -> None:
    """Read the arguments, analyse, write the table.

    Parameters
    ----------
    analyse : callable
        From the table of cells, the folder with a folder of scores a cell, and the bootstrap, to rows.
        It takes what `options` name as keyword arguments.
    table : Table
        The contract of the rows.
    doc : str
        The module's docstring; its first line is the help text.
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
    table.write(analyse(CELLS.read(arguments.cells), arguments.scores, bootstrap, **given), arguments.out)
