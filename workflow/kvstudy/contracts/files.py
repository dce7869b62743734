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


def write_list(path: Path, names: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Write the sha256 of some files of the folder of `path`, as the last of its files: a folder that has it is whole.

    Snakemake follows a cell by its list instead of by each of its tables; equal tables make an equal list. Files
    `beside` them must be there and may differ: they have no sha256 in the list.
    """
    files = {name: checksum(path.parent / name) for name in sorted(names)} | dict.fromkeys(beside)
    with atomic(path) as temporary:
        temporary.write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")


def changed(path: Path) -> list[Path]:
    """The files that are not what the list in `path` says; the list itself when it cannot be read, none without one."""
    return [file for file, digest in listed(path).items() if not _holds(file, digest)]


def touched(path: Path) -> bool:
    """Whether the list in `path` or a file of it may be damaged: the cheap question before `changed`.

    That is when a file is gone or newer than the list, or the list itself cannot be read.
    """
    if not path.is_file():
        return False
    made, files = path.stat().st_mtime_ns, listed(path)
    return path in files or any(not file.is_file() or file.stat().st_mtime_ns > made for file in files)


def listed(path: Path) -> dict[Path, str | None]:
    """File -> sha256, from the list in `path`; the list itself when it cannot be read, nothing without one."""
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"].items()
        return {path.parent / name: digest for name, digest in files}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {path: ""}


def _holds(file: Path, digest: str | None) -> bool:
    return file.is_file() and (digest is None or checksum(file) == digest)
