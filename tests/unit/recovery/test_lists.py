import os
import time

import pytest

from kvstudy.contracts.files import write_list
from kvstudy.recovery.lists import changed, looked_at, touched


@pytest.fixture
def listed(tmp_path):
    """A folder of two files and their list."""
    for name in ("b.parquet", "a.parquet"):
        (tmp_path / name).write_text(name)
    write_list(tmp_path / "facts.json", ["b.parquet", "a.parquet"])
    time.sleep(0.05)  # times of files are a few milliseconds apart, at least
    return tmp_path / "facts.json"


def test_equal_files_make_an_equal_list_in_any_order(listed):
    before = listed.read_bytes()
    write_list(listed, ["a.parquet", "b.parquet"])
    assert listed.read_bytes() == before
    assert changed(listed) == []


def test_what_is_beside_must_be_there_and_may_differ(listed):
    record = listed.with_name("run.json")
    record.write_text("1")
    write_list(listed, ["a.parquet"], beside=["run.json"])
    before = listed.read_bytes()
    record.write_text("2")
    assert changed(listed) == []
    write_list(listed, ["a.parquet"], beside=["run.json"])
    assert listed.read_bytes() == before
    record.unlink()
    assert changed(listed) == [record]


def test_what_is_changed_or_gone_is_named(listed):
    listed.with_name("a.parquet").write_text("another")
    assert changed(listed) == [listed.with_name("a.parquet")]
    listed.with_name("b.parquet").unlink()
    assert changed(listed) == [listed.with_name("a.parquet"), listed.with_name("b.parquet")]


@pytest.mark.parametrize("content", ["", '{"files"', "[]", "{}", '{"files": 1}', b"\xff"])
def test_a_list_that_cannot_be_read_is_itself_damaged(listed, content):
    listed.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert touched(listed)
    assert changed(listed) == [listed]


def test_a_file_that_was_replaced_by_an_older_one_is_touched(listed):
    other = listed.with_name("other")
    other.write_text("b")
    os.utime(other, (1, 1))
    assert not touched(listed)
    os.replace(other, listed.with_name("a.parquet"))
    assert touched(listed) and changed(listed) == [listed.with_name("a.parquet")]


def test_what_was_looked_at_is_touched_no_longer(listed):
    listed.with_name("a.parquet").chmod(0o600)
    before = listed.stat().st_mtime_ns
    assert touched(listed) and changed(listed) == []
    looked_at(listed)
    assert not touched(listed) and listed.stat().st_mtime_ns == before


def test_a_folder_without_a_list_is_not_finished_and_not_damaged(tmp_path):
    assert changed(tmp_path / "facts.json") == []


def test_there_is_no_list_of_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_list(tmp_path / "facts.json", ["a.parquet"])
    assert list(tmp_path.iterdir()) == []
