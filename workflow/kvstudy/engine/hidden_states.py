"""The residual stream at chosen tokens, after the embedding and after every layer."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from transformers import PreTrainedModel


@contextmanager
def reading_hidden_states(model: PreTrainedModel, tokens: list[int]) -> Iterator[list[torch.Tensor]]:
    """Collect (tokens, hidden size), float16, of one forward pass: the embedding first, then layer by layer."""
    states: list[torch.Tensor] = []

    def take(stream: torch.Tensor) -> None:
        states.append(stream[0, tokens].half().cpu())

    layers = model.model.layers
    hooks = [layers[0].register_forward_pre_hook(lambda module, arguments: take(arguments[0]))]
    hooks += [layer.register_forward_hook(lambda module, arguments, output: take(output)) for layer in layers]
    try:
        yield states
    finally:
        for hook in hooks:
            hook.remove()
