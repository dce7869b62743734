"""The plan tells of contexts that a model may be unable to read."""

import json
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.plan import long_contexts
from kvstudy.plan.cells import cells
from kvstudy.plan.long_contexts import warnings
from kvstudy.plan.table import Job, text

HOME = Path(__file__).parents[3]
MODEL = "smollm2-135m"


def study(**model):
    content = load(HOME / "config/demo.yaml").model_dump(exclude_none=True)
    content["models"][MODEL] |= model
    return Study.model_validate(content)


def told(of, models):
    return list(warnings(of, cells(of), models))


@pytest.mark.parametrize("source", ["copy", "folder"])
@pytest.mark.parametrize("key", ["count", "run"])
def test_every_dataset_that_does_not_fit_has_a_line(tmp_path, source, key):
    folder = tmp_path / MODEL
    folder.mkdir()
    file = folder / "config.json"
    file.write_text(json.dumps({"max_position_embeddings": 600}))
    of = study(long_contexts=key, **({"source": {"path": str(folder)}} if source == "folder" else {}))
    lines = told(of, tmp_path if source == "copy" else tmp_path / "nothing")
    assert [line.partition(":")[0] for line in lines] == ["base", "multi_presence", "multi_entity"]
    start = "base: contexts take up to about 641 tokens with question and answer, and smollm2-135m can read 600 "
    assert lines[0] == f"{start}(max_position_embeddings in {file}); models.smollm2-135m.long_contexts: {key}."
    job = Job("cell", "Missing output files: x", {}, [f"{tmp_path}/{cells(of)[0].id}/facts.json"])
    (tmp_path / "models").symlink_to(tmp_path)
    assert start in text(of, [job], tmp_path, 1)


def test_where_the_config_is_not_there_yet_long_datasets_have_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(long_contexts, "SHORT", 600)
    lines = told(study(), tmp_path / "nothing")
    assert [line.partition(":")[0] for line in lines] == ["base", "multi_presence", "multi_entity"]
    assert "; how many smollm2-135m can read is known once it is copied; models.smollm2-135m.long_contexts" in lines[0]


@pytest.mark.parametrize("config", [{"max_position_embeddings": 8192}, {}, None])
def test_there_is_none_where_all_fits_or_nothing_is_known(tmp_path, config):
    (tmp_path / MODEL).mkdir()
    if config is not None:
        (tmp_path / MODEL / "config.json").write_text(json.dumps(config))
    assert told(study(), tmp_path) == []
