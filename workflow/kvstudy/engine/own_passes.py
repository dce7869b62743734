"""Presses that pass over the context by themselves: to reconstruct it (KVzip) or to read it a second time (KVCompose).

They cannot share a prefill. Each runs as kvpress runs it, over the whole context; what it left is read off its cache.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from kvpress import BasePress
from torch import nn
from transformers import DynamicCache, PreTrainedModel

from kvstudy.engine.context import CompressedContext, CompressedLayer, Unsupported
from kvstudy.engine.implementation import using_attention
from kvstudy.engine.survivors import find_positions


def has_own_passes(press: BasePress | None) -> bool:
    """Whether a press replaces the way in which kvpress applies a press to a model."""
    return press is not None and type(press).__call__ is not BasePress.__call__


def prefill_with_own_passes(
    model: PreTrainedModel, ids: torch.Tensor, region: tuple[int, int], press: BasePress, seed: int
) -> CompressedContext:
    """Compress a context by one such press; ids are (1, tokens).

    Raises
    ------
    Unsupported
        The region is not the whole context, or the survivors cannot be told.
    """
    length = ids.shape[1]
    if region != (0, length):
        raise Unsupported("it passes over the whole context by itself, so that a part of it cannot be protected")
    cache, modules = DynamicCache(), [layer.self_attn for layer in model.model.layers]
    torch.manual_seed(seed)
    clear_masks(modules)
    try:
        with remembering_keys(modules) as keys, restoring(model), press(model):
            model.model(input_ids=ids, past_key_values=cache, use_cache=True)
        layers = [
            what_is_left(module, full, held.keys[0], held.values[0])
            for module, full, held in zip(modules, keys, cache.layers, strict=True)
        ]
    finally:
        clear_masks(modules)
    return CompressedContext(layers, length, region)


@contextmanager
def restoring(model: PreTrainedModel) -> Iterator[None]:
    """Put back what a press replaces in the model, which some leave in place when they fail."""
    forward = model.model.forward
    try:
        with using_attention(model, model.config._attn_implementation):
            yield
    finally:
        model.model.forward = forward


def clear_masks(modules: list[nn.Module]) -> None:
    """Forget which entries the last press masked out; kvpress keeps them on the attention layers."""
    for module in modules:
        module.masked_key_indices = None


@contextmanager
def remembering_keys(modules: list[nn.Module]) -> Iterator[list[torch.Tensor]]:
    """Collect each layer's keys (KV heads, tokens, head dimension) as its first pass leaves them."""
    keys: list[torch.Tensor] = []

    def remember(module: nn.Module, arguments: tuple, kwargs: dict, output: tuple) -> None:
        if len(keys) == module.layer_idx:
            keys.append(kwargs["past_key_values"].layers[module.layer_idx].keys[0])

    hooks = [module.register_forward_hook(remember, with_kwargs=True) for module in modules]
    try:
        yield keys
    finally:
        for hook in hooks:
            hook.remove()


def what_is_left(module: nn.Module, full: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> CompressedLayer:
    """What a press left of a layer: entries that it removed are not in the cache, others may be masked out."""
    if keys.shape[1] > full.shape[1]:
        raise Unsupported("the press leaves more entries than the context has")
    layer = CompressedLayer(keys, values, find_positions(full, keys))
    if module.masked_key_indices is not None:
        _, heads, positions = (index.to(keys.device) for index in module.masked_key_indices)
        layer.masked = torch.zeros_like(layer.positions, dtype=torch.bool)
        layer.masked[heads, positions] = True
    return layer
