"""What stands in place of the outputs of jobs that failed at every attempt: tables without rows."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import SCORES_LIST, write_list
from kvstudy.plan.cells import Cell, cells, told

# What writes tables takes seconds to load, and only a study in which jobs fail needs it: so it is imported where used.


def facts(study: Study, path: Path, reason: str) -> None:
    """The facts of a cell: a state with the reason for each context, and no answers."""
    from kvstudy.cells.failed import write_failed
    from kvstudy.cells.job import Job

    write_failed(Job.of(told(study, _cell(study, path))), path.parents[2] / "datasets", reason, path.parent)


def scores(study: Study, path: Path, reason: str) -> None:
    """The scores of a cell: none."""
    tables = import_module(f"kvstudy.scores.{_cell(study, path).experiment}").TABLES
    for name, table in tables.items():
        table.write([], path.with_name(f"{name}.parquet"))
    write_list(path.with_name(SCORES_LIST), [f"{name}.parquet" for name in tables])


def probe_names(study: Study, path: Path, reason: str) -> None:
    """How a model begins to say each name: no names."""
    from kvstudy.contracts.probes import NAMES

    NAMES.write([], path)


def probe(study: Study, path: Path, reason: str) -> None:
    """What the probes of a cell say: nothing."""
    from kvstudy.contracts.probes import PREDICTIONS

    PREDICTIONS.write([], path)


def _cell(study: Study, path: Path) -> Cell:
    return next(cell for cell in cells(study) if cell.id == path.parent.name)


WRITERS: dict[str, Callable[[Study, Path, str], None]] = {
    "cell": facts,
    "score": scores,
    "probe_names": probe_names,
    "probe": probe,
}
