"""Lists of the checksums of a folder's files, read again: which of the files are not what was written."""

import json
import os
from contextlib import suppress
from pathlib import Path

from kvstudy.contracts.files import checksum


def changed(path: Path) -> list[Path]:
    """The files that are not what the list in `path` says; the list itself when it cannot be read, none without one."""
    return [file for file, digest in listed(path).items() if not _holds(file, digest)]


def touched(path: Path) -> bool:
    """Whether the list in `path` or a file of it may be damaged: the cheap question before `changed`.

    That is when a file is gone or came there after the list, or the list itself cannot be read. When it came there is
    not its time of writing, which a copy keeps, but that of its last change of any kind (ctime).
    """
    if not path.is_file():
        return False
    made, files = path.stat().st_ctime_ns, listed(path)
    return path in files or any(_changed_after(made, file) for file in files)


def _changed_after(moment: int, file: Path) -> bool:
    try:
        return file.stat().st_ctime_ns > moment
    except OSError:  # it is gone
        return True


def looked_at(path: Path) -> None:
    """Note that all files of the list were read and are whole: what came there before is touched no longer."""
    found = path.stat()
    with suppress(PermissionError):  # another's file: it is looked at again the next time
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))  # which changes its ctime


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
