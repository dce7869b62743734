"""Every press of kvpress that can be studied, against the cache that kvpress itself leaves."""

import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from kvpress import KeyRerotationPress, KnormPress, StreamingLLMPress
from transformers import DynamicCache

from kvstudy.config import presses
from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import prefill
from kvstudy.engine.survey import write_page
from kvstudy.models.load import load_tokenizer
from kvstudy.models.manifest import load_manifest
from kvstudy.policies.build import build

HOME = Path(__file__).parents[2]
TEXT = "The ferry to Ostrel leaves at dawn. Its captain, Maro Lint, keeps a parrot that answers to Button. " * 7
SEED = 3
BLENDING = ("MergingPress",)  # their survivors hold other entries' values, too


def policy(name):
    """The press by name; one that needs an inner press gets expected attention."""
    inner = presses.press(name).arguments.get("press")
    arguments = {"press": {"press": "ExpectedAttentionPress"}} if inner and inner.required else {}
    return {"press": name, "arguments": arguments}


def kvpress_leaves(model, ids, press):
    """The cache and the masked entries of every layer after kvpress's own context manager, drawing the same numbers."""
    drawn = zlib.crc32(ids.numpy().tobytes(), SEED)
    modules = [layer.self_attn for layer in model.model.layers]

    def seed(module, arguments):
        torch.manual_seed(drawn + module.layer_idx)

    hooks = [module.register_forward_pre_hook(seed) for module in modules]
    cache = DynamicCache()
    usual = model.config._attn_implementation
    if type(press).__name__ == "ObservedAttentionPress":
        model.config._attn_implementation = "eager"
    try:
        with press(model):
            model.model(input_ids=ids, past_key_values=cache)
    finally:
        model.config._attn_implementation = usual
        for hook in hooks:
            hook.remove()
    masked = [module.masked_key_indices for module in modules]
    for module in modules:
        module.masked_key_indices = None
    return cache, masked


@pytest.fixture(scope="module")
def ids(model_folder):
    return torch.tensor([load_tokenizer(model_folder).encode(TEXT, add_special_tokens=False)])


@pytest.fixture(scope="module")
def full(model, ids):
    cache = DynamicCache()
    model.model(input_ids=ids, past_key_values=cache)
    return cache


@pytest.mark.parametrize("name", presses.names())
def test_survivors_are_what_kvpress_leaves(model, ids, full, name):
    """The same entries in memory and the same ones masked; each survivor's value is that of its position."""
    length = ids.shape[1]
    (context,) = prefill(model, ids[0].tolist(), (0, length), [build(policy(name), 0.6)], SEED)
    cache, masked = kvpress_leaves(model, ids, build(policy(name), 0.6))
    eager = name in ("ObservedAttentionPress", "KVComposePress")  # another rounding of the same prefill
    for layer, left, hidden, whole in zip(context.layers, cache.layers, masked, full.layers, strict=True):
        assert torch.allclose(layer.keys, left.keys[0], atol=1e-3) if eager else torch.equal(layer.keys, left.keys[0])
        index = layer.positions[..., None].expand_as(layer.values)
        if name not in BLENDING:
            assert torch.allclose(layer.values, whole.values[0].gather(1, index), atol=1e-3 if eager else 0)
        expected = torch.zeros(layer.positions.shape[0], length, dtype=torch.bool)
        expected.scatter_(1, layer.positions, True)
        if hidden is not None:
            expected[hidden[1], hidden[2]] = False
        assert torch.equal(layer.kept(length), expected)
    assert context.achieved_ratio() == pytest.approx(0.6, abs=0.08)
    rerotated = name == "KeyRerotationPress"
    assert context.next_position() == (context.layers[0].keys.shape[1] if rerotated else length)


def test_blended_values_differ_from_those_of_their_positions(model, ids, full):
    (context,) = prefill(model, ids[0].tolist(), (0, ids.shape[1]), [build(policy("MergingPress"), 0.6)], SEED)
    layer, whole = context.layers[3], full.layers[3]
    index = layer.positions[..., None].expand_as(layer.values)
    assert torch.equal(layer.keys, whole.keys[0].gather(1, index))
    assert not torch.allclose(layer.values, whole.values[0].gather(1, index), atol=1e-3)


@pytest.mark.parametrize("name", ["KeyRerotationPress", "KVzipPress", "ObservedAttentionPress"])
def test_what_a_press_leaves_does_not_depend_on_its_company(model, ids, name):
    length = ids.shape[1]
    company = ["ObservedAttentionPress", "KnormPress", name, "KVComposePress"]
    together = prefill(model, ids[0].tolist(), (0, length), [build(policy(n), 0.5) for n in company], SEED)
    (alone,) = prefill(model, ids[0].tolist(), (0, length), [build(policy(name), 0.5)], SEED)
    for a, b in zip(alone.layers, together[2].layers, strict=True):
        assert torch.equal(a.keys, b.keys) and torch.equal(a.values, b.values)
        assert torch.equal(a.kept(length), b.kept(length))


