"""Attention of many questions over one shared compressed context.

The context's keys and values are held once, whatever the number of questions; each question adds only its own suffix.
Layers may keep different numbers of entries and heads may mask different ones. Registered with transformers as an
attention implementation, so that every model that uses its attention interface runs unchanged.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from transformers import AttentionInterface, PreTrainedModel

from kvstudy.engine.prefill import CompressedContext
from kvstudy.engine.trace import AttentionTrace

NAME = "kvstudy_shared_context"


def shared_context_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float,
    shared_context: CompressedContext,
    attention_trace: AttentionTrace | None = None,
    **kwargs: object,
) -> tuple[torch.Tensor, None]:
    """Attend to the compressed context and to the row's own suffix in one softmax.

    Parameters
    ----------
    query : torch.Tensor
        (rows, query heads, tokens, head dimension).
    key, value : torch.Tensor
        (rows, KV heads, suffix, head dimension): each row's own tokens.
    attention_mask : torch.Tensor
        (rows, 1, tokens, suffix), True where a token sees a suffix entry.
    scaling : float
    shared_context : CompressedContext
    attention_trace : AttentionTrace, optional
        Takes the weights of each row's last token.

    Returns
    -------
    torch.Tensor
        (rows, tokens, query heads, head dimension), and None in place of the weights.
    """
    context = shared_context.layers[module.layer_idx]
    rows, query_heads, tokens, dimension = query.shape
    heads, entries = context.keys.shape[:2]
    group = query_heads // heads
    # (rows, heads, group, tokens) <-> (heads, rows, group, tokens): the context is shared, the suffix is the row's own.
    by_row = query.reshape(rows, heads, group * tokens, dimension)
    by_head = by_row.transpose(0, 1).reshape(heads, rows * group * tokens, dimension)

    to_context = torch.bmm(by_head, context.keys.transpose(1, 2)) * scaling
    if context.masked is not None:
        to_context.masked_fill_(context.masked.unsqueeze(1), -torch.inf)
    to_context = to_context.view(heads, rows, group * tokens, entries).transpose(0, 1)
    to_suffix = torch.matmul(by_row, key.transpose(2, 3)) * scaling
    to_suffix = to_suffix.view(rows, heads, group, tokens, -1)
    to_suffix = to_suffix.masked_fill(~attention_mask.unsqueeze(1), -torch.inf).flatten(2, 3)

    weights = torch.cat([to_context, to_suffix], dim=-1).softmax(-1, dtype=torch.float32).to(query.dtype)
    if attention_trace is not None:
        last = weights.view(rows, heads, group, tokens, -1)[:, :, :, -1, :entries]
        attention_trace.record(context.positions, last)
    on_context = weights[..., :entries].transpose(0, 1).reshape(heads, rows * group * tokens, entries)
    output = torch.bmm(on_context, context.values).view(heads, rows, group * tokens, dimension).transpose(0, 1)
    output = output + torch.matmul(weights[..., entries:], value)
    return output.reshape(rows, query_heads, tokens, dimension).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, shared_context_attention)


@contextmanager
def sharing_context(model: PreTrainedModel) -> Iterator[None]:
    """Run the model with this attention; its forward then takes `shared_context` and `attention_trace`."""
    usual = model.config._attn_implementation
    model.config._attn_implementation = NAME
    try:
        yield
    finally:
        model.config._attn_implementation = usual
