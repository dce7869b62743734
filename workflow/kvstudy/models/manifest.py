"""What a model's folder holds, as its manifest says, and whether it still does."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from kvstudy.contracts.files import checksum, contents

MANIFEST = "materialised.json"
WEIGHTS = ".safetensors"
LARGE = 1_000_000_000  # bytes; as profiles/default has it, a larger file is not read to see whether it has changed


def write_manifest(folder: Path, name: str, source: dict) -> None:
    """Write down where a model came from, the sha256 of every file, and that of what heads each file of weights."""
    files = {file.name: checksum(file) for file in sorted(folder.iterdir())}
    heads = {name: head(folder / name) for name in files if name.endswith(WEIGHTS)}
    manifest = {"name": name, "source": source, "files": files, "heads": heads}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def load_manifest(folder: Path) -> dict:
    """What the model's folder holds: name, source, and the hashes of its files."""
    return json.loads((folder / MANIFEST).read_text())


def differing(folder: Path) -> list[str]:
    """The files that are gone, new, or not what the manifest says; of weights only the size and the head are read."""
    manifest = load_manifest(folder)
    written = manifest["files"] | manifest["heads"]
    there = [file for file in folder.iterdir() if file.name != MANIFEST and not file.name.startswith(".")]
    there = [file for file in there if file.is_file()]  # not a link to what is gone
    found = {file.name: head(file) if file.suffix == WEIGHTS else checksum(file) for file in there}
    return sorted(name for name in written.keys() | found.keys() if written.get(name) != found.get(name))


def seen(files: Iterable[str]) -> str:
    """sha256 of what can be seen at once of a model's files: of weights that are too large to read, head and time."""
    paths = [Path(file) for file in files]
    large = [file for file in paths if file.suffix == WEIGHTS and file.stat().st_size > LARGE]
    lines = [f"{head(file)}  {file.name}  {file.stat().st_mtime_ns}" for file in large]
    lines.append(contents(file for file in paths if file not in large))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def head(file: Path) -> str:
    """sha256 of a safetensors file's size and of its head: name, type, shape and place of every tensor."""
    size = file.stat().st_size
    with file.open("rb") as content:
        length = content.read(8)
        read = content.read(min(int.from_bytes(length, "little"), size))
    return hashlib.sha256(f"{size} ".encode() + length + read).hexdigest()
