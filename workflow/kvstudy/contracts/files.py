"""Files that are written whole or not at all, and lists of a folder's files by which damage is found."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

FACTS_LIST = "facts.json"
RECORD = "run.json"  # how a cell was run, and what it cost
SCORES_LIST = "scores.json"


@contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block succeeds it becomes `path` in one step.

    A reader sees the old file or the new one, never a part; a killed writer leaves `path` as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def checksum(file: Path) -> str:
    """sha256 hex of a file, read in blocks."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def contents(files: Iterable[Path | str]) -> str:
    """sha256 hex of the names and contents of some files, in their order, whatever folders they are in."""
    read = "".join(f"{checksum(Path(file))}  {Path(file).name}\n" for file in files)
    return hashlib.sha256(read.encode()).hexdigest()


def write_list(path: Path, names: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Write the sha256 of some files of the folder of `path`, as the last of its files: a folder that has it is whole.

    Snakemake follows a cell by its list instead of by each of its tables; equal tables make an equal list. Files
    `beside` them must be there and may differ: they have no sha256 in the list.
    """
    files = {name: checksum(path.parent / name) for name in sorted(names)} | dict.fromkeys(beside)
    with atomic(path) as temporary:
        temporary.write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")
