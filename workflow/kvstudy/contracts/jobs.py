"""The file that tells jobs what a study wants of them. Its name is a hash of what it holds, and it never changes."""

import json
from collections.abc import Sequence
from pathlib import Path

from kvstudy.contracts.canonical import canonical, hashed
from kvstudy.contracts.files import atomic


def jobs_path(folder: Path | str, jobs: dict[str, dict]) -> Path:
    """The file of these jobs, whether it is there or not.

    Parameters
    ----------
    folder : Path or str
    jobs : dict
        Name of a cell, or analysis/<name> -> all that a job must know to make it.
    """
    return Path(folder, f"{hashed(jobs)[:24]}.json")


def write_jobs(folder: Path | str, jobs: dict[str, dict]) -> Path:
    """Write the file of these jobs where it is not there yet; returns its path."""
    path = jobs_path(folder, jobs)
    if not path.exists():
        with atomic(path) as temporary:
            temporary.write_text(canonical(jobs), encoding="utf-8")
    return path


def read_jobs(path: Path, names: Sequence[str]) -> list[dict]:
    """The jobs of these names, in their order."""
    jobs = json.loads(path.read_bytes())
    return [jobs[name] for name in names]
