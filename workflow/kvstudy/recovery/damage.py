"""Files of a study that are not what was written: truncated, with a flipped bit, or gone.

A run begins with a look at the files that are newer than the lists of their checksums; when a job fails, all are read.
What is damaged is named, and what stands for it removed, so that it is made again.
"""

from collections.abc import Iterator
from pathlib import Path

from kvstudy.contracts.files import FACTS_LIST, SCORES_LIST, changed, touched
from kvstudy.models.materialise import MANIFEST

LISTED = {"cells": FACTS_LIST, "scores": SCORES_LIST}  # folders that have a folder a cell, with a list of its files


def remove_touched(results: Path, study: str, models: list[str]) -> dict[str, str]:
    """Remove the list of every cell or model one of whose files is gone, or was written again and is not the same.

    Returns
    -------
    dict of str to str
        What was removed, and a line that names the damaged files.
    """
    return _remove([path for path in lists(results, study, models) if touched(path)])


def remove_damaged(results: Path, study: str, models: list[str]) -> dict[str, str]:
    """Remove every damaged table of a study, and the list of every cell or model with a damaged or missing file.

    Returns
    -------
    dict of str to str
        What was removed, and a line that names the damaged file and says what is wrong with it.
    """
    found = _remove(lists(results, study, models))
    for path, reason in damaged_tables(results / study):
        path.unlink()
        found[str(path)] = f"{path} is damaged: {reason}"
    return found


def lists(results: Path, study: str, models: list[str]) -> list[Path]:
    """The lists of checksums of a study's cells, of their scores, and of its models."""
    of_cells = [path for top, name in LISTED.items() for path in sorted((results / study / top).glob(f"*/{name}"))]
    return [*of_cells, *(results / "models" / model / MANIFEST for model in models)]


def _remove(paths: list[Path]) -> dict[str, str]:
    found = {}
    for path in paths:
        if wrong := changed(path):
            path.unlink()
            found[str(path)] = f"{', '.join(map(str, wrong))} is damaged: it is not what was written"
    return found


def damaged_tables(folder: Path) -> Iterator[tuple[Path, str]]:
    """Tables under `folder` that no list names and that cannot be read whole, with the reason.

    Shards are left to the cells' own check.
    """
    others = {folder / name for name in (*LISTED, "work")}
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
