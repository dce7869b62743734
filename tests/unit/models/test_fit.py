"""A folder is a model only when every tensor of its architecture is there; what is drawn at random is no model."""

import json

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from kvstudy.models.fit import misfit, not_finite, of_shapes
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.manifest import MANIFEST, write_manifest
from kvstudy.models.materialise import ModelError, materialise
from tests.science.test_architectures import MODELS
from tests.unit.models.conftest import edit, make, tensors, write

UP, HEAD = "model.layers.1.mlp.up_proj.weight", "lm_head.weight"
NORM = "model.norm.weight"


def refusal(folder):
    """What is said when the folder is materialised; nothing is left."""
    out = folder.parent / "out"
    with pytest.raises(ModelError) as caught:
        materialise("m", {"path": str(folder)}, out)
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]
    return str(caught.value)


def lacks_two(held):
    del held[UP], held[NORM]


def names_one_otherwise(held):
    held["up"] = held.pop(UP)


def shapes_one_otherwise(held):
    held[UP] = held[UP][:5]


def has_one_more(held):
    held["model.layers.7.mlp.up_proj.weight"] = held[UP].clone()


def lacks_the_head(held):
    del held[HEAD]


def is_named_anew(held):
    for name in list(held):
        held[f"other.{name}"] = held.pop(name)


def is_quantised(held):
    held[UP] = held[UP].to(torch.int8)


WRONG = {
    lacks_two: f"2 missing ({UP}, {NORM})",
    names_one_otherwise: f"1 missing ({UP}); 1 unknown (up)",
    shapes_one_otherwise: f"1 of another shape ({UP} (5, 16) instead of (24, 16))",
    has_one_more: "1 unknown (model.layers.7.mlp.up_proj.weight)",
    lacks_the_head: f"1 missing ({HEAD})",
    is_named_anew: "21 missing (lm_head.weight, model.embed_tokens.weight, ",
    is_quantised: "model.safetensors holds numbers of type I8: quantised weights are not studied",
}


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__)
def test_tensors_that_are_not_those_of_the_architecture_are_named(folder, change):
    held = tensors(folder)
    change(held)
    write(folder, held)
    message = refusal(folder)
    assert message.startswith("model m: ") and "\n" not in message
    assert WRONG[change] in message


@pytest.mark.parametrize("change", [each for each in WRONG if each is not is_quantised], ids=lambda c: c.__name__)
def test_every_load_asks_again(folder, change):
    held = tensors(folder)
    change(held)
    write(folder, held)
    write_manifest(folder, "m", {})
    with pytest.raises(SystemExit, match="the tensors are not those of its architecture: ") as caught:
        load_model(folder, "cpu", "float32")
    assert WRONG[change] in str(caught.value)


def test_what_is_tied_or_ignored_may_be_there_or_not(tmp_path):
    folder = make(tmp_path / "tied", tied=True)
    held = tensors(folder)
    assert HEAD not in held
    materialise("m", {"path": str(folder)}, tmp_path / "without")
    held[HEAD] = held["model.embed_tokens.weight"].clone()
    held["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(4)
    held["model.layers.0.mlp.up_proj.weight"] = held["model.layers.0.mlp.up_proj.weight"].half()  # of another type
    write(folder, held)
    materialise("m", {"path": str(folder)}, tmp_path / "with")
    assert torch.equal(load_model(tmp_path / "with", "cpu", "float32").lm_head.weight, held[HEAD])


@pytest.mark.parametrize("name", MODELS)
def test_what_transformers_writes_of_any_architecture_is_whole(tmp_path, name):
    kind, config = MODELS[name]
    kind(config).save_pretrained(tmp_path)
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors(tmp_path).items()}
    assert misfit(of_shapes(AutoConfig.from_pretrained(tmp_path), shapes)[1]) is None
    lost = next(key for key in shapes if "q_proj" in key or "qkv_proj" in key)
    del shapes[lost]
    message = "the tensors are not those of its architecture: 1 missing"
    assert misfit(of_shapes(AutoConfig.from_pretrained(tmp_path), shapes)[1]) == f"{message} ({lost})"


def shards(folder, first, second):
    """Two files of weights with an index, in place of the one."""
    (folder / "model.safetensors").unlink()
    files = {"model-00001-of-00002.safetensors": first, "model-00002-of-00002.safetensors": second}
    for name, held in files.items():
        write(folder, held, name)
    index = {"weight_map": {key: name for name, held in files.items() for key in held}}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, **index}))


def halves(folder):
    held = tensors(folder)
    return dict(list(held.items())[:9]), dict(list(held.items())[9:])


def test_weights_in_several_files_are_one_model(folder):
    shards(folder, *halves(folder))
    materialise("m", {"path": str(folder)}, folder.parent / "out")
    load_model(folder.parent / "out", "cpu", "float32")


def test_a_tensor_that_two_files_hold_is_named(folder):
    first, second = halves(folder)
    shards(folder, first, second | {UP: first.get(UP, second.get(UP))} | dict(list(first.items())[:1]))
    assert f"holds again what another file of weights holds: {next(iter(first))}" in refusal(folder)


def test_a_file_of_the_index_that_is_not_there_is_named(folder):
    shards(folder, *halves(folder))
    (folder / "model-00002-of-00002.safetensors").unlink()
    message = "no model-00002-of-00002.safetensors, which model.safetensors.index.json names"
    assert refusal(folder) == f"model m: {message}"


def test_weights_under_a_name_that_is_not_loaded_are_refused(folder):
    (folder / "model.safetensors").rename(folder / "weights.safetensors")
    assert "neither model.safetensors nor an model.safetensors.index.json" in refusal(folder)


def test_a_tokenizer_of_more_tokens_than_the_model_knows_is_refused(folder):
    edit(folder / "config.json", vocab_size=10)
    held = tensors(folder)
    write(folder, held | {name: held[name][:10] for name in (HEAD, "model.embed_tokens.weight")})
    assert "tokens beyond the 10 that the model knows (vocab_size): b, c" in refusal(folder)


def test_files_that_transformers_cannot_read_are_one_line(folder):
    edit(folder / "config.json", model_type="nothing of the kind")
    message = refusal(folder)
    assert message.startswith("model m: transformers cannot load it: ValueError: ") and "\n" not in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_weights_that_are_no_numbers_are_refused_where_they_are_loaded(folder, value):
    held = tensors(folder)
    held[UP][3, 4] = value
    write(folder, held)
    write_manifest(folder, "m", {})
    with pytest.raises(SystemExit, match=f"not finite as torch.float16: {UP}"):
        load_model(folder, "cpu", "float16")
    assert (not_finite(AutoModelForCausalLM.from_pretrained(folder)) is None) == (value == 1e6)


def test_a_file_that_changed_is_named_before_it_is_loaded(folder):
    out = folder.parent / "out"
    materialise("m", {"path": str(folder)}, out)
    load_model(out, "cpu", "float32")
    edit(out / "generation_config.json", eos_token_id=5)
    for load in (lambda: load_model(out, "cpu", "float32"), lambda: load_tokenizer(out)):
        with pytest.raises(SystemExit, match=f"not what {MANIFEST} says: generation_config.json; remove the folder"):
            load()
