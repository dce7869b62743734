"""Files whose time is yet to come, by a clock that was wrong, or in an archive of a machine whose clock was."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.recovery.damage import LISTED, lists

SLACK = 1  # seconds by which clocks may differ


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
    """The files of a study that Snakemake follows: of cells, scores and models the lists of their files."""
    folder = results / study.study
    others = (path for path in folder.glob("*/") if path.name not in LISTED)
    found = (folder.glob("*"), *((folder / top).glob("*") for top in LISTED), *(path.rglob("*") for path in others))
    yield from (path for path in chain(lists(results, study), *found) if path.is_file() and path.name[0] != ".")
