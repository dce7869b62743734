"""The cells of a bundle, scored one after the other."""

import sys
from collections.abc import Callable
from pathlib import Path

from kvstudy.contracts.files import SCORES_LIST, write_list
from kvstudy.contracts.table import Table
from kvstudy.metrics.ratio import RatioError


def score_bundle(
    jobs: list[dict], score: Callable[[dict, Path], object], tables: dict[str, Table], facts: Path, out: Path
) -> None:
    """Write the tables of scores of each cell; a policy that missed its ratio ends the program with a message.

    Parameters
    ----------
    jobs : list of dict
        The cells' jobs, as the plan writes them.
    score : callable
        From a cell's job and its folder of facts to an object with the rows of each table under the table's name.
    tables : dict
        Name of the file -> contract of the table.
    facts, out : pathlib.Path
        Folders with a folder a cell.
    """
    for job in jobs:
        try:
            scores = score(job, facts / job["cell"])
        except RatioError as error:
            sys.exit(str(error))
        for name, table in tables.items():
            table.write(getattr(scores, name), out / job["cell"] / f"{name}.parquet")
        write_list(out / job["cell"] / SCORES_LIST, [f"{name}.parquet" for name in tables])
