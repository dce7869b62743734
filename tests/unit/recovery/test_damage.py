import json
import os
import shutil
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kvstudy.config.load import load
from kvstudy.contracts.files import write_list
from kvstudy.plan.cells import cells
from kvstudy.recovery.damage import damaged, deleted, touched_lists
from kvstudy.recovery.lists import touched
from tests.conftest import HOME

STUDY = load(HOME / "tests/workflow/tiny.yaml")
CELL, OTHER = (cell.id for cell in cells(STUDY))
LISTS = {
    "models/smollm2-135m": "materialised.json",
    f"tiny/cells/{CELL}": "facts.json",
    f"tiny/scores/{CELL}": "scores.json",
}


@pytest.fixture
def results(tmp_path):
    """A model, the facts and scores of a cell, and an analysis, all whole; and a cell of an older config."""
    for folder in (*LISTS, "tiny/analysis", "tiny/cells/routing.old.none.r000"):
        (tmp_path / folder).mkdir(parents=True)
        pq.write_table(pa.table({"a": [1, 2]}), tmp_path / folder / "t.parquet")
    for folder, name in LISTS.items():
        (tmp_path / folder / "run.json").write_text("{}")
        write_list(tmp_path / folder / name, ["t.parquet"], beside=["run.json"])
    return tmp_path


def truncate(path):
    path.write_bytes(path.read_bytes()[:20])


def test_nothing_is_wrong_with_what_is_whole(results):
    assert damaged(results, STUDY) == touched_lists(results, STUDY) == {}


@pytest.mark.parametrize(("folder", "stands"), [*LISTS.items(), ("tiny/analysis", "t.parquet")])
@pytest.mark.parametrize("harm", [truncate, lambda path: path.write_bytes(b"")])
def test_a_damaged_file_is_named(results, folder, stands, harm):
    harm(results / folder / "t.parquet")
    found = damaged(results, STUDY)
    assert list(found) == [results / folder / stands]
    assert found[results / folder / stands].startswith(f"{results / folder}/t.parquet is damaged: ")


@pytest.mark.parametrize("name", ["t.parquet", "run.json"])
def test_a_file_that_somebody_deleted_is_made_again_with_its_cell(results, name):
    path = results / f"tiny/cells/{CELL}"
    (path / name).unlink()
    assert damaged(results, STUDY) == touched_lists(results, STUDY) == {path / "facts.json": f"{path / name} is gone"}


def test_what_a_cell_cost_may_differ(results):
    (results / f"tiny/cells/{CELL}/run.json").write_text('{"seconds": 2}')
    assert damaged(results, STUDY) == touched_lists(results, STUDY) == {}


def test_cells_of_an_older_config_are_left_alone(results):
    truncate(results / "tiny/cells/routing.old.none.r000/t.parquet")
    assert damaged(results, STUDY) == {}


def test_a_run_begins_with_a_look_at_what_came_there_after_its_list(results):
    model, cell, score = (results / folder / "t.parquet" for folder in LISTS)
    time.sleep(0.05)  # times of files are a few milliseconds apart, at least
    os.utime(cell)  # newer, and the same
    truncate(score)
    flipped = bytearray(model.read_bytes())
    flipped[10] ^= 1
    model.write_bytes(flipped)
    os.utime(model, (0, 0))  # as older ones that are copied with their times
    wrong = [score.with_name("scores.json"), model.with_name("materialised.json")]
    assert list(touched_lists(results, STUDY)) == list(damaged(results, STUDY)) == wrong
    assert not touched(cell.with_name("facts.json"))  # it was read, and is whole


def test_a_cell_that_somebody_deleted_is_missed_only_after_estimates(results):
    facts, scores = results / f"tiny/cells/{CELL}", results / f"tiny/scores/{CELL}"
    shutil.rmtree(scores)
    assert deleted(results, STUDY) == []
    (results / "tiny/scores/routing.json").write_text(json.dumps({CELL: ""}))
    assert deleted(results, STUDY) == [scores / "scores.json"]  # and not those of the cell that has not run
    shutil.rmtree(facts)
    assert deleted(results, STUDY) == [facts / "facts.json"]  # scores follow from it
    assert not (results / f"tiny/cells/{OTHER}").exists()
