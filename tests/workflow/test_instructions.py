"""The instructions experiment in a study: alone, beside the other one, and what its changes run again."""

import json

import pytest
import yaml

from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.facts import ANSWERS, TOKEN_SPANS
from kvstudy.contracts.instructions import SYSTEM_PROMPTS
from kvstudy.contracts.parts import read_facts

COVERED = "results/tiny/analysis/coverage.parquet"
PROMPTS = "results/tiny/datasets/system_prompts/system_prompts.parquet"
ROW = {
    "key": 1,
    "prompt": "Describe a pond. Use no commas.",
    "instruction_id_list": ["punctuation:no_comma"],
    "kwargs": [{}],
    "messages": [{"role": "system", "content": "Use no commas."}, {"role": "user", "content": "Describe a pond."}],
}
SETTINGS = {
    "models": ["smollm2-135m"],
    "policies": ["streaming-llm"],
    "variants": ["plain", "fair-whitelist"],
    "ratios": [0.5],
    "max_new_tokens": 4,
}
WHITELIST = ["Sorry, I can't share that.", 'part of "them"']


def edited(checkout, prompts=(), **experiments):
    """The study with its experiments replaced, and with these settings of the system prompts."""
    path = checkout.folder / checkout.config
    content = yaml.safe_load(path.read_text())
    size = {"prompts": 2, "layouts": ["no_defence", "defence_first"], "attacks": ["plain"], "attacked": 1}
    content["datasets"]["system_prompts"] = {**size, **dict(prompts)}
    content["experiments"] = {**content["experiments"], **experiments} if experiments else content["experiments"]
    path.write_text(yaml.safe_dump({**content, "experiments": {k: v for k, v in content["experiments"].items() if v}}))
    return checkout


def jobs(checkout, *targets: str) -> list[str]:
    """Rule and cell of every job that a dry run for some targets would do."""
    out = checkout.folder / "jobs.json"
    options = ["--dry-run", "--logger", "kvstudy", "--logger-kvstudy-jobs", str(out)]
    done = checkout.snakemake(*options, "--", *targets)
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(" ".join([job["rule"], *job["wildcards"].values()]) for job in json.loads(out.read_text()))


def test_alone_it_needs_no_passages(checkout):
    edited(checkout, instructions=SETTINGS, routing=None)
    assert jobs(checkout, COVERED) == [
        "analysis coverage",
        "cell instructions.smollm2-135m.none.r000",
        "cell instructions.smollm2-135m.streaming-llm+fair-whitelist.r500",
        "cell instructions.smollm2-135m.streaming-llm.r500",
        *("model smollm2-135m", "plan", "system_prompts"),
    ]


def test_a_row_whose_verdict_the_limit_decides_is_named_once_and_stops_nothing(checkout):
    """Of the first two rows the second asks for less than 60 words."""
    edited(checkout, instructions=SETTINGS, routing=None)
    done = checkout.study("--plan-only")
    assert done.returncode == 0 and done.stdout.startswith("Study tiny"), done.stderr
    assert done.stderr.count("asks for less than 60 words; a response has 4 tokens at most") == 1
    assert len([line for line in done.stderr.splitlines() if line.startswith("warning: ")]) == 1


def test_estimates_of_questions_about_passages_read_their_cells_alone(checkout):
    edited(checkout, instructions=SETTINGS)
    found = jobs(checkout, "results/tiny/analysis/curves.parquet")
    assert {name for name in found if name.startswith(("cell", "score"))} == {
        *("cell routing.smollm2-135m.none.r000", "cell routing.smollm2-135m.streaming-llm.r500"),
        *("score routing.smollm2-135m.none.r000", "score routing.smollm2-135m.streaming-llm.r500"),
    }
    assert "system_prompts" not in found


@pytest.mark.parametrize(
    ("prompts", "again"),
    [
        ({}, []),
        ({"whitelist": WHITELIST[:1]}, ["system_prompts"]),
        ({"attacks": ["plain", "summary"]}, ["system_prompts"]),
        ({"prompts": 3}, ["system_prompts"]),
    ],
)
def test_the_dataset_is_made_again_when_its_settings_change(checkout, prompts, again):
    edited(checkout, {"whitelist": WHITELIST}, instructions=SETTINGS)
    done = checkout.snakemake("--", PROMPTS)
    assert done.returncode == 0, done.stderr
    table = SYSTEM_PROMPTS.read(checkout.folder / PROMPTS).set_index("context_id")
    (span,) = table.whitelist["system_prompts-0001-defence_first"]
    assert table.passage["system_prompts-0001-defence_first"][span["start"] : span["end"]] == WHITELIST[0]
    edited(checkout, {"whitelist": WHITELIST, **prompts})
    assert jobs(checkout, PROMPTS) == again


def test_rows_of_ones_own_are_inputs(checkout):
    (checkout.folder / "data").mkdir()
    rows = checkout.folder / "data/rows.jsonl"
    rows.write_text(json.dumps(ROW))
    edited(checkout, {"rows": {"path": "data"}, "prompts": 1}, instructions=SETTINGS)
    done = checkout.snakemake("--", PROMPTS)
    assert done.returncode == 0, done.stderr
    assert jobs(checkout, PROMPTS) == []
    rows.write_text(json.dumps({**ROW, "key": 2}))
    assert jobs(checkout, PROMPTS) == ["system_prompts"]
    rows.write_text(json.dumps({**ROW, "kwargs": []}))
    done = checkout.study()
    assert done.returncode == 2
    assert done.stderr == "data/rows.jsonl:1: kwargs: must have one mapping for each of 1 instructions (got 0)\n"


def test_it_is_run_beside_the_other_experiment_and_counted(finished_study):
    """Real cells of both experiments; the routing cells that are there stay as they are."""
    edited(finished_study, instructions=SETTINGS)
    assert finished_study.cells() == {
        *("instructions.smollm2-135m.none.r000", "instructions.smollm2-135m.streaming-llm.r500"),
        "instructions.smollm2-135m.streaming-llm+fair-whitelist.r500",
    }
    done = finished_study.snakemake()
    assert done.returncode == 0, done.stderr
    assert finished_study.jobs() == []
    covered = COVERAGE.read(finished_study.folder / COVERED).query("experiment == 'instructions'")
    counts = {key: of.contexts.sum() for key, of in covered.groupby(["policy", "state"])}
    assert counts == {
        ("none", "ok"): 4,
        ("streaming-llm", "ok"): 4,
        ("streaming-llm+fair-whitelist", "ok"): 2,
        ("streaming-llm+fair-whitelist", "unsupported"): 2,
    }
    folder = finished_study.folder / "results/tiny/cells"
    answers = read_facts(folder / "instructions.smollm2-135m.streaming-llm.r500", ANSWERS)
    assert len(answers) == 4 + 2 and all(map(len, answers.entropies))
    assert not len(read_facts(folder / "routing.smollm2-135m.streaming-llm.r500", TOKEN_SPANS))
