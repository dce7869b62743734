"""A small attention layer with random weights and a random context."""

from dataclasses import dataclass

import pytest
import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaRotaryEmbedding

from kvstudy.policies.selection import LayerInputs

CONFIG = LlamaConfig(hidden_size=24, num_attention_heads=6, num_key_value_heads=2, max_position_embeddings=512)


@dataclass
class Attention:
    """Makes contexts of any length for one attention layer, and tells what a press keeps of them."""

    module: LlamaAttention

    def context(self, length: int, seed: int = 0) -> LayerInputs:
        """Random inputs of a layer; the first channel of each value is its position."""
        drawn = torch.Generator().manual_seed(seed)
        hidden = torch.randn(1, length, CONFIG.hidden_size, generator=drawn)
        keys, values = torch.randn(2, 1, 2, length, CONFIG.head_dim, generator=drawn)
        values[..., 0] = torch.arange(length)
        logits = torch.randn(1, 6, length, length, generator=drawn)
        weights = logits.masked_fill(torch.ones(length, length).triu(1).bool(), -torch.inf).softmax(-1)
        embeddings = LlamaRotaryEmbedding(CONFIG)(hidden, torch.arange(length)[None])
        self.module.rotary_emb = LlamaRotaryEmbedding(CONFIG)
        return LayerInputs(self.module, hidden, keys, values, weights, {"position_embeddings": embeddings})

    def survivors(self, press, length: int, seed: int = 0, weights: bool = True) -> list[set[int]]:
        """Positions that a press keeps in each KV head, through its own `compress`."""
        inputs = self.context(length, seed)
        if not weights:
            inputs = inputs._replace(attentions=None)
        torch.manual_seed(seed)
        keys, values = press.compress(*inputs)
        assert keys.shape == values.shape
        kept = [head.long().tolist() for head in values[0, :, :, 0]]
        assert all(len(set(head)) == len(head) for head in kept)
        return [set(head) for head in kept]


@pytest.fixture(scope="session")
def attention():
    torch.manual_seed(0)
    return Attention(LlamaAttention(CONFIG, 0).requires_grad_(False))
