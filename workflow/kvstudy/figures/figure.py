"""A figure of the report: what draws it, the tables it is drawn from, and how it becomes files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from kvstudy.contracts.table import Table
from kvstudy.figures import style


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the report; a module `kvstudy.figures.<name>` holds one as FIGURE.

    Parameters
    ----------
    draw : callable
        Takes one data frame a table, as keyword arguments named like the tables.
    tables : tuple of Table
        The contracts of the tables that it is drawn from.
    metrics : tuple of str
        The metrics that are read, of tables that are too long to be read as a whole; empty: all.
    """

    draw: Callable[..., Figure]
    tables: tuple[Table, ...]
    metrics: tuple[str, ...] = ()

    def write(self, analysis: Path, stem: Path) -> None:
        """Read the tables, <analysis>/<table>.parquet, draw, and write <stem>.svg, <stem>.pdf and <stem>.png."""
        filters = [("metric", "in", list(self.metrics))] if self.metrics else None
        frames = {table.name: table.read(analysis / f"{table.name}.parquet", filters) for table in self.tables}
        render(self.draw, stem, **frames)


def render(draw: Callable[..., Figure], stem: Path, **frames: object) -> None:
    """Draw one figure with the house style alone, whatever the user's own matplotlib settings, and save it."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style.SETTINGS)
        style.save(draw(**frames), stem)
