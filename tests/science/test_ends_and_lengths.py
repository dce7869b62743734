"""Where answers end, and which contexts are run, with the real model under other configs."""

import json
import shutil

import pytest

from kvstudy.cells.__main__ import main
from kvstudy.contracts.facts import ANSWERS, STATE
from kvstudy.contracts.parts import read_facts
from kvstudy.models.manifest import MANIFEST, write_manifest
from tests.facts import told
from tests.science.conftest import EXAMPLES

CELL = {"cell": "none", "policy": None, "policy_name": "none", "variant": "plain", "ratio": 0.0}
KNORM = {"cell": "knorm", "policy": {"press": "KnormPress", "arguments": {}}, "policy_name": "knorm"}
MODEL = {"name": "m", "prompt": "chat", "stop": [], "long_contexts": "count", "dtype": "float32", "attention": "sdpa"}
COMMON = {
    "experiment": "routing",
    "compress": "context",
    "max_new_tokens": 40,
    "hidden_states": [],
    "routes": None,
    "device": "cpu",
    "seed": 1,
    "batch_tokens": 4096,
    "settings": [{"dataset": "base", "regime": "agnostic"}],
}


def facts(model_folder, datasets, root, model=(), **config):
    """The states and answers of two cells, by a copy of the model whose configs say this."""
    folder = root / "model"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.safetensors", MANIFEST))
    for file in model_folder.glob("*.safetensors"):
        (folder / file.name).hardlink_to(file)
    for name in ("config.json", "generation_config.json"):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(content | {key: config[key] for key in config if key in content}))
    write_manifest(folder, "m", {})
    common, cells = {**COMMON, "model": {**MODEL, **dict(model)}}, [CELL, {**CELL, **KNORM, "ratio": 0.5}]
    options = {"--model": folder, "--datasets": datasets, "--examples": EXAMPLES, "--out": root / "out"}
    asked = told(root / "jobs", common, cells)
    main([*asked, *(str(argument) for pair in options.items() for argument in pair)])
    read = [[read_facts(root / "out" / cell, table) for cell in ("none", "knorm")] for table in BOTH]
    return dict(zip(("states", "answers"), read, strict=True))


BOTH = (STATE, ANSWERS)


@pytest.fixture(scope="module")
def plain(model_folder, datasets, tmp_path_factory):
    return facts(model_folder, datasets, tmp_path_factory.mktemp("plain"))


def test_a_turn_ends_where_the_configs_do_not_say_so(model_folder, datasets, plain, tmp_path):
    """As in public chat models whose configs name `<|endoftext|>` alone, while their turns end with another token."""
    found = facts(model_folder, datasets, tmp_path, eos_token_id=0)
    for mine, theirs in zip(found["answers"], plain["answers"], strict=True):
        assert mine.equals(theirs)
        assert not mine.answer.str.contains("\nuser\n|\nsystem\n").any()
    assert (plain["answers"][0].stop == "eos").any()  # otherwise it would not tell


def test_a_context_that_the_model_cannot_read_is_counted_and_no_other(model_folder, datasets, plain, tmp_path):
    lengths = plain["states"][0].context_tokens
    shorter, longer = lengths.idxmin(), lengths.idxmax()
    asked = plain["answers"][0].question_tokens.max()
    most = int(lengths[shorter] + asked + COMMON["max_new_tokens"])
    assert lengths[longer] > lengths[shorter]
    found = facts(model_folder, datasets, tmp_path / "count", max_position_embeddings=most)
    for states, answers, all_answers in zip(found["states"], found["answers"], plain["answers"], strict=True):
        assert states.state[shorter] == "ok" and states.state[longer] == "too_long"
        assert f"the model can read {most:,}" in states.reason[longer]
        assert states.context_tokens.equals(lengths)
        kept = all_answers[all_answers.context_id == states.context_id[shorter]]
        assert answers.equals(kept.reset_index(drop=True))
    record = json.loads((tmp_path / "count/out/knorm/run.json").read_text())
    assert sorted(part["state"] for part in record["states"]) == ["ok", "too_long"]
    run = {"long_contexts": "run"}
    beyond = facts(model_folder, datasets, tmp_path / "run", run, max_position_embeddings=most)
    for mine, theirs in zip(beyond["answers"], plain["answers"], strict=True):
        assert mine.equals(theirs)
