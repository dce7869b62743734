"""Parts: a cell's facts for a range of contexts of one dataset and regime, each written once.

A part is a file in the folder of each table in which it has rows, and a record in the folder `parts`. The record is
written last: a part that has one is whole. Its name is a hash of everything that its facts depend on; so a resumed job,
a job with one dataset more, or a job in another bundle finds it, and one with another version of the facts, or another
passage, does not.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from kvstudy.cells.facts import FACTS
from kvstudy.contracts.canonical import hashed
from kvstudy.contracts.files import FACTS_LIST, RECORD, atomic, checksum, write_list
from kvstudy.contracts.vocabulary import FAILED

RECORDS = "parts"
FIRST, MOST = 4, 64  # contexts of the first part, and of the longest
OF_PROMPTS = 16  # the most of system prompts, whose requests are answered at length
CHARACTERS = 400_000  # of the passages of a part, unless one passage alone has more


def ranges(characters: Sequence[int], most: int = MOST) -> Iterator[tuple[int, int]]:
    """Where the parts of a dataset begin and end: 4, 4, 8, 16, 32, 64, 64, ... contexts, fewer where they are long.

    They follow from the passages alone, and from none that come later: more passages only add parts, or make the last
    one longer.

    Parameters
    ----------
    characters : sequence of int
        Lengths of the passages, in the dataset's order.
    most : int
        Contexts of the longest part.
    """
    start = 0
    while start < len(characters):
        last = min(start + min(max(start, FIRST), most), len(characters))
        end, total = start + 1, characters[start]
        while end < last and total + characters[end] <= CHARACTERS:
            total += characters[end]
            end += 1
        yield start, end
        start = end


def part_name(identity: dict) -> str:
    """The hash of what a part depends on."""
    return hashed(identity)[:24]


def record_path(cell: Path, name: str) -> Path:
    """Where the record of a part of a cell is."""
    return cell / RECORDS / f"{name}.json"


def read_record(cell: Path, name: str) -> dict:
    """The record of a part: its `files` with their sha256, whether memory ran out, and what it cost."""
    return json.loads(record_path(cell, name).read_text(encoding="utf-8"))


def names_of(cell: Path) -> set[str]:
    """The names of all parts that a cell has, whole or damaged, of any config."""
    return {path.stem for path in (cell / RECORDS).glob("[!.]*.json")}


def is_finished(cell: Path, name: str) -> bool:
    """Whether a part is whole and none of its contexts ran out of memory; a damaged one is named and forgotten."""
    try:
        record = read_record(cell, name)
        wrong = [file for file, digest in record["files"].items() if checksum(cell / file) != digest]
        if wrong:
            raise ValueError(f"not what was written: {', '.join(wrong)}")
        return not record["out_of_memory"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"The part {name} of {cell.name} is damaged and computed again: {error}", file=sys.stderr, flush=True)
        record_path(cell, name).unlink()
        return False


def write_part(cell: Path, name: str, facts: dict[str, pd.DataFrame], cost: dict) -> None:
    """Write the tables of a part that have rows, then its record.

    Parameters
    ----------
    cell : Path
        The cell's folder.
    name : str
    facts : dict
        Name of a table -> its rows.
    cost : dict
        What it took, for the record.
    """
    files = {f"{table}/{name}.parquet": rows for table, rows in facts.items() if len(rows)}
    for file, rows in files.items():
        FACTS[Path(file).parent.name].write(rows, cell / file)
    record = {
        "files": {file: checksum(cell / file) for file in files},
        "out_of_memory": bool((facts["states"]["state"] == "out_of_memory").any()),
        **cost,
    }
    with atomic(record_path(cell, name)) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def files_of(cell: Path, names: Sequence[str]) -> list[str]:
    """The files of some parts, relative to the cell's folder."""
    return [file for name in names for file in read_record(cell, name)["files"]]


def list_parts(cell: Path, names: Sequence[str]) -> None:
    """Write the list of the files of a cell's parts; it is the last file of a cell, and stands for all of them.

    What was written in place of the facts of a cell that failed goes, where these are no longer it.
    """
    if FAILED not in names:
        for path in cell.glob(f"*/{FAILED}.*"):
            path.unlink()
    write_list(cell / FACTS_LIST, files_of(cell, names), beside=[RECORD])
