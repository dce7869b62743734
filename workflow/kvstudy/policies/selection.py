"""What the repairs have in common: presses that wrap a policy and choose for themselves which entries survive."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from kvpress import BasePress, PyramidKVPress, ScorerPress
from torch import nn

from kvstudy.contracts.datasets import Span
from kvstudy.policies.budgets import total_budget


class LayerInputs(NamedTuple):
    """What kvpress gives a press of one layer, in the order of `BasePress.compress` and `ScorerPress.score`."""

    module: nn.Module
    hidden_states: torch.Tensor
    keys: torch.Tensor
    values: torch.Tensor
    attentions: torch.Tensor | None
    kwargs: dict

    @property
    def length(self) -> int:
        """Tokens of the context."""
        return self.keys.shape[2]


@dataclass
class SelectingPress(BasePress):
    """
    Base class of presses that choose the survivors of another press's policy by a rule of their own.

    Subclasses implement `select`. Survivors stay in order of position.

    Parameters
    ----------
    press : ScorerPress or SelectingPress
        The policy.
    """

    press: BasePress

    def post_init_from_model(self, model):
        """Let the policy read what it needs from the model."""
        self.press.post_init_from_model(model)

    @property
    def compression_ratio(self):
        """That of the policy."""
        return self.press.compression_ratio

    @compression_ratio.setter
    def compression_ratio(self, value):
        self.press.compression_ratio = value

    @property
    def policy(self) -> ScorerPress:
        """The press that scores, inside all others."""
        return self.press.policy if isinstance(self.press, SelectingPress) else self.press

    def budget(self, layer: LayerInputs) -> int:
        """Entries that each KV head of the layer keeps: as many as the policy alone."""
        return total_budget(self.policy, layer.module, layer.length)

    def select(self, layer: LayerInputs, forced: frozenset[int]) -> torch.Tensor:
        """Which entries survive: (batch, KV heads, tokens) bool, `budget` of them in each head.

        Parameters
        ----------
        layer : LayerInputs
        forced : frozenset of int
            Positions that must survive, at most `budget`.
        """
        raise NotImplementedError

    def compress(
        self,
        module: nn.Module,
        hidden_states: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        attentions: torch.Tensor,
        kwargs: dict,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep the selected entries; see `BasePress.compress`."""
        if self.compression_ratio == 0:
            return keys, values
        kept = self.select(LayerInputs(module, hidden_states, keys, values, attentions, kwargs), frozenset())
        indices = kept.nonzero()[:, -1].view(*kept.shape[:2], -1)
        indices = indices.unsqueeze(-1).expand(-1, -1, -1, module.head_dim)
        return keys.gather(2, indices).contiguous(), values.gather(2, indices).contiguous()


def check_policy(press: BasePress) -> None:
    """Refuse what does not score every entry, or keeps another number than its scores and ratio say."""
    if not isinstance(press, ScorerPress):
        raise ValueError(f"{type(press).__name__} is not a ScorerPress: it gives entries no scores to choose by")
    if type(press).compress not in (ScorerPress.compress, PyramidKVPress.compress):
        raise ValueError(f"{type(press).__name__} has a compress method of its own, which would not be used")


def keep_best(
    scores: torch.Tensor, spans: Iterable[Span], budgets: Iterable[int], forced: frozenset[int]
) -> torch.Tensor:
    """Forced entries first, then those of the highest scores within each span's budget.

    Parameters
    ----------
    scores : torch.Tensor
        (batch, KV heads, tokens).
    spans, budgets : iterables
        A budget a span, at least the number of forced positions in it.
    forced : frozenset of int

    Returns
    -------
    torch.Tensor
        (batch, KV heads, tokens) bool.
    """
    kept = torch.zeros_like(scores, dtype=torch.bool)
    kept[..., sorted(forced)] = True
    for (start, end), budget in zip(spans, budgets, strict=True):
        free = torch.tensor([p for p in range(start, end) if p not in forced], dtype=torch.long, device=scores.device)
        count = budget - (end - start - len(free))
        kept.scatter_(-1, free[scores[..., free].topk(count, dim=-1).indices], True)
    return kept
