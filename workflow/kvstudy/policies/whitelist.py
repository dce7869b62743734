"""Whitelisted eviction: chosen positions survive whatever the policy says."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from kvpress import ScorerPress

from kvstudy.policies.selection import LayerInputs, SelectingPress, check_policy, keep_best
from kvstudy.policies.span_scores import RULES, plain_scores


@dataclass
class WhitelistPress(SelectingPress):
    """
    Whitelist: the given positions survive in every layer and head, within the same total.

    The policy spends what is left of its budget on the other positions. Over `FairPress` or `DebiasPress` forced
    positions count towards their span's budget; a span that has more of them than its share keeps exactly these, and
    the other spans share what is left in proportion.

    Based on The Pitfalls of KV Cache Compression (https://arxiv.org/abs/2510.00231).

    Parameters
    ----------
    press : ScorerPress or SelectingPress
        The policy, plain or repaired.
    positions : iterable of int
        Positions in the context, counted from 0. More of them than the budget are refused with a ValueError when a
        context is compressed.

    Examples
    --------
    >>> from kvpress import TOVAPress
    >>> press = WhitelistPress(FairPress(TOVAPress(0.5), spans=[(0, 84), (84, 140)]), positions=range(28, 46))
    >>> with press(model):
    ...     model(input_ids, past_key_values=cache)
    """

    press: ScorerPress | SelectingPress
    positions: Iterable[int]

    def __post_init__(self):
        """Sort the positions, each once."""
        if not isinstance(self.press, SelectingPress):
            check_policy(self.press)
        self.positions = sorted(set(self.positions))

    def select(self, layer: LayerInputs, forced: frozenset[int]) -> torch.Tensor:
        """See `SelectingPress.select`."""
        outside = [position for position in self.positions if not 0 <= position < layer.length]
        if outside:
            raise ValueError(f"whitelisted position {outside[0]} is not in the context of {layer.length} tokens")
        forced, budget = forced.union(self.positions), self.budget(layer)
        if len(forced) > budget:
            raise ValueError(f"the whitelist holds {len(forced)} positions, the budget is {budget}")
        if isinstance(self.press, SelectingPress):
            return self.press.select(layer, forced)
        scores = plain_scores(self.press, layer, RULES, forced)
        return keep_best(scores, [(0, layer.length)], [budget], forced)
