"""Files of a study that are not what was written: truncated, with a flipped bit, or gone.

A run begins with a look at the files that came there after the lists of their checksums; when a job fails, all are
read. What is damaged is named; what stands for it is promised, and then removed, so that it is made again.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, SCORES_LIST
from kvstudy.models.materialise import MANIFEST
from kvstudy.plan.cells import cells, experiments, models
from kvstudy.recovery.lists import changed, looked_at, touched

LISTED = {"cells": FACTS_LIST, "scores": SCORES_LIST}  # folders that have a folder a cell, with a list of its files


def touched_lists(results: Path, study: Study) -> dict[Path, str]:
    """The list of every cell or model one of whose files is gone, or was written again and is not the same.

    Returns
    -------
    dict of pathlib.Path to str
        What stands for the damaged files, and a line that names them.
    """
    paths = [path for path in lists(results, study) if touched(path)]
    if paths:
        print(f"Files came there after {len(paths)} lists of their checksums; they are read and compared.", flush=True)
    wrong = _wrong(paths)
    for path in set(paths) - set(wrong):
        looked_at(path)
    return wrong


def damaged(results: Path, study: Study) -> dict[Path, str]:
    """Every damaged table of a study, and the list of every cell or model with a damaged or missing file.

    Returns
    -------
    dict of pathlib.Path to str
        What is damaged or stands for it, and a line that names the damaged files and says what is wrong with them.
    """
    tables = damaged_tables(results / study.study)
    return _wrong(lists(results, study)) | {path: f"{path} is damaged: {reason}" for path, reason in tables}


def lists(results: Path, study: Study) -> list[Path]:
    """The lists of checksums of a study's cells, of their scores, and of its models."""
    of_cells = (results / study.study / top / cell.id / name for cell in cells(study) for top, name in LISTED.items())
    return [*of_cells, *(results / "models" / model / MANIFEST for model in models(study))]


def deleted(results: Path, study: Study) -> list[Path]:
    """The lists of facts, or else of scores, that are gone though there are estimates from them.

    A file that names all cells with estimates tells them from cells that have yet to run.
    """
    folder = results / study.study
    gathered = {name for experiment in experiments(study) for name in _json(folder / "scores" / f"{experiment}.json")}
    gone = []
    for cell in cells(study):
        if cell.id in gathered:
            listed = (folder / top / cell.id / name for top, name in LISTED.items())
            gone += [path for path in listed if not path.exists()][:1]  # scores follow from facts
    return gone


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # gone or damaged: Snakemake sees to it
        return {}


def _wrong(paths: list[Path]) -> dict[Path, str]:
    wrong = {path: changed(path) for path in paths}
    return {path: ", ".join(map(_harm, files)) for path, files in wrong.items() if files}


def _harm(file: Path) -> str:
    return f"{file} is damaged: it is not what was written" if file.exists() else f"{file} is gone"


def damaged_tables(folder: Path) -> Iterator[tuple[Path, str]]:
    """Tables under `folder` that cannot be read whole, and why; not those that are in a list."""
    others = {folder / name for name in LISTED}
    for path in sorted(folder.rglob("*.parquet")):
        if others.isdisjoint(path.parents) and (reason := damage(path)):
            yield path, reason


def damage(path: Path) -> str:
    """What is wrong with the bytes of a Parquet file; empty when nothing is."""
    import pyarrow as pa  # takes a second to load, and only a study in which something failed needs it
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for _ in file.iter_batches():
                pass
    except (pa.ArrowException, OSError) as error:
        return str(error).splitlines()[0]
    return ""
