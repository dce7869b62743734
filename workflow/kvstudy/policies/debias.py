"""Debiased eviction: part of the way from what a policy does to fair eviction."""

from dataclasses import dataclass

import torch

from kvstudy.policies.budgets import round_shares
from kvstudy.policies.fair import FairPress
from kvstudy.policies.selection import LayerInputs, keep_best
from kvstudy.policies.span_scores import find_rule, plain_scores


@dataclass
class DebiasPress(FairPress):
    """
    Debiased eviction: each span keeps `strength * fair + (1 - strength) * plain` entries.

    `plain` is how many of the span's entries the policy alone keeps, head by head, and `fair` its proportional budget.
    Rounding is by largest remainder, so that every KV head keeps exactly as many entries as with the policy alone.
    Within a span the entries with the best weighted mean of two ranks survive: that by the policy's own scores and
    that by fair eviction's, weighted like the budgets. Strength 0 is the policy itself, strength 1 `FairPress`.

    Based on The Pitfalls of KV Cache Compression (https://arxiv.org/abs/2510.00231), which gives the budgets; the mean
    of ranks is ours.

    Parameters
    ----------
    press : ScorerPress
        The policy.
    spans : list of (int, int)
        As in `FairPress`.
    strength : float
        The paper's lambda, 0 <= strength <= 1.
    weights : list of float, optional
        As in `FairPress`: the fair budgets are then the weighted ones.
    rules : dict, default=RULES
        As in `FairPress`.

    Examples
    --------
    >>> from kvpress import KnormPress
    >>> press = DebiasPress(KnormPress(0.5), spans=[(0, 84), (84, 140)], strength=0.5)
    >>> with press(model):
    ...     model(input_ids, past_key_values=cache)
    """

    strength: float

    def __post_init__(self):
        """Refuse a strength outside 0 to 1."""
        super().__post_init__()
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength {self.strength} is not between 0 and 1")

    def select(self, layer: LayerInputs, forced: frozenset[int]) -> torch.Tensor:
        """See `SelectingPress.select`."""
        budgets = self.budgets(layer, forced)
        scores = plain_scores(self.press, layer, self.rules, forced)
        rule = find_rule(self.press, self.rules)
        fair_scores = rule(self.press, layer, self.spans) if rule else scores  # a random policy draws once
        plain = keep_best(scores, [(0, layer.length)], [sum(budgets)], forced)
        fair = keep_best(fair_scores, self.spans, budgets, forced)
        counts = self.mix(self.count(plain).double(), self.count(fair).double())
        kept = torch.zeros_like(plain)
        for (start, end), count in zip(self.spans, round_shares(counts).unbind(-1), strict=True):
            must = [position - start for position in forced if start <= position < end]
            span = slice(start, end)
            ranks = self.mix(
                rank(scores[..., span], plain[..., span], must), rank(fair_scores[..., span], fair[..., span], must)
            )
            best_first = ranks.argsort(dim=-1, descending=True, stable=True)
            kept[..., span] = best_first.argsort(-1) < count.unsqueeze(-1)
        return kept

    def mix(self, plain: torch.Tensor, fair: torch.Tensor) -> torch.Tensor:
        """The way from plain to fair, as far as the strength says."""
        return plain + self.strength * (fair - plain)

    def count(self, kept: torch.Tensor) -> torch.Tensor:
        """(batch, KV heads, spans): entries kept of each span."""
        return torch.stack([kept[..., start:end].sum(-1) for start, end in self.spans], dim=-1)


def rank(scores: torch.Tensor, kept: torch.Tensor, forced: list[int]) -> torch.Tensor:
    """Each entry's rank in its span, 0 the worst: forced entries over the other kept ones, those over the evicted ones.

    Parameters
    ----------
    scores, kept : torch.Tensor
        (batch, KV heads, tokens of the span).
    forced : list of int
        Positions within the span.

    Returns
    -------
    torch.Tensor
        (batch, KV heads, tokens of the span) float64.
    """
    tokens = scores.shape[-1]
    order = scores.argsort(dim=-1, stable=True).argsort(-1) + tokens * kept
    order[..., forced] += tokens
    return order.argsort(-1).argsort(-1).double()
