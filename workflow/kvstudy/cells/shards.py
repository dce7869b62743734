"""Shards: a cell's work in pieces that survive a kill.

A shard is a folder with one file a facts table. It appears in one step when all of them are written, under a name that
is a hash of everything its content depends on; so a resumed job, a job with one dataset more, or a job in another
bundle finds it, and one with another version of the facts, or another passage, does not.
"""

import hashlib
import json
import shutil
import sys
import uuid
from pathlib import Path

import pandas as pd

from kvstudy.cells.facts import FACTS, Facts
from kvstudy.contracts.table import ContractError

COST = "cost.json"
INCOMPLETE = "out_of_memory"  # marks a shard in which memory ran out: the next run computes it again


def shard_name(identity: dict) -> str:
    """A shard's folder name: the hash of what it depends on."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:24]


def is_finished(folder: Path) -> bool:
    """Whether a shard is there and none of its contexts ran out of memory."""
    return folder.is_dir() and not (folder / INCOMPLETE).exists()


def is_whole(folder: Path) -> bool:
    """Whether a finished shard can be read; a damaged one is named and removed."""
    try:
        read_costs([folder])
        for name, table in FACTS.items():
            table.read(folder / f"{name}.parquet")
    except (ContractError, OSError, ValueError) as error:
        print(f"The shard {folder.name} is damaged and computed again: {error}", file=sys.stderr, flush=True)
        shutil.rmtree(folder)
        return False
    return True


def write_shard(folder: Path, facts: Facts, cost: dict) -> None:
    """Write every table of a shard, then let the folder appear; an incomplete one that is there makes room."""
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    temporary.mkdir(parents=True)
    try:
        for name, table in FACTS.items():
            table.write(facts.table(name), temporary / f"{name}.parquet")
        (temporary / COST).write_text(json.dumps(cost, sort_keys=True))
        if (facts.table("states")["state"] == "out_of_memory").any():
            (temporary / INCOMPLETE).touch()
        if not is_finished(folder):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            temporary.rename(folder)
        except OSError:  # another cell with the same facts was faster
            if not is_finished(folder):
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_costs(folders: list[Path]) -> list[dict]:
    """What every shard cost when it was computed, whichever run that was."""
    return [json.loads((folder / COST).read_text()) for folder in folders]


def merge(folders: list[Path], cell: str, out: Path) -> dict[str, pd.DataFrame]:
    """Write the cell's tables from its shards; returns them."""
    merged = {}
    for name, table in FACTS.items():
        frames = [table.read(folder / f"{name}.parquet") for folder in folders]
        frames = [frame for frame in frames if len(frame)]
        columns = [column.name for column in table.columns]
        merged[name] = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
        table.write(merged[name].assign(cell=cell), out / f"{name}.parquet")
    return merged