@pytest.mark.parametrize("name", ["PyramidKVPress", "KVComposePress"])
def test_answers_where_layers_keep_different_numbers(model, model_folder, ids, name):
    """kvpress's pipeline cannot run these: its mask has one length. A token at a time needs no mask."""
    question = load_tokenizer(model_folder).encode("\n\nWho keeps a parrot?\n", add_special_tokens=False)
    length = ids.shape[1]
    (context,) = prefill(model, ids[0].tolist(), (0, length), [build(policy(name), 0.5)], SEED)
    evidence = torch.zeros(1, length, dtype=torch.bool)
    (answered,) = answer(model, [Asked(context, [question], evidence)], Decoding(8, (2,)))
    cache, _ = kvpress_leaves(model, ids, build(policy(name), 0.5))
    tokens, found = list(question), []
    while len(found) < 8 and 2 not in found:
        for token in tokens:
            position = torch.tensor([[length]])
            length += 1
            output = model(torch.tensor([[token]]), past_key_values=cache, position_ids=position)
        found.append(output.logits[0, -1].argmax().item())
        tokens = found[-1:]
    assert answered.answers[0].tokens == found


def test_the_page_of_policies_says_what_the_presses_do(model, model_folder, tmp_path):
    source = load_manifest(model_folder)["source"]
    write_page(model, load_tokenizer(model_folder), source["gguf"], tmp_path / "policies.md")
    assert (tmp_path / "policies.md").read_text() == (HOME / "docs" / "policies.md").read_text(), "run: make policies"


def test_a_press_with_passes_of_its_own_cannot_protect_a_part(model, ids):
    (refused,) = prefill(model, ids[0].tolist(), (8, ids.shape[1]), [build(policy("KVzipPress"), 0.5)])
    assert "cannot be protected" in str(refused)


@dataclass
class ByName(KnormPress):
    """Gathers with named arguments, after a gather that is no selection."""

    def compress(self, module, hidden_states, keys, values, attentions, kwargs):
        scores = self.score(module, hidden_states, keys, values, attentions, kwargs)
        index = scores.topk(keys.shape[2] // 2, dim=-1).indices[..., None].expand(-1, -1, -1, keys.shape[-1])
        return keys.gather(dim=2, index=index), values.gather(dim=2, index=index)


@dataclass
class Slicing(KnormPress):
    """Looks at the keys through a gather, then keeps the newer half by slicing."""

    def compress(self, module, hidden_states, keys, values, attentions, kwargs):
        keys.gather(2, torch.zeros_like(keys, dtype=torch.long))
        return keys[:, :, keys.shape[2] // 2 :], values[:, :, keys.shape[2] // 2 :]


@dataclass
class Nothing(KnormPress):
    """Keeps no entry."""

    def compress(self, module, hidden_states, keys, values, attentions, kwargs):
        return keys[:, :, :0], values[:, :, :0]


def test_survivors_of_presses_of_ones_own(model, ids):
    tokens, length = ids[0].tolist(), ids.shape[1]
    named, slicing, nothing, norm = prefill(
        model, tokens, (0, length), [ByName(0.5), Slicing(0.5), Nothing(0.5), KnormPress(0.5)]
    )
    assert torch.equal(named.survivors, norm.survivors)
    assert not slicing.survivors[..., : length // 2].any() and slicing.survivors[..., length // 2 :].all()
    assert str(nothing) == "the press leaves nothing of the context"


def test_positions_continue_from_what_is_left_even_where_nothing_was_turned(model, ids):
    tokens = ids[0, :45].tolist()
    (context,) = prefill(model, tokens, (0, 45), [KeyRerotationPress(StreamingLLMPress(0.9, n_sink=4))])
    assert context.layers[0].keys.shape[1] == 4  # the sinks, which stand where they stood
    assert context.next_position() == 4


@pytest.mark.parametrize("calls", [1, 2])
def test_memory_that_runs_out_in_a_press_leaves_the_model_as_it_was(model, ids, monkeypatch, calls):
    """In the first and in the second pass of KVCompose, which replaces the model's forward and its attention."""
    attention = model.model.layers[7].self_attn
    real, seen = attention.forward, []

    def failing(*arguments, **kwargs):
        seen.append(1)
        if len(seen) == calls:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(*arguments, **kwargs)

    tokens, length = ids[0].tolist(), ids.shape[1]
    (before,) = prefill(model, tokens, (0, length), [build(policy("AdaKVPress"), 0.5)])
    monkeypatch.setattr(attention, "forward", failing)
    with pytest.raises(torch.OutOfMemoryError):
        prefill(model, tokens, (0, length), [build(policy("KVComposePress"), 0.5)])
    monkeypatch.undo()
    (after,) = prefill(model, tokens, (0, length), [build(policy("AdaKVPress"), 0.5)])
    assert torch.equal(before.survivors, after.survivors)


def test_a_refusal_holds_no_memory(model, ids):
    (refused,) = prefill(model, ids[0, :4].tolist(), (0, 4), [StreamingLLMPress(0.5, n_sink=4)])
    assert refused.__traceback__ is None and refused.__cause__ is None and refused.__context__ is None
