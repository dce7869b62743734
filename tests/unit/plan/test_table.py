import json
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Study
from kvstudy.contracts.versions import FACTS
from kvstudy.plan.cells import cells
from kvstudy.plan.estimate import REFERENCE, Size, cost, rate, sizes, tokens
from kvstudy.plan.table import Job, duration, grid, real, text, why

HOME = Path(__file__).parents[3]


@pytest.fixture
def demo():
    """The routing experiment of the default study, on two of its datasets, in sizes of their own."""
    content = load(HOME / "config/demo.yaml").model_dump(exclude_none=True)
    kept = ["base", "knowledge_manipulation"]
    content["experiments"] = {"routing": {**content["experiments"]["routing"], "datasets": kept}}
    content["datasets"] = {"base": {"passages": 10}, "knowledge_manipulation": {"passages": 5}}
    return Study.model_validate(content)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Missing output files: a, b; Input files updated by another job: c", "not made yet"),
        ("Input files updated by another job: c", "follows from a job above"),
        ("Updated input files: a", "its input changed"),
        ("Code has changed since last execution", "its rule changed"),
        ("Set of input files has changed since last execution", "its list of inputs changed"),
        ("Incomplete output files: a", "was interrupted"),
        ("Forced execution", "was interrupted or deleted, or is tried again"),
        (
            "Params have changed since last execution: Union of exclusive params before and now across all output: "
            "before: '0123456789abcdef' now: 'fedcba9876543210' ",
            "its code changed",
        ),
        (
            "Params have changed since last execution: Union of exclusive params before and now across all output: "
            "before: 'torch==1.0 kvpress==1.0' now: 'torch==1.1 kvpress==1.0' ",
            "its packages changed",
        ),
        (
            "Params have changed since last execution: Union of exclusive params before and now across all output: "
            "before: 'version 1' now: 'version 2' ",
            "what it writes has another version",
        ),
        (
            "Params have changed since last execution: Union of exclusive params before and now across all output: "
            "before: 50 now: 60 ",
            "its settings changed",
        ),
    ],
)
def test_reasons_in_words(reason, words):
    assert why(reason) == words


def test_the_target_is_no_job():
    assert real([Job("all", ""), Job("cell", "")]) == [Job("cell", "")]


def test_nothing_to_do(demo, tmp_path):
    shown = text(demo, [], tmp_path, 2)
    assert "No jobs: nothing is to be done." in shown
    assert "tokens" not in shown


def test_the_table_counts_cells_and_says_why(demo, tmp_path):
    records = [f"{tmp_path}/demo/cells/{c.id}/facts.json" for c in cells(demo)[:3]]
    jobs = [Job("cell", "Missing output files: x", {}, [record]) for record in records]
    lines = [line.split() for line in text(demo, jobs, tmp_path, 2).splitlines()]
    assert ["routing", "smollm2-135m", "none", "0", "1", "1"] in lines
    ratios = ["0.25", "0.5", "0.75", "0.9"]
    assert ["routing", "smollm2-135m", "adakv-expected-attention", *ratios, "4", "2"] in lines
    assert ["routing", "smollm2-135m", "streaming-llm", *ratios, "4", "-"] in lines
    assert ["cell", "3", "not", "made", "yet"] in lines


def test_a_bundle_has_to_run_only_what_is_missing_unless_it_changed(tmp_path):
    done, left = tmp_path / "cells/done/facts.json", tmp_path / "cells/left/facts.json"
    done.parent.mkdir(parents=True)
    done.touch()
    done.with_name("run.json").write_text(json.dumps({"depends": {"facts": FACTS}}))
    output = [str(done), str(left)]
    assert Job("cells_m", "Missing output files: x", {}, output).cells() == {"left"}
    assert Job("cells_m", "Params have changed since last execution", {}, output).cells() == {"done", "left"}


def test_a_cell_whose_list_of_facts_is_gone_has_to_run(tmp_path):
    left = tmp_path / "cells/left/facts.json"
    left.parent.mkdir(parents=True)
    left.with_name("run.json").write_text(json.dumps({"depends": {"facts": FACTS}}))
    assert Job("cells_1", "Missing output files: x", {}, [str(left)]).cells() == {"left"}


def test_bundles_are_counted_under_one_name(demo, tmp_path):
    jobs = [Job(rule, "Code has changed") for rule in ("scores_1", "scores_12", "probes")]
    lines = [line.split()[:2] for line in text(demo, jobs, tmp_path, 2).splitlines()]
    assert ["score", "2"] in lines and ["probes", "1"] in lines


