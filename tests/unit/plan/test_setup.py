"""What comparisons with the papers know of a study."""

import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest

from kvstudy.analysis import claims, figure_map, reproduced
from kvstudy.config.load import load
from kvstudy.contracts.canonical import canonical
from kvstudy.contracts.setup import Setup
from kvstudy.plan.analyses import analyses, inputs, settings
from kvstudy.plan.experiment import EXPERIMENTS
from kvstudy.plan.setup import setup

HOME = Path(__file__).parents[3]


@pytest.mark.parametrize("config", ["demo", "small", "paper"])
def test_a_setup_survives_its_json(config):
    found = setup(load(HOME / f"config/{config}.yaml"))
    assert Setup.of(json.loads(canonical(asdict(found)))) == found


def test_the_demo():
    found = setup(load(HOME / "config/demo.yaml"))
    assert found.models == {"smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf"}
    assert found.family("smollm2-135m") == "" and found.examples == ("smollm2-135m",)
    assert {"routing", "base", "hidden_states:base", "fair", "defence_first"} <= set(found.parts)
    assert not {"debias", "llama", "several_models", "ratio_below_0.4"} & set(found.parts)
    assert found.compress == "passage" and found.own_rows


def test_families_are_known_by_the_name_of_the_source():
    found = setup(load(HOME / "config/paper.yaml"))
    assert {name: found.family(name) for name in found.models} == {
        "llama-3.2-3b": "llama",
        "llama-3-8b": "llama",
        "qwen2.5-3b": "qwen",
        "qwen2.5-7b": "qwen",
        "qwen2.5-14b": "qwen",
    }
    assert {"debias", "llama", "qwen", "several_models", "ratio_below_0.4"} <= set(found.parts)


@pytest.mark.parametrize("module", [claims, reproduced])
def test_rules_give_every_table_that_a_comparison_takes(module):
    comparison = module.__name__.rpartition(".")[2]
    assert {name for each in EXPERIMENTS.values() for name in getattr(each, comparison)} == {
        table.name for table in module.TABLES
    }


def test_there_is_something_to_judge_the_scores_of_each_experiment_by():
    for each in EXPERIMENTS.values():
        assert list((HOME / "resources").glob(each.judged_by))


def test_a_study_without_an_experiment_gives_none_of_its_tables():
    study = load(HOME / "config/demo.yaml")
    alone = study.model_copy(update={"experiments": study.experiments.model_copy(update={"routing": None})})
    curves = "r/analysis/curves.parquet"
    assert curves in inputs(study, "claims", "r") and curves not in inputs(alone, "claims", "r")
    assert "curves" in settings(study, "claims")["tables"] and "curves" not in settings(alone, "claims")["tables"]
    assert inputs(alone, "figure_map", "r") == []
    assert figure_map.lacking("base fair", setup(alone)) == "not in this study: base"


@pytest.mark.parametrize("config", ["demo", "small", "paper"])
def test_every_analysis_has_a_module_and_every_module_is_of_some_study(config):
    for name in analyses(load(HOME / f"config/{config}.yaml")):
        made = import_module(f"kvstudy.analysis.{name}").ANALYSIS
        assert made.table.name == name
    assert set(analyses(load(HOME / "config/demo.yaml"))) == {
        path.stem for path in (HOME / "workflow/kvstudy/analysis").glob("*.py") if "\nANALYSIS = " in path.read_text()
    }
