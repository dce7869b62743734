"""Which tokens every position has taken in, layer by layer, while the whole context was read.

An edge leads from a position to a later one at a layer when some query head puts a weight above epsilon on it. What a
position has taken in stays with it. Only these boolean sets are kept: a layer's weights are gone when it has run.

Source: arXiv 2603.01426, token-attention graph, with edges that lead from one layer to the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from transformers import PreTrainedModel


class ReachSets:
    """The tokens that routes lead to, inside every position's state, before each layer.

    Parameters
    ----------
    targets : torch.Tensor
        (targets, questions, context length) bool: the positions that routes of each question lead to: its evidence,
        and whatever is to be compared with it.
    epsilons : list of float
        Weights, 0 < epsilon < 1: an edge has more.

    Attributes
    ----------
    followed : list of int
        The positions of all targets, in order.
    layers : list of torch.Tensor
        Before each layer, (epsilons, length, followed) bool: whether what stands at a followed position is in the
        state of a position, and so in the key and value that this layer stores there.
    """

    def __init__(self, targets: torch.Tensor, epsilons: list[float]):
        self.targets, self.epsilons = targets, epsilons
        self.followed = targets.flatten(0, 1).any(0).nonzero()[:, 0].tolist()
        start = torch.zeros(len(epsilons), targets.shape[-1], len(self.followed), dtype=torch.bool)
        start[:, self.followed, range(len(self.followed))] = True
        self.layers = [start]

    @contextmanager
    def following(self, model: PreTrainedModel) -> Iterator[None]:
        """Follow one prefill, whose layers return their attention weights."""
        self.layers = [self.layers[0].to(model.device)]
        hooks = [layer.self_attn.register_forward_hook(self.hook) for layer in model.model.layers]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def hook(self, module: nn.Module, arguments: tuple, output: tuple) -> None:
        """Take a layer's weights (1, query heads, length, length) one step further."""
        strongest = output[1][0].amax(0)
        sets = [spread(one, strongest > epsilon) for one, epsilon in zip(self.layers[-1], self.epsilons, strict=True)]
        self.layers.append(torch.stack(sets))


def spread(sets: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
    """The sets after one layer.

    Parameters
    ----------
    sets : torch.Tensor
        (length, followed) bool: what each position has taken in before the layer.
    edges : torch.Tensor
        (length, length) bool: whether a position (row) takes in another one (column).

    Returns
    -------
    torch.Tensor
        (length, followed) bool.
    """
    return sets | ((edges.float() @ sets.float()) > 0)
