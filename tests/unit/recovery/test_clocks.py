"""A time that is yet to come is set to now, of the files that Snakemake follows and of no others."""

import os
import time

import pytest

from kvstudy.config.load import load
from kvstudy.plan.cells import cells, models
from kvstudy.recovery.clocks import set_back
from tests.conftest import HOME

STUDY = load(HOME / "tests/workflow/tiny.yaml")
CELL, MODEL = cells(STUDY)[0].id, models(STUDY)[0]
FOLLOWED = (
    f"tiny/cells/{CELL}/facts.json",
    f"tiny/scores/{CELL}/scores.json",
    "tiny/datasets/base/questions.parquet",
    "tiny/numbers.json",
    "tiny/scores/routing.json",
    f"models/{MODEL}/materialised.json",
)
OTHERS = (f"tiny/cells/{CELL}/answers/a.parquet", "other/numbers.json", f"tiny/cells/{CELL}/.facts.json.record")


@pytest.mark.parametrize("skew", [-86400, 0, 86400])
def test_only_what_is_ahead_and_followed_is_set_back(tmp_path, capsys, skew):
    now = time.time()
    for name in (*FOLLOWED, *OTHERS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (now + skew, now + skew))
    set_back(tmp_path, STUDY)
    moved = {name for name in (*FOLLOWED, *OTHERS) if abs((tmp_path / name).stat().st_mtime - now - skew) > 1}
    assert moved == (set(FOLLOWED) if skew > 0 else set())
    said = capsys.readouterr().out
    assert ("6 files have a time that is yet to come" in said) == (skew > 0) == bool(said)
