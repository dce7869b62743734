import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kvstudy.contracts.files import write_list
from kvstudy.recovery.damage import remove_damaged, remove_touched


@pytest.fixture
def results(tmp_path):
    """A model, the facts and scores of a cell, an analysis and a shard, all whole."""
    listed = {
        "models/m": "materialised.json",
        "s/cells/c": "facts.json",
        "s/scores/c": "scores.json",
    }
    for folder in (*listed, "s/analysis", "s/work/shard"):
        (tmp_path / folder).mkdir(parents=True)
        pq.write_table(pa.table({"a": [1, 2]}), tmp_path / folder / "t.parquet")
    for folder, name in listed.items():
        write_list(tmp_path / folder / name, ["t.parquet"])
    return tmp_path


def truncate(path):
    path.write_bytes(path.read_bytes()[:20])


def test_nothing_is_wrong_with_what_is_whole(results):
    assert remove_damaged(results, "s", ["m"]) == {}


@pytest.mark.parametrize(
    ("folder", "removed"),
    [
        ("models/m", "materialised.json"),
        ("s/cells/c", "facts.json"),
        ("s/scores/c", "scores.json"),
        ("s/analysis", "t.parquet"),
    ],
)
@pytest.mark.parametrize("harm", [truncate, lambda path: path.write_bytes(b"")])
def test_a_damaged_file_is_named_and_what_stands_for_it_removed(results, folder, removed, harm):
    harm(results / folder / "t.parquet")
    found = remove_damaged(results, "s", ["m"])
    assert list(found) == [str(results / folder / removed)]
    assert found[str(results / folder / removed)].startswith(f"{results / folder}/t.parquet is damaged: ")
    assert not (results / folder / removed).exists()
    assert remove_damaged(results, "s", ["m"]) == {}


def test_a_table_that_somebody_deleted_is_made_again_with_its_cell(results):
    (results / "s/cells/c/t.parquet").unlink()
    assert list(remove_damaged(results, "s", ["m"])) == [str(results / "s/cells/c/facts.json")]


def test_shards_are_left_to_the_cells(results):
    truncate(results / "s/work/shard/t.parquet")
    assert remove_damaged(results, "s", ["m"]) == {}


def test_a_run_begins_with_a_look_at_what_is_newer_than_its_list_or_gone(results):
    cell, score, model = (results / name / "t.parquet" for name in ("s/cells/c", "s/scores/c", "models/m"))
    os.utime(cell)  # newer, and the same
    truncate(score)
    flipped = bytearray(model.read_bytes())
    flipped[10] ^= 1
    model.write_bytes(flipped)
    os.utime(model, (0, 0))  # not newer: left to the jobs that read it
    assert list(remove_touched(results, "s", ["m"])) == [str(results / "s/scores/c/scores.json")]
    cell.unlink()
    assert list(remove_touched(results, "s", ["m"])) == [str(results / "s/cells/c/facts.json")]
    assert list(remove_damaged(results, "s", ["m"])) == [str(results / "models/m/materialised.json")]
