"""What hidden states will take on disk, before anything has run."""

import json
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.plan.cells import cells, probed
from kvstudy.plan.estimate import sizes
from kvstudy.plan.hidden_states import REFERENCE, Shape, kept, shape
from kvstudy.plan.shown import PROBES, shown
from kvstudy.plan.table import Job, text

HOME = Path(__file__).parents[3]
CONFIG = json.dumps({"num_hidden_layers": 2, "hidden_size": 16})


def study(hidden_states=("base",), **source):
    content = load(HOME / "config/demo.yaml").model_dump(exclude_none=True)
    content["experiments"]["routing"] |= {
        "datasets": ["base", "knowledge_manipulation"],
        "hidden_states": list(hidden_states),
    }
    content["datasets"] = {"base": {"passages": 10}, "knowledge_manipulation": {"passages": 5}}
    if source:
        content["models"]["smollm2-135m"]["source"] = source
    return Study.model_validate(content)


@pytest.mark.parametrize(
    ("hidden_states", "questions"), [((), 0), (("base",), 60), (("base", "knowledge_manipulation"), 60 + 65)]
)
def test_every_regime_of_every_cell_keeps_its_own(hidden_states, questions):
    of = study(hidden_states)
    baseline, compressed, *_ = cells(of)
    assert kept(of, [baseline], sizes(of)) == 4 * questions  # two regimes and two controls
    assert kept(of, [baseline, compressed], sizes(of)) == 6 * questions
    assert probed(of) == [cell for cell in cells(of) if cell.experiment == "routing" and questions]


def test_the_shape_is_that_of_the_models_copy_or_of_its_folder(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    of = study(path=str(source))
    assert shape(of, "smollm2-135m", tmp_path) == REFERENCE
    (source / "config.json").write_text(CONFIG)
    assert shape(of, "smollm2-135m", tmp_path) == Shape(3, 16, f"{source}/config.json")
    copy = tmp_path / "smollm2-135m"
    copy.mkdir()
    (copy / "config.json").write_text(CONFIG.replace("16", "32"))
    assert shape(of, "smollm2-135m", tmp_path) == Shape(3, 16, f"{source}/config.json")  # which is copied anew
    (source / "config.json").unlink()
    found = shape(of, "smollm2-135m", tmp_path)
    assert found == Shape(3, 32, f"{copy}/config.json") and found.bytes == 3 * 32 * 2


def test_the_reference_is_the_demos_model():
    assert REFERENCE.bytes == 31 * 576 * 2


def test_the_plan_prints_their_size(tmp_path):
    of = study()
    record = f"{tmp_path}/demo/cells/{cells(of)[0].id}/facts.json"
    said = text(of, [Job("cell", "Missing output files: x", {}, [record])], tmp_path, 2)
    head, _, row, *_ = said[said.index("hidden states") :].splitlines()
    assert head.split() == ["hidden", "states", "questions", "states", "width", "disk", "from"]
    assert row.split()[:6] == ["smollm2-135m", "240", "31", "576", "8.6", "MB"]


def test_a_plan_that_keeps_none_or_has_all_says_nothing(tmp_path):
    of = study(())
    record = f"{tmp_path}/demo/cells/{cells(of)[0].id}/facts.json"
    assert "hidden states" not in text(of, [Job("cell", "Missing output files: x", {}, [record])], tmp_path, 2)
    assert "hidden states" not in text(study(), [], tmp_path, 2)


def test_probes_are_shown_where_hidden_states_are_kept():
    without, kept = shown(study(())), shown(study())
    assert set(kept) - set(without) == set(PROBES) and set(without) < set(kept)