@pytest.mark.parametrize("record", ["", "{}", '{"depends": {"facts": 0}}'])
def test_a_missing_cell_of_a_bundle_does_not_hide_that_the_facts_changed(tmp_path, record):
    old, left = tmp_path / "cells/old/facts.json", tmp_path / "cells/left/facts.json"
    old.parent.mkdir(parents=True)
    old.touch()
    old.with_name("run.json").write_text(record)
    assert Job("cells_1", "Missing output files: x", {}, [str(old), str(left)]).cells() == {"old", "left"}


def test_aware_prompts_and_the_controls_cost_tokens(demo):
    none, compressed = cells(demo)[:2]
    known = sizes(demo)
    assert tokens(demo, none, known) > tokens(demo, compressed, known) > 10_000
    passages, questions = 10 + 5, 60 + 65
    asked = questions * (16 + 15 + 5)  # tokens of a question, of what stands around it, and of its answer
    controls = passages * 205 + asked, passages * 1 + asked  # with and without worked examples
    assert tokens(demo, none, known) - tokens(demo, compressed, known) == sum(controls)
    assert known == {"base": Size(10, 1750, 60, 175), "knowledge_manipulation": Size(5, 160, 65, 32)}


def test_the_papers_sizes():
    known = sizes(load(HOME / "config/paper.yaml"))
    assert {name: (size.passages, size.questions) for name, size in known.items()} == {
        "base": (200, 1200),
        "knowledge_manipulation": (4000, 52_000),
        "multi_presence": (100, 1000),
        "multi_entity": (100, 1000),
        "long_context": (100, 1000),
        "coreference": (8000, 72_000),
        "hops": (100, 1600),
        "system_prompts": (216, 432),
    }


def test_ones_own_dataset_is_counted_where_it_can_be_read(demo, tmp_path):
    rows = [{"context": "A mill stands here.", "question": q, "answers": "mill"} for q in ("What?", "Which?")]
    (tmp_path / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "own.parquet").touch()
    content = demo.model_dump(exclude_none=True)
    content["datasets"] |= {"lines": {"path": f"{tmp_path}/own.jsonl"}, "columns": {"path": f"{tmp_path}/own.parquet"}}
    content["experiments"]["routing"]["datasets"] += ["lines", "columns"]
    study = Study.model_validate(content)
    assert sizes(study) == sizes(demo) | {"lines": Size(1, 4, 2, 4)}
    job = Job("cell", "Missing output files: x", {}, [f"{tmp_path}/{cells(study)[0].id}/facts.json"])
    shown = text(study, [job], tmp_path, 1)
    assert "contexts: base 10, knowledge_manipulation 5, lines 1, columns ?" in shown
    assert shown.endswith("for the cells one after the other, without columns, which is counted when it is read.")


def test_the_rate_is_measured_where_a_cell_has_finished(tmp_path, demo):
    assert rate([tmp_path / "nothing"]) is REFERENCE
    (tmp_path / "cell").mkdir()
    (tmp_path / "cell/run.json").write_text(json.dumps({"tokens": 1000, "seconds": 4.0, "bytes": 7000}))
    used = rate([tmp_path / "cell", tmp_path / "nothing"])
    assert used.seconds == pytest.approx(0.004) and used.bytes == 7
    assert used.source == "measured on 1 finished cell"
    price = cost(demo, cells(demo)[:1], used)
    assert price.seconds == pytest.approx(price.tokens * 0.004)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (600, "10 min"), (7200, "2.0 h"), (300_000, "3.5 days")]
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_columns_are_aligned():
    assert grid([("a", "n"), ("long", "10"), ("b", "5")], numbers=(1,)).splitlines() == [
        "a      n",
        "----  --",
        "long  10",
        "b      5",
    ]


def test_the_plan_says_when_finished_cells_are_of_different_code(demo, tmp_path):
    first, second, third = cells(demo)[:3]
    for cell, code in ((first, "a"), (second, "a"), (third, "b")):
        folder = tmp_path / demo.study / "cells" / cell.id
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"code": [code], "tokens": 0}))
    said = text(demo, [], tmp_path, 2)
    assert "The finished cells were computed by 2 states of the code" in said and "facts of version 1" in said
    left = Job("cell", "Missing output files: x", {}, [f"{tmp_path}/{demo.study}/cells/{third.id}/facts.json"])
    assert "states of the code" not in text(demo, [left], tmp_path, 2)
