"""The files of a model or a dataset from the Hugging Face hub, or from its cache on this machine."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

PATIENCE = 5  # seconds for the hub's first answer; behind some firewalls there is none, and a download has no limit

WRITTEN = {"model": "source: {path: FOLDER}", "dataset": "rows: {path: FOLDER}, as JSONL"}  # in a config


class NotThere(LookupError):
    """A repository that cannot be had; the message says why, and what to do."""


def snapshot(
    kind: Literal["model", "dataset"],
    repository: str,
    revision: str,
    patterns: dict[str, list[str] | str],
    lacking: Callable[[Path], str | None],
) -> Path:
    """The folder of one revision in the hub's cache (HF_HOME says where), with what is missing there downloaded.

    Where the hub does not answer, the cache is taken as it is, if it is lacking nothing.

    Parameters
    ----------
    kind, repository, revision : str
    patterns : dict
        `allow_patterns` and `ignore_patterns`: which of its files.
    lacking : callable
        From a folder to what it lacks, or None.

    Raises
    ------
    NotThere
    """
    from httpx import HTTPError
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    what = {"repo_type": kind, "revision": revision, **patterns}
    try:
        HfApi().repo_info(repository, repo_type=kind, revision=revision, timeout=PATIENCE)
        folder = Path(snapshot_download(repository, **what))
        if lacks := lacking(folder):
            raise NotThere(f"{repository} at revision {revision}: {lacks}")
        return folder
    except (HTTPError, OSError) as error:
        try:
            cached = Path(snapshot_download(repository, local_files_only=True, **what))
        except LocalEntryNotFoundError:
            cached = None
        if cached is None or lacking(cached):
            raise NotThere(f"{repository} at revision {revision}: {reason(error, WRITTEN[kind])}") from None
        return cached


def reason(error: Exception, written: str) -> str:
    """Why the hub did not give a repository, and what to do, in one line; `written` names a folder instead."""
    from huggingface_hub.constants import HF_HUB_CACHE
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        return "the hub gives it only to who has accepted its terms; do so on its page there, and set HF_TOKEN"
    if isinstance(error, RepositoryNotFoundError):
        return "the hub has no such repository, or a private one; for that set HF_TOKEN"
    if isinstance(error, RevisionNotFoundError):
        return "the hub has the repository, but no such revision"
    told = f"{type(error).__name__}: {error}".partition("\n")[0]
    return (
        f"it cannot be downloaded ({told}), and the cache {HF_HUB_CACHE} does not hold all of it; without a network "
        f"fill that cache elsewhere (HF_HOME says where it is), or name a folder that holds it as {written}"
    )


def link(origin: Path, target: Path) -> None:
    """Link a file of the cache, or copy it where it cannot be linked."""
    try:
        os.link(origin.resolve(), target)  # in the cache itself it is a symbolic link
    except OSError:
        shutil.copyfile(origin, target)
