"""Writing a table at once and in parts."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kvstudy.contracts import table
from kvstudy.contracts.table import INT, TEXT, Column, ContractError, Table

TABLE = Table("pairs", (Column("name", TEXT), Column("count", INT, low=0)), key=("name",))


def row(name, count=1):
    return {"name": name, "count": count}


def test_a_table_written_in_parts_holds_the_same_rows(tmp_path):
    TABLE.write([row("c"), row("b"), row("a")], tmp_path / "whole.parquet")
    with TABLE.writing(tmp_path / "parts.parquet") as write:
        write([row("b"), row("a")])
        write([])
        write([row("c")])
    whole, parts = (TABLE.read(tmp_path / f"{name}.parquet") for name in ("whole", "parts"))
    pd.testing.assert_frame_equal(whole, parts)
    assert pq.ParquetFile(tmp_path / "whole.parquet").num_row_groups == 1


def test_one_part_is_the_same_bytes_as_the_whole(tmp_path):
    TABLE.write([row("b"), row("a")], tmp_path / "whole.parquet")
    with TABLE.writing(tmp_path / "part.parquet") as write:
        write([row("a"), row("b")])
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "part.parquet").read_bytes()


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_part_whose_keys_do_not_come_later_is_refused_and_leaves_no_file(tmp_path, name):
    with (
        pytest.raises(ContractError, match=rf"the key \('{name}',\) comes after \('b',\)"),
        TABLE.writing(tmp_path / "parts.parquet") as write,
    ):
        write([row("b")])
        write([row(name)])
    assert list(tmp_path.iterdir()) == []


def test_every_part_is_checked(tmp_path):
    with pytest.raises(ContractError, match="count"), TABLE.writing(tmp_path / "parts.parquet") as write:
        write([row("a")])
        write([row("b", count=-1)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", [1, 2, 3, 100])
@pytest.mark.parametrize("names", ["aab", "abb", "abccd", "abcdd"])
def test_reading_finds_equal_keys_wherever_a_part_ends(tmp_path, monkeypatch, part, names):
    monkeypatch.setattr(table, "PART", part)
    frame = pd.DataFrame([row(name) for name in names])
    pq.write_table(pa.Table.from_pandas(frame, TABLE.schema, preserve_index=False), tmp_path / "t.parquet")
    with pytest.raises(ContractError, match="unique"):
        TABLE.read(tmp_path / "t.parquet")


def test_a_missing_text_is_none(tmp_path):
    optional = Table("pairs", (Column("name", TEXT), Column("note", TEXT, optional=True)), key=("name",))
    optional.write([{"name": "a", "note": None}, {"name": "b", "note": "x"}], tmp_path / "t.parquet")
    assert optional.read(tmp_path / "t.parquet")["note"].tolist() == [None, "x"]


def test_texts_are_read_as_texts(tmp_path):
    TABLE.write([row("a"), row("b")], tmp_path / "t.parquet")
    assert TABLE.read(tmp_path / "t.parquet")["name"].tolist() == ["a", "b"]
    assert TABLE.read(tmp_path / "t.parquet")["name"].dtype == object
    assert TABLE.read(tmp_path / "t.parquet", [("name", "in", ["b"])])["name"].tolist() == ["b"]
