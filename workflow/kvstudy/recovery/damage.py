"""Files of a study that are not what was written: truncated, or with a flipped bit.

They are found when a job fails, named and removed, so that they are made again.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kvstudy.models.materialise import MANIFEST, checksum


def remove_damaged(results: Path, study: str, models: list[str]) -> dict[str, str]:
    """Remove every damaged table of a study, and the manifest of every model with a damaged file.

    Returns
    -------
    dict of str to str
        What was removed, and a line that names the damaged file and says what is wrong with it.
    """
    found = {}
    for path, reason in damaged_tables(results / study):
        path.unlink()
        found[str(path)] = f"{path} is damaged: {reason}"
    for model in models:
        manifest = results / "models" / model / MANIFEST
        if wrong := damaged_files(manifest.parent):
            manifest.unlink(missing_ok=True)
            found[str(manifest)] = f"{', '.join(map(str, wrong))} is damaged: it is not what was copied"
    return found


def damaged_tables(folder: Path) -> Iterator[tuple[Path, str]]:
    """Tables under `folder` that cannot be read whole, with the reason; shards are left to the cells' own check."""
    for path in sorted(folder.rglob("*.parquet")):
        if (folder / "work") not in path.parents and (reason := damage(path)):
            yield path, reason


def damage(path: Path) -> str:
    """What is wrong with the bytes of a Parquet file; empty when nothing is."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for _ in file.iter_batches():
                pass
    except (pa.ArrowException, OSError) as error:
        return str(error).splitlines()[0]
    return ""


def damaged_files(model: Path) -> list[Path]:
    """The files of a materialised model whose bytes are not those of its manifest."""
    try:
        files = json.loads((model / MANIFEST).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError):
        return [model / MANIFEST]
    return [model / name for name, digest in files.items() if not _holds(model / name, digest)]


def _holds(file: Path, digest: str) -> bool:
    return file.is_file() and checksum(file) == digest
