"""Files whose time is yet to come, by a clock that was wrong, or in an archive of a machine whose clock was."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.plan.cells import cells, models

SLACK = 1  # seconds by which clocks may differ
OF_CELLS = ("cells", "scores")


def set_back(results: Path, study: Study) -> None:
    """Let files of a study that are from the future be from now, and say so.

    Snakemake takes what is made from them for older than they are, calls its job a failed one, and removes it.
    """
    now = time.time()
    ahead = [path for path in _followed(results, study) if path.stat().st_mtime > now + SLACK]
    for path in ahead:
        with suppress(PermissionError):  # another's file
            os.utime(path)
    if ahead:
        print(f"{len(ahead)} files have a time that is yet to come, {ahead[0]} first: is a clock wrong?", flush=True)
        print("It is set to now.", flush=True)


def _followed(results: Path, study: Study) -> Iterator[Path]:
    """The files of a study that Snakemake follows, and others beside them; of cells and scores not their tables."""
    folder = results / study.study
    of_cells = [folder / top / cell.id for top in OF_CELLS for cell in cells(study)]
    others = (path for path in folder.glob("*/") if path.name not in OF_CELLS)
    of_models = [results / "models" / model for model in models(study)]
    for each in (folder, *(folder / top for top in OF_CELLS), *of_cells, *of_models):
        yield from _files(each.glob("[!.]*"))
    for each in others:
        yield from _files(each.rglob("[!.]*"))


def _files(paths: Iterator[Path]) -> Iterator[Path]:
    return (path for path in paths if path.is_file() and not path.is_symlink())
