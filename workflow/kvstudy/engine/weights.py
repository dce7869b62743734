"""Attention weights of the whole prefill, for the policies that score with them and for no other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from kvpress import BasePress, ObservedAttentionPress
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import eager_attention_forward

from kvstudy.engine.implementation import using_attention

NAME = "kvstudy_with_weights"


def needs_weights(press: BasePress | None) -> bool:
    """Whether a press, or one inside it, scores with the attention weights of the prefill."""
    inner = [part for part in vars(press).values() if isinstance(part, BasePress)] if press is not None else []
    return isinstance(press, ObservedAttentionPress) or any(map(needs_weights, inner))


def attention_with_weights(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float,
    scaling: float,
    usual: Callable,
    **kwargs: object,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The usual attention's output, bit for bit, and beside it the weights that eager attention has.

    Parameters
    ----------
    query, key, value : torch.Tensor
        (1, query heads or KV heads, tokens, head dimension).
    usual : callable
        The attention that the model is set to.

    Returns
    -------
    tuple of torch.Tensor
        (1, tokens, query heads, head dimension), and weights (1, query heads, tokens, tokens).
    """
    output, _ = usual(module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs)
    tokens = query.shape[2]
    at = torch.arange(tokens, device=query.device)
    seen = at <= at.unsqueeze(1)
    if window := kwargs.get("sliding_window"):
        seen &= at > at.unsqueeze(1) - window
    mask = torch.zeros(tokens, tokens, dtype=query.dtype, device=query.device)
    mask.masked_fill_(~seen, torch.finfo(query.dtype).min)
    _, weights = eager_attention_forward(module, query, key, value, mask[None, None], scaling)
    return output, weights


@contextmanager
def with_weights(model: PreTrainedModel) -> Iterator[None]:
    """Let every attention layer return its weights, as eager attention does by itself."""
    usual = model.config._attn_implementation
    if usual == "eager":
        yield
        return
    AttentionInterface.register(NAME, partial(attention_with_weights, usual=ALL_ATTENTION_FUNCTIONS[usual]))
    AttentionMaskInterface.register(NAME, ALL_MASK_ATTENTION_FUNCTIONS[usual])
    with using_attention(model, NAME):
        yield
