"""The engine over every architecture that kvpress knows, small and at random, against transformers' own cache."""

import pytest
import torch
from kvpress import AdaKVPress, KeyDiffPress, KnormPress
from transformers import (
    DynamicCache,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import prefill

SIZE = {
    "vocab_size": 320,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
}
MODELS = {
    "llama": (LlamaForCausalLM, LlamaConfig(**SIZE)),
    "mistral": (MistralForCausalLM, MistralConfig(**SIZE, sliding_window=None)),
    "mistral with a window": (MistralForCausalLM, MistralConfig(**SIZE, sliding_window=24)),
    "phi3": (Phi3ForCausalLM, Phi3Config(**SIZE)),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**SIZE)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**SIZE, head_dim=16)),
    "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(**SIZE, head_dim=16, sliding_window=24, query_pre_attn_scalar=16)),
}
CONTEXT = [(7 * i) % 300 + 10 for i in range(60)]
QUESTIONS = [[11, 23, 31], [17, 19, 29, 37, 41]]
NEW_TOKENS = 6


WINDOWED = ("mistral with a window", "gemma3")


@pytest.fixture(params=MODELS)
def model(request):
    kind, config = MODELS[request.param]
    torch.manual_seed(0)
    config._attn_implementation = "sdpa"
    made = kind(config).eval()
    for parameter in made.parameters():  # larger weights, so that heads attend to something
        parameter.data.mul_(3)
    return made


def greedy(model, cache, length, question):
    """One question after the context in the cache, a token at a time."""
    tokens, found = question, []
    for step in range(len(question) + NEW_TOKENS - 1):
        token = tokens[step] if step < len(tokens) else found[-1]
        position = torch.tensor([[length + step]])
        output = model(torch.tensor([[token]]), past_key_values=cache, position_ids=position)
        if step >= len(question) - 1:
            found.append(output.logits[0, -1].argmax().item())
    return found


def test_answers_over_the_full_context_are_the_models_own(model):
    with torch.no_grad():
        (context,) = prefill(model, CONTEXT, (0, len(CONTEXT)), [None])
        evidence = torch.zeros(len(QUESTIONS), len(CONTEXT), dtype=torch.bool)
        (answered,) = answer(model, [Asked(context, QUESTIONS, evidence)], Decoding(NEW_TOKENS, ()))
        for question, found in zip(QUESTIONS, answered.answers, strict=True):
            cache = DynamicCache()
            model(torch.tensor([CONTEXT]), past_key_values=cache)
            assert found.tokens == greedy(model, cache, len(CONTEXT), question)


@pytest.mark.parametrize("model", [name for name in MODELS if name not in WINDOWED], indirect=True)
@pytest.mark.parametrize("press", [KnormPress(0.5), KeyDiffPress(0.7), AdaKVPress(KnormPress(0.5))])
def test_answers_over_a_compressed_context_are_kvpresss_own(model, press):
    """Not with windows: transformers' count cache entries instead of positions once a press has removed some."""
    with torch.no_grad():
        (context,) = prefill(model, CONTEXT, (0, len(CONTEXT)), [press])
        evidence = torch.zeros(len(QUESTIONS), len(CONTEXT), dtype=torch.bool)
        (answered,) = answer(model, [Asked(context, QUESTIONS, evidence)], Decoding(NEW_TOKENS, ()))
        for question, found in zip(QUESTIONS, answered.answers, strict=True):
            cache = DynamicCache()
            with press(model):
                model(torch.tensor([CONTEXT]), past_key_values=cache)
            assert found.tokens == greedy(model, cache, len(CONTEXT), question)
            for layer in model.model.layers:
                layer.self_attn.masked_key_indices = None
