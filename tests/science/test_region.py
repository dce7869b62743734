"""A press that may only evict a part of the context: what it sees, what it keeps, what is traced afterwards."""

import pytest
import torch
from kvpress import (
    ExpectedAttentionPress,
    KeyDiffPress,
    ObservedAttentionPress,
    SnapKVPress,
    StreamingLLMPress,
    TOVAPress,
)
from transformers import DynamicCache

from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import prefill
from kvstudy.models.load import load_model

TEXT = "The ferry to Ostrel leaves at dawn. Its captain, Maro Lint, keeps a parrot that answers to Button. " * 4
START, END = 21, 75


@pytest.fixture(scope="module")
def eager(model_folder):
    made = load_model(model_folder, "cpu", "float32", "eager")
    for layer in made.model.layers:
        layer.self_attn.rotary_emb = made.model.rotary_emb
    return made


@pytest.fixture
def tokens(tokenizer):
    return tokenizer.encode(TEXT, add_special_tokens=False)


class Later(torch.nn.Module):
    """Rotary phases of the region, counted from its start as a press counts them."""

    def __init__(self, rotary):
        super().__init__()
        self.rotary, self.inv_freq = rotary, rotary.inv_freq

    def forward(self, x, positions):
        return self.rotary(x, positions + START)


def region_scores(model, tokens, press):
    """Every layer's scores of the region, from kvpress's own `score` on what the model computed there."""
    found, cache = [], DynamicCache()

    def read(module, arguments, kwargs, output):
        held = cache.layers[module.layer_idx]
        cos, sin = kwargs["position_embeddings"]
        part = slice(START, END)
        whole, module.rotary_emb = module.rotary_emb, Later(module.rotary_emb)
        weights = output[1][:, :, part, part] if isinstance(press, ObservedAttentionPress) else None
        inner = {**kwargs, "position_embeddings": (cos[:, part], sin[:, part])}
        keys, values = held.keys[:, :, part], held.values[:, :, part]
        found.append(press.score(module, kwargs["hidden_states"][:, part], keys, values, weights, inner)[0])
        module.rotary_emb = whole

    hooks = [layer.self_attn.register_forward_hook(read, with_kwargs=True) for layer in model.model.layers]
    press.post_init_from_model(model)
    model.model(input_ids=torch.tensor([tokens]), past_key_values=cache)
    for hook in hooks:
        hook.remove()
    return found


@pytest.mark.parametrize(
    "press",
    [
        SnapKVPress(0.5, window_size=8, kernel_size=5),
        TOVAPress(0.5),
        KeyDiffPress(0.5),
        ExpectedAttentionPress(0.5),
        ObservedAttentionPress(0.5),
    ],
    ids=lambda press: type(press).__name__,
)
def test_a_press_keeps_the_best_of_the_region_by_its_own_scores(model, eager, tokens, press):
    (context,) = prefill(model, tokens, (START, END), [press])
    assert context.survivors[..., :START].all() and context.survivors[..., END:].all()
    for kept, scores in zip(context.survivors, region_scores(eager, tokens, press), strict=True):
        inside = kept[:, START:END]
        assert (inside.sum(-1) == (END - START) // 2).all()
        for mine, score in zip(inside, scores, strict=True):  # another attention: equal up to rounding at the margin
            assert score[mine].min() >= score[~mine].max() - 1e-4 * score.abs().max()


def test_the_trace_over_a_compressed_region_is_the_attention_to_what_is_left(model, eager, tokenizer, tokens):
    """Against eager attention of the question over a mask that hides the same positions in all layers and heads."""
    length = len(tokens)
    question = tokenizer.encode("\n\nWho keeps a parrot?\n", add_special_tokens=False)
    (context,) = prefill(model, tokens, (START, END), [StreamingLLMPress(0.6, n_sink=4)])
    kept = context.survivors[0, 0]
    assert torch.equal(context.survivors, kept.expand_as(context.survivors)) and not kept.all()
    evidence = torch.zeros(1, length, dtype=torch.bool)
    evidence[0, [START + 1, START + 20, END - 3, END + 4]] = True  # kept as a sink, evicted, kept as recent, protected
    (answered,) = answer(model, [Asked(context, [question], evidence)], Decoding(1, (2,)))

    cache = DynamicCache()
    eager.model(input_ids=torch.tensor([tokens]), past_key_values=cache)
    seen = torch.ones(len(question), length + len(question), dtype=torch.bool).tril(length)
    seen[:, :length] &= kept
    mask = torch.zeros(seen.shape).masked_fill(~seen, torch.finfo(torch.float32).min)[None, None]
    at = torch.arange(length, length + len(question))[None]
    whole = eager.model(
        torch.tensor([question]), past_key_values=cache, position_ids=at, attention_mask=mask, output_attentions=True
    )
    beyond = torch.arange(length) >= 4
    for layer, found in zip(whole.attentions, answered.trace.layers, strict=True):
        weights = layer[0, :, -1, :length]
        assert torch.allclose(found["context_mass"][0], weights.sum(-1), atol=1e-4)
        assert torch.allclose(found["evidence_mass"][0], weights[:, evidence[0]].sum(-1), atol=1e-4)
        for name, among in (("top", kept), ("top_beyond_sinks", kept & beyond)):
            ranked = weights.masked_fill(~among, -1)
            clear = ranked.topk(2).values.diff().abs()[:, 0] > 1e-4
            assert clear.any()
            assert torch.equal(found[name][0][clear], ranked.argmax(-1)[clear])
