"""Fair eviction: every span of the context keeps the same share of its entries."""

from dataclasses import dataclass, field

import torch
from kvpress import ScorerPress

from kvstudy.contracts.datasets import Span
from kvstudy.policies.budgets import proportional_budgets
from kvstudy.policies.selection import LayerInputs, SelectingPress, check_policy, keep_best
from kvstudy.policies.span_scores import RULES, Rule, find_rule


@dataclass
class FairPress(SelectingPress):
    """
    Fair eviction: the budget is shared over the context's spans in proportion to their lengths.

    A policy that compares all entries of a context evicts some instructions of a prompt more than others. Here the
    policy chooses within each span only. Every KV head keeps exactly as many entries as with the policy alone; budgets
    are rounded by largest remainder.

    Policies that score each entry by itself keep their scores. SnapKV, TOVA, H2O (ObservedAttentionPress) and
    StreamingLLM score each span by its own window, anchor, queries, or sinks and recent tokens: see
    `kvstudy.policies.span_scores`.

    Based on The Pitfalls of KV Cache Compression (https://arxiv.org/abs/2510.00231), for any number of spans.

    Parameters
    ----------
    press : ScorerPress
        The policy.
    spans : list of (int, int)
        [start, end) of each span, in any order. Together they cover the context without gap or overlap.
    weights : list of float, optional
        How much a token of each span counts when the budget is shared, above 0, in the order of `spans`: for spans of
        unequal importance. Without it all count the same.
    rules : dict, default=RULES
        Class of a press -> how it scores several spans. Add a rule for a press of your own, or
        `{StreamingLLMPress: sinks_of_context}` to give sinks to the first span only, as the paper does.

    Examples
    --------
    >>> from kvpress import SnapKVPress
    >>> press = FairPress(SnapKVPress(0.5, window_size=16, kernel_size=5), spans=[(0, 84), (84, 140)])
    >>> with press(model):
    ...     model(input_ids, past_key_values=cache)
    """

    press: ScorerPress
    spans: list[Span]
    weights: list[float] | None = field(default=None, kw_only=True)
    rules: dict[type[ScorerPress], Rule] = field(default_factory=RULES.copy, kw_only=True, repr=False)

    def __post_init__(self):
        """Sort the spans; refuse gaps, overlaps and empty spans."""
        check_policy(self.press)
        if not self.spans:
            raise ValueError("fair eviction needs spans")
        if self.weights is not None:
            if len(self.weights) != len(self.spans) or min(self.weights) <= 0:
                raise ValueError(f"weights {self.weights}: one above 0 is needed for each of {len(self.spans)} spans")
            self.weights = [weight for _, weight in sorted(zip(self.spans, self.weights, strict=True))]
        self.spans = sorted((start, end) for start, end in self.spans)
        expected = 0
        for start, end in self.spans:
            if start != expected or end <= start:
                raise ValueError(f"span [{start}, {end}) should start at {expected} and hold at least one token")
            expected = end

    def lengths(self, layer: LayerInputs) -> list[int]:
        """Tokens of each span; refuses a context that the spans do not cover."""
        if self.spans[-1][1] != layer.length:
            raise ValueError(f"the spans cover {self.spans[-1][1]} tokens, the context has {layer.length}")
        return [end - start for start, end in self.spans]

    def budgets(self, layer: LayerInputs, forced: frozenset[int]) -> list[int]:
        """Entries that each span keeps. A span with more forced positions than its share keeps exactly these."""
        least = [sum(start <= position < end for position in forced) for start, end in self.spans]
        return proportional_budgets(self.lengths(layer), self.budget(layer), least, self.weights)

    def select(self, layer: LayerInputs, forced: frozenset[int]) -> torch.Tensor:
        """See `SelectingPress.select`."""
        budgets = self.budgets(layer, forced)
        rule = find_rule(self.press, self.rules)
        scores = rule(self.press, layer, self.spans) if rule else self.press.score(*layer)
        return keep_best(scores, self.spans, budgets, forced)
