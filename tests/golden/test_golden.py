"""What was written before is written again, or the version of its stage was raised."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvstudy.config.generated import GENERATED
from kvstudy.config.presses import names
from kvstudy.contracts import versions
from tests.conftest import HOME

STORED = Path(__file__).with_name("facts.json")
STAGES = ("model_files", "datasets", "facts")
TOLERANCE = 5e-3  # of a mean over all rows of a table; processors differ by less
STALE = "the stored numbers are of other versions or packages: `make golden` writes them anew"


def moved(before: object, after: object, place: str = "") -> Iterator[str]:
    """The places at which what was stored is another now; numbers may differ by TOLERANCE."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            yield from moved(before[key], after.get(key), f"{place}/{key}")
    elif isinstance(before, float) and isinstance(after, float):
        if abs(before - after) > TOLERANCE * max(abs(before), abs(after)):
            yield f"{place}: {after} for {before}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from moved(*pair, f"{place}/{index}")
    elif before != after:
        yield f"{place}: {after} for {before}"


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Computed in a process of its own, which sets how torch computes before it is loaded."""
    out = tmp_path_factory.mktemp("golden") / "facts.json"
    command = [sys.executable, "-m", "tests.golden", "--out", str(out)]
    done = subprocess.run(command, cwd=HOME, env=with_tests(), capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


def with_tests() -> dict[str, str]:
    """The environment, with the folder of the tests among those that modules are found in."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(HOME / "workflow"), str(HOME)))}


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED.read_text())


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_writes_moves_only_with_its_version(stage, stored, computed):
    assert (stored["versions"], stored["packages"]) == (computed["versions"], computed["packages"]), STALE
    found = list(moved(stored[stage], computed[stage]))
    said = "; ".join(found[:5])
    assert not found, f"{len(found)} of {stage} moved: raise {stage.upper()} in {versions.__file__}, or undo it: {said}"


def test_what_is_new_is_stored(stored, computed):
    """A press or a dataset that was added moves nothing of what was there."""
    new = list(moved(computed, stored))
    assert not new, f"not stored yet: {new[:5]}: `make golden`"


def test_everything_that_can_be_studied_is_there(stored):
    assert {cell.partition("+")[0] for cell in stored["facts"]["llama, float32"]} == {"none", *names()}
    assert GENERATED.keys() <= stored["datasets"].keys()
    for run, cells in stored["facts"].items():
        for cell, tables in cells.items():
            assert {"answers", "survivors", "attention"} <= tables.keys(), f"{run}: {cell} was not answered"


def test_what_moves_is_named():
    before = {"a": {"rows": 2, "exact": "x", "means": {"m": [2, 1.0]}}}
    assert list(moved(before, {"a": {"rows": 2, "exact": "x", "means": {"m": [2, 1.001]}}})) == []
    for change in ({"rows": 3}, {"exact": "y"}, {"means": {"m": [2, 1.02]}}, {"means": {"m": [3, 1.0]}}, {"means": {}}):
        assert len(list(moved(before, {"a": before["a"] | change}))) == 1
    assert list(moved(before, {**before, "b": 1})) == [] and list(moved({**before, "b": 1}, before))
