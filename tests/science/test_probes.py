"""Probes on the real model's states: what a question gives away by itself, and how the model says names."""

import subprocess
import sys

import numpy as np
import pytest

from kvstudy.cells.__main__ import main
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import HIDDEN_STATES
from kvstudy.contracts.parts import read_facts
from kvstudy.models.prompt import Prompter
from kvstudy.probes.cell import predictions
from kvstudy.probes.names import LEADS, names
from kvstudy.probes.questions import candidates
from tests.facts import told
from tests.science.conftest import EXAMPLES, RESOURCES
from tests.science.test_resume import COMMON

CELL = "routing.smollm2-135m.none.r000"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Ten passages of base, made by the datasets stage."""
    folder = tmp_path_factory.mktemp("datasets")
    command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", "base", "--passages", "10", "--seed", "1"]
    subprocess.run([*command, "--resources", RESOURCES, "--out", folder / "base"], check=True)
    return folder


@pytest.mark.parametrize("prompt", ["examples", "chat"])
def test_a_names_direction_is_the_output_weights_of_its_first_token(prompt, model, model_folder, tokenizer):
    wanted = ["Ruth Abelard", "1667", "jackdaw"]
    found = names(model_folder, prompt, wanted).set_index("name")
    before = Prompter(tokenizer, prompt, "passage", EXAMPLES).form.question("Who is it?")
    for name in wanted:
        tokens = tokenizer.encode(before + LEADS[prompt] + name, add_special_tokens=False)
        asked = tokenizer.encode(before, add_special_tokens=False)
        assert tokens[: len(asked)] == asked
        first = tokens[len(asked)]
        assert found.loc[name, "token"] == tokenizer.convert_ids_to_tokens(first)
        weights = model.get_output_embeddings().weight[first].detach()
        assert np.array_equal(found.loc[name, "direction"], weights.half().numpy())


def test_the_words_of_a_question_give_away_its_type_of_answer_but_not_the_candidate(base, model_folder, tmp_path):
    job = {**COMMON, "max_new_tokens": 1, "settings": [{"dataset": "base", "regime": "question_only"}]}
    options = {
        "--model": model_folder,
        "--datasets": base,
        "--examples": EXAMPLES,
        "--out": tmp_path / "out",
    }
    asked = told(tmp_path / "jobs", job, [{"cell": CELL, "policy": None, "ratio": 0.0}])
    main([*asked, *(str(part) for pair in options.items() for part in pair)])
    states = read_facts(tmp_path / "out" / CELL, HIDDEN_STATES)
    contexts, questions = CONTEXTS.read(base / "base/contexts.parquet"), QUESTIONS.read(base / "base/questions.parquet")
    wanted = set().union(*candidates(questions, contexts).values())
    some = states[states["layer"].isin([0, 20])].replace({"layer": {20: 1}})
    found = predictions(some, {"base": (contexts, questions)}, names(model_folder, "examples", wanted), seed=1)
    assert found["converged"].all()
    right = (found["label"] == found["predicted"]).groupby([found["target"], found["task"], found["layer"]]).mean()
    assert right["answer_type", "task", 1] > 0.7
    assert right["answer_type", "task", 0] < 0.25
    chance = (1 / found.loc[found["target"] == "candidate", "choices"]).mean()
    assert right["candidate", "task", 1] == pytest.approx(chance, abs=0.25)
