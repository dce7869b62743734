"""An analysis: what estimates or compares, the table that comes of it, and what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import ROUTING

CELL = ["experiment", "model", "policy", "ratio"]
AT_ONCE = 100  # cells


@dataclass(frozen=True)
class Results:
    """The results of a study that an analysis reads, and what the study's config says for it.

    Parameters
    ----------
    folder : pathlib.Path
        The study's results.
    resources : pathlib.Path
        The folder of the papers' own numbers.
    settings : dict
        Values by name; which ones there are, `kvstudy.plan.analyses` says of every analysis.
    """

    folder: Path
    resources: Path
    settings: dict

    @property
    def cells(self) -> pd.DataFrame:
        """The table of cells."""
        return CELLS.read(self.folder / "cells.parquet")

    @property
    def bootstrap(self) -> Bootstrap:
        """How intervals are made."""
        return Bootstrap(*(self.settings[name] for name in ("resamples", "confidence", "seed")))

    def tables(self, tables: tuple[Table, ...]) -> dict[str, pd.DataFrame]:
        """Name -> rows, of those of some analyses' tables that the study has."""
        here = [table for table in tables if table.name in self.settings["tables"]]
        return {table.name: table.read(self.folder / f"analysis/{table.name}.parquet") for table in here}


@dataclass(frozen=True)
class Analysis:
    """An analysis of anything in the results; a module `kvstudy.analysis.<name>` holds one as ANALYSIS.

    Parameters
    ----------
    make : callable
        From `Results` to the rows.
    table : Table
        The contract of the rows.
    """

    make: Callable[[Results], pd.DataFrame | list[dict]]
    table: Table

    def write(self, results: Results, out: Path) -> None:
        """Write the table."""
        self.table.write(self.make(results), out)


@dataclass(frozen=True)
class OfScores:
    """An analysis of the scores of an experiment's cells; a module may hold one as ANALYSIS.

    Parameters
    ----------
    estimate : callable
        From the table of cells, the folder with a folder of scores a cell, and the bootstrap, to the rows.
    table : Table
        The contract of the rows.
    experiment : str
        Whose cells are analysed.
    by_cell : bool
        Whether each row is of one cell and depends on that cell alone: then a few cells are in memory at a time. The
        table's key begins with what tells cells apart, `CELL`.
    more : mapping of str to callable
        Further arguments of `estimate`: name -> what makes it of the results.
    """

    estimate: Callable[..., pd.DataFrame | list[dict]]
    table: Table
    experiment: str = ROUTING
    by_cell: bool = False
    more: Mapping[str, Callable[[Results], object]] = field(default_factory=dict)

    def write(self, results: Results, out: Path) -> None:
        """Analyse the cells, and write the table."""
        more = {name: make(results) for name, make in self.more.items()}
        cells = results.cells
        cells = cells[cells["experiment"] == self.experiment].sort_values(CELL)
        step = AT_ONCE if self.by_cell else max(len(cells), 1)
        with self.table.writing(out) as write:
            for start in range(0, max(len(cells), 1), step):
                some = cells[start : start + step]
                write(self.estimate(some, results.folder / "scores", results.bootstrap, **more))
