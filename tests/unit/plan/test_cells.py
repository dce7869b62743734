import json
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.contracts.canonical import canonical
from kvstudy.contracts.plan import CELLS
from kvstudy.plan.cells import (
    Cell,
    bundles,
    cells,
    datasets,
    generated,
    job,
    jobs,
    own,
    score_job,
    settings_of,
)

HOME = Path(__file__).parents[3]


@pytest.fixture
def demo() -> Study:
    """The routing experiment of the default study, on two of its datasets."""
    content = load(HOME / "config/demo.yaml").model_dump(exclude_none=True)
    routing = content["experiments"]["routing"]
    content["experiments"] = {"routing": {**routing, "datasets": ["base", "knowledge_manipulation"]}}
    del content["datasets"]["system_prompts"]
    return Study.model_validate(content)


def changed(study: Study, **routing) -> Study:
    content = study.model_dump(exclude_none=True)
    content["experiments"]["routing"].update(routing)
    return Study.model_validate(content)


@pytest.mark.parametrize(
    ("ratio", "digits"), [(0.0, "r000"), (0.5, "r500"), (0.25, "r250"), (0.875, "r875"), (0.9375, "r9375")]
)
def test_a_cell_is_named_by_the_decimals_of_its_ratio(ratio, digits):
    assert Cell("routing", "m", "p", ratio).id == f"routing.m.p.{digits}"


def test_a_small_or_inexact_ratio_keeps_its_own_name():
    names = {Cell("e", "m", "p", ratio).id for ratio in (0.3, 0.1 + 0.2, 0.00001, 0.001, 0.01, 0.1)}
    assert len(names) == 6
    assert "e.m.p.r00001" in names


def test_the_demo_has_every_policy_at_every_ratio_and_none_once(demo):
    found = cells(demo)
    routing = demo.experiments.routing
    assert len(found) == len({c.id for c in found}) == 1 + len(routing.policies) * len(routing.ratios)
    assert [c for c in found if c.ratio == 0] == [Cell("routing", "smollm2-135m", "none", 0.0)]


def test_the_controls_are_asked_at_ratio_0_only(demo):
    first, second = cells(demo)[:2]
    assert [p["regime"] for p in settings_of(demo, first)] == ["agnostic", "aware", "no_context", "question_only"] * 2
    assert [p["regime"] for p in settings_of(demo, second)] == ["agnostic", "aware"] * 2


def test_a_job_says_all_that_matters(demo):
    content = job(demo, cells(demo)[1])
    assert set(content) == {
        *("cell", "experiment", "model", "policy", "policy_name", "variant", "ratio", "compress"),
        *("max_new_tokens", "max_attack_tokens", "hidden_states", "routes", "device", "seed", "settings"),
    }
    assert content["policy"] == {"press": "AdaKVPress", "arguments": {"press": {"press": "ExpectedAttentionPress"}}}
    assert job(demo, cells(demo)[0])["policy"] is None


def test_a_new_ratio_or_policy_leaves_the_other_jobs_alone(demo):
    before = {c.id: job(demo, c) for c in cells(demo)}
    for more in (
        changed(demo, ratios=[0.1, 0.25, 0.5, 0.75, 0.9]),
        changed(demo, policies=["streaming-llm"]),
    ):
        after = {c.id: job(more, c) for c in cells(more)}
        assert all(after[name] == before[name] for name in after.keys() & before.keys())
    assert set(after) < set(before)


def test_datasets_that_no_experiment_uses_are_left_out(demo):
    defined = {name: value for name, value in demo.datasets if value is not None}
    assert datasets(changed(demo, datasets=list(defined))) == defined
    assert datasets(changed(demo, datasets=["base"])) == {"base": defined["base"]}


def test_a_dataset_has_its_own_seed_or_the_studys(demo):
    content = demo.model_dump(exclude_none=True)
    content["seed"] = 5
    content["datasets"]["base"]["seed"] = 0
    content["datasets"]["mine"] = {"path": "data"}
    content["experiments"]["routing"]["datasets"].append("mine")
    study = Study.model_validate(content)
    assert {name: made.seed for name, made in generated(study).items()} == {"base": 0, "knowledge_manipulation": 5}
    assert list(own(study)) == ["mine"]


def test_the_table_of_cells(tmp_path, monkeypatch):
    from kvstudy.plan import write

    out = tmp_path / "cells.parquet"
    arguments = ["write", "--config", str(HOME / "config/demo.yaml"), "--out", str(out)]
    monkeypatch.setattr("sys.argv", arguments)
    write.main()
    table = CELLS.read(out)
    assert sorted(table["cell"]) == sorted(c.id for c in cells(load(HOME / "config/demo.yaml")))
    assert set(table.loc[table["policy"] == "none", "ratio"]) == {0.0}


def bundled(study: Study, by: str) -> Study:
    content = study.model_dump(exclude_none=True)
    content["execution"]["bundle"] = by
    return Study.model_validate(content)


@pytest.mark.parametrize("by", ["cell", "policy", "model"])
def test_bundles_share_out_all_cells(demo, by):
    policies, ratios = (len(getattr(demo.experiments.routing, key)) for key in ("policies", "ratios"))
    every = 1 + policies * ratios
    sizes = {"cell": [1] * every, "policy": [1] + [ratios] * policies, "model": [every]}
    found = bundles(bundled(demo, by))
    assert [len(own) for own in found.values()] == sizes[by]
    assert [cell for own in found.values() for cell in own] == cells(demo)


def test_jobs_are_told_of_every_cell_what_its_facts_and_scores_depend_on(demo):
    of_cost = {"batch_tokens": demo.execution.batch_tokens}
    assert jobs(demo) == {c.id: {**job(demo, c), **of_cost} for c in cells(demo)}
    for c in cells(demo):
        told, scored = jobs(demo)[c.id], score_job(demo, c)
        assert scored == {**{key: told[key] for key in scored}, "model": {"name": told["model"]["name"]}}


def test_names_that_differ_in_punctuation_only_are_two_bundles(demo):
    content = bundled(demo, "model").model_dump(exclude_none=True)
    content["models"]["smollm2.135m"] = content["models"]["smollm2-135m"]
    content["experiments"]["routing"]["models"].append("smollm2.135m")
    found = bundles(Study.model_validate(content))
    assert list(found) == ["routing.smollm2-135m", "routing.smollm2.135m"]


def test_where_and_how_cells_run_is_nothing_to_the_scores(demo):
    content = demo.model_dump(exclude_none=True)
    content["execution"] = {"device": "cuda", "bundle": "cell", "batch_tokens": 7, "threads": 5}
    moved = Study.model_validate(content)
    for cell in cells(demo):
        assert score_job(moved, cell) == score_job(demo, cell)
        assert job(moved, cell) == {**job(demo, cell), "device": "cuda"}


def test_the_scores_depend_on_policy_ratio_and_settings(demo):
    texts = {canonical(score_job(demo, cell)) for cell in cells(demo)}
    assert len(texts) == len(cells(demo))
    assert set(json.loads(texts.pop())) == {
        *("cell", "experiment", "model", "policy", "policy_name", "variant", "ratio", "compress", "settings"),
        "max_new_tokens",
    }
    assert not texts & {canonical(score_job(changed(demo, datasets=["base"]), cell)) for cell in cells(demo)}
