"""The cells of the instructions experiment, what their jobs depend on, and what they cost."""

from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.contracts.plan import CELLS
from kvstudy.plan import write
from kvstudy.plan.cells import (
    bundles,
    cells,
    datasets,
    generated,
    job,
    models,
    own,
    rows_options,
    score_job,
    settings_of,
)
from kvstudy.plan.estimate import Size, sizes, tokens
from kvstudy.plan.table import text

HOME = Path(__file__).parents[3]
PARTS = [{"dataset": "system_prompts", "regime": "agnostic"}]


def study(prompts=(), models=(), **settings) -> Study:
    """The instructions experiment of the default study alone, changed."""
    content = load(HOME / "config/demo.yaml").model_dump(exclude_none=True)
    instructions = {**content["experiments"]["instructions"], "policies": ["snapkv"], "ratios": [0.5], **settings}
    content["experiments"] = {"instructions": instructions}
    content["datasets"] = {"system_prompts": dict(prompts)}
    content["models"]["smollm2-135m"].update(models)
    return Study.model_validate(content)


def test_every_policy_is_run_in_every_variant_at_every_ratio_and_ratio_0_once():
    made = study(policies=["streaming-llm", "snapkv"], variants=["plain", "debias-0.5"], ratios=[0.5, 0.75])
    assert [cell.id.removeprefix("instructions.smollm2-135m.") for cell in cells(made)] == [
        "none.r000",
        *("streaming-llm.r500", "streaming-llm.r750", "streaming-llm+debias-0.5.r500", "streaming-llm+debias-0.5.r750"),
        *("snapkv.r500", "snapkv.r750", "snapkv+debias-0.5.r500", "snapkv+debias-0.5.r750"),
    ]


def test_a_cell_compresses_the_system_turn_before_the_request_is_seen():
    made = study(variants=["fair"])
    for cell in cells(made):
        assert settings_of(made, cell) == PARTS
        assert job(made, cell)["compress"] == score_job(made, cell)["compress"] == "context"


def test_jobs_name_policy_and_variant():
    none, fair = cells(study(variants=["fair"]))
    for describe in (job, score_job):
        contents = [describe(study(variants=["fair"]), cell) for cell in (none, fair)]
        assert [(c["policy_name"], c["variant"]) for c in contents] == [("none", "plain"), ("snapkv", "fair")]
        assert contents[0]["policy"] is None
        assert contents[1]["policy"] == {"press": "SnapKVPress", "arguments": {"window_size": 16, "kernel_size": 5}}


def test_how_a_model_is_prompted_about_passages_is_nothing_to_it():
    before, after = study(), study(models={"prompt": "chat", "stop": []})
    assert [job(before, cell) for cell in cells(before)] == [job(after, cell) for cell in cells(after)]
    model = job(before, cells(before)[0])["model"]
    assert (model["prompt"], model["stop"]) == ("system", [])


def test_both_experiments_of_a_study_have_cells_of_their_own():
    made = load(HOME / "config/demo.yaml")
    assert {cell.experiment for cell in cells(made)} == {"routing", "instructions"}
    assert "system_prompts" in datasets(made) and "system_prompts" not in {**generated(made), **own(made)}
    assert models(made) == ["smollm2-135m"]
    assert {name.partition(".")[0] for name in bundles(made)} == {"routing", "instructions"}


def test_one_job_computes_all_variants_of_a_policy():
    content = study(policies=["streaming-llm", "snapkv"], variants=["plain", "fair"]).model_dump(exclude_none=True)
    content["execution"]["bundle"] = "policy"
    found = bundles(Study.model_validate(content))
    assert [len(members) for members in found.values()] == [1, 2, 2]


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"layouts": ["no_defence"]}, ["--layouts", "no_defence"]),
        (
            {"layouts": ["no_defence"], "rows": {"path": "config"}, "prompts": 2, "attacked": 0, "rotate": True},
            ["--layouts", "no_defence", "--path", "config", "--rows", "2", "--attacked", "0", "--rotate"],
        ),
        (
            {"layouts": ["no_defence"], "rows": {"hub": "google/IFEval", "revision": "0" * 40}, "attacks": []},
            ["--layouts", "no_defence", "--hub", "google/IFEval", "--revision", "0" * 40, "--attacks"],
        ),
        (
            {"layouts": ["no_defence"], "attacks": ["plain", "summary"], "whitelist": ["don't", "-x"]},
            ["--layouts", "no_defence", "--attacks", "plain", "summary", "--whitelist=don't", "--whitelist=-x"],
        ),
    ],
)
def test_the_options_of_the_datasets_job(settings, options):
    assert rows_options(study(prompts=settings).datasets.system_prompts) == options


def test_the_table_of_cells_names_variants(tmp_path, monkeypatch):
    out = tmp_path / "cells.parquet"
    monkeypatch.setattr("sys.argv", ["write", "--config", str(HOME / "config/demo.yaml"), "--out", str(out)])
    write.main()
    table = CELLS.read(out).set_index("cell")
    assert table.policy["instructions.smollm2-135m.snapkv+fair-whitelist.r400"] == "snapkv+fair-whitelist"
    assert table.policy["instructions.smollm2-135m.snapkv.r400"] == "snapkv"


def test_system_prompts_and_requests_are_counted():
    made = study(
        prompts={"prompts": 3, "layouts": ["no_defence", "defence_first"], "attacks": ["plain"], "attacked": 2}
    )
    known = sizes(made)
    words, longest = known["system_prompts"].words, known["system_prompts"].longest
    assert known == {"system_prompts": Size(3 * 2, words, 2 * (3 + 2), longest)} and 200 < words < 1000
    assert words / 6 < longest < words / 2
    rotated = study(prompts={"prompts": 3, "layouts": ["no_defence"], "attacks": [], "rotate": True})
    assert sizes(rotated)["system_prompts"].passages == 1 + 2 + 3  # rows of one, two and three instructions
    assert sizes(study(prompts={"rows": {"hub": "google/IFEval", "revision": "0" * 40}})) == {}


def test_responses_cost_tokens_up_to_their_limit():
    short, long = study(max_new_tokens=10), study(max_new_tokens=60)
    requests = sizes(short)["system_prompts"].questions
    least, most = (tokens(made, cells(made)[0], sizes(made)) for made in (short, long))
    assert most - least == requests * 50


def test_the_plan_lists_every_variant(tmp_path):
    shown = text(study(variants=["plain", "fair-whitelist"]), [], tmp_path, 1)
    lines = [line.split() for line in shown.splitlines()]
    assert ["instructions", "smollm2-135m", "snapkv+fair-whitelist", "0.5", "1", "-"] in lines
    assert shown.startswith("Study demo: 3 cells; contexts: system_prompts 288")
