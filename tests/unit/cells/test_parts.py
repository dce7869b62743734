"""How a dataset is shared out to parts, and when a part counts as finished."""

import json

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.cells.parts import CHARACTERS, MOST, is_finished, list_parts, names_of, ranges, read_record, write_part
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.parts import read_facts

LENGTHS = st.lists(st.integers(0, 2 * CHARACTERS), max_size=300)


def state(context: str, name: str = "ok", cell: str = "c") -> dict:
    """A row of the table of states."""
    row = {"cell": cell, "dataset": "base", "regime": "agnostic", "compress": "context", "context_id": context}
    tokens = {"context_tokens": 9, "region_start": 0, "region_end": 9, "achieved_ratio": 0.5}
    return {**row, "state": name, "reason": "", **tokens}


def write(cell, name, *rows):
    write_part(cell, name, {"states": pd.DataFrame(list(rows))}, {"seconds": 1.0})


def test_parts_double_up_to_their_greatest_size():
    sizes = [end - start for start, end in ranges([3000] * 300)]
    assert sizes == [4, 4, 8, 16, 32, 64, 64, 64, 44]
    assert [end - start for start, end in ranges([CHARACTERS // 10] * 40)] == [4, 4, 8, 10, 10, 4]
    assert [end - start for start, end in ranges([3000] * 50, 16)] == [4, 4, 8, 16, 16, 2]
    assert list(ranges([2 * CHARACTERS] * 2)) == [(0, 1), (1, 2)] and list(ranges([])) == []


@given(LENGTHS, LENGTHS)
def test_more_passages_only_add_parts_or_make_the_last_one_longer(lengths, more):
    found, grown = list(ranges(lengths)), list(ranges(lengths + more))
    assert [start for start, _ in found] == [start for start, _ in grown][: len(found)]
    assert found[:-1] == grown[: max(len(found) - 1, 0)]
    assert [place for start, end in found for place in range(start, end)] == list(range(len(lengths)))
    assert all(0 < end - start <= MOST for start, end in found)
    assert all(end - start == 1 or sum(lengths[start:end]) <= CHARACTERS for start, end in found)


def test_a_part_is_finished_when_its_record_is_there_and_its_files_are_what_was_written(tmp_path, capsys):
    cell = tmp_path / "c"
    assert names_of(cell) == set()
    write(cell, "p", state("one"), state("two"))
    assert (
        names_of(cell) == {"p"}
        and is_finished(cell, "p")
        and list(read_record(cell, "p")["files"]) == ["states/p.parquet"]
    )
    (cell / "states/p.parquet").write_bytes(b"half")
    assert not is_finished(cell, "p") and names_of(cell) == set()
    assert capsys.readouterr().err.splitlines() == [
        "The part p of c is damaged and computed again: not what was written: states/p.parquet"
    ]


def test_a_part_in_which_memory_ran_out_is_computed_again(tmp_path):
    write(tmp_path / "c", "p", state("one"), state("two", "out_of_memory"))
    assert not is_finished(tmp_path / "c", "p")


def test_a_table_is_what_the_list_names(tmp_path):
    """Parts of an earlier config lie there and are not read; what stood in place of a cell that failed goes."""
    cell = tmp_path / "c"
    write(cell, "b", state("one"))
    write(cell, "a", state("two"))
    write(cell, "old", state("three"))
    write(cell, "failed", state("one", "failed"), state("two", "failed"))
    list_parts(cell, ["failed"])
    assert set(read_facts(cell, STATE)["state"]) == {"failed"}
    list_parts(cell, ["b", "a"])
    assert read_facts(cell, STATE)["context_id"].tolist() == ["one", "two"]
    assert read_facts(cell, STATE, [("context_id", "in", ["two"])])["context_id"].tolist() == ["two"]
    assert sorted(path.name for path in (cell / "states").iterdir()) == ["a.parquet", "b.parquet", "old.parquet"]
    assert list(json.loads((cell / "facts.json").read_text())["files"]) == [
        "states/a.parquet",
        "states/b.parquet",
        "run.json",
    ]
