"""How a policy scores the entries of several spans when none of them may decide about another.

A policy that scores each entry by itself, such as K-norm, needs no rule: its own scores are compared within a span.
The others get a rule here. With a single span each gives the scores of kvpress's own press.
Source: arXiv 2510.00231, appendix E, for two spans; here for any number.
"""

from collections.abc import Callable

import torch
from kvpress import ObservedAttentionPress, ScorerPress, SnapKVPress, StreamingLLMPress, TOVAPress
from torch.nn import functional as F

from kvstudy.contracts.datasets import Span
from kvstudy.policies.selection import LayerInputs

Rule = Callable[[ScorerPress, LayerInputs, list[Span]], torch.Tensor]
"""(press, layer, spans in order) -> scores (batch, KV heads, tokens), compared within a span only."""


def sinks_of_each_span(press: StreamingLLMPress, layer: LayerInputs, spans: list[Span]) -> torch.Tensor:
    """StreamingLLM: every span keeps its first `n_sink` tokens, then its most recent ones."""
    return _sinks_and_recent(layer, spans, [press.n_sink] * len(spans))


def sinks_of_context(press: StreamingLLMPress, layer: LayerInputs, spans: list[Span]) -> torch.Tensor:
    """StreamingLLM as the paper has it: the sinks are the context's first `n_sink` tokens, all else is recency."""
    return _sinks_and_recent(layer, spans, [press.n_sink] + [0] * (len(spans) - 1))


def _sinks_and_recent(layer: LayerInputs, spans: list[Span], sinks: list[int]) -> torch.Tensor:
    scores = torch.arange(layer.length, device=layer.keys.device)
    for (start, end), count in zip(spans, sinks, strict=True):
        first = scores[start : min(start + count, end)]
        first.copy_(2 * layer.length - first)  # before all others, the earliest first
    return scores.expand(*layer.keys.shape[:2], -1)


def window_of_each_span(press: SnapKVPress, layer: LayerInputs, spans: list[Span]) -> torch.Tensor:
    """SnapKV: the observation window is shared over the spans; each part votes on its span's keys before it."""
    if layer.length <= press.window_size:
        raise ValueError(f"a context of {layer.length} tokens is not longer than the window of {press.window_size}")
    heads = layer.keys.shape[1]
    scores = []
    for (start, end), window in zip(spans, split_window(press.window_size, spans), strict=True):
        votes = _window_attention(layer, start, end, window).mean(dim=-2)
        if votes.shape[-1]:
            votes = F.avg_pool1d(votes, kernel_size=press.kernel_size, padding=press.kernel_size // 2, stride=1)
        scores.append(_protect(votes.unflatten(1, (heads, -1)).mean(2), window))
    return torch.cat(scores, dim=-1)


def split_window(window: int, spans: list[Span]) -> list[int]:
    """Tokens of an observation window that fall to each span: equal shares, at least one token a span.

    What a span is too short for, and what cannot be divided, goes to later spans.
    """
    parts = []
    for place, (start, end) in enumerate(spans):
        share = (window - sum(parts)) // (len(spans) - place)
        parts.append(min(max(1, share), end - start))
    return parts


def anchor_of_each_span(press: TOVAPress, layer: LayerInputs, spans: list[Span]) -> torch.Tensor:
    """TOVA: the last token of each span scores its span's keys, with the mean over all query heads."""
    scores = []
    for start, end in spans:
        votes = _window_attention(layer, start, end, 1).mean(1)
        scores.append(_protect(votes.repeat(1, layer.keys.shape[1], 1), 1))
    return torch.cat(scores, dim=-1)


def attention_within_each_span(press: ObservedAttentionPress, layer: LayerInputs, spans: list[Span]) -> torch.Tensor:
    """H2O: the mean attention that a key receives from the queries of its own span."""
    if layer.attentions is None:
        raise ValueError("attention weights are needed: load the model with attn_implementation='eager'")
    scores = []
    for start, end in spans:
        received = layer.attentions[..., start:end, start:end].sum(2)
        queries = torch.arange(end - start, 0, -1).to(received.device, received.dtype)
        scores.append((received / queries).unflatten(1, (layer.keys.shape[1], -1)).mean(2))
    return torch.cat(scores, dim=-1)


def _window_attention(layer: LayerInputs, start: int, end: int, window: int) -> torch.Tensor:
    """(batch, query heads, window, keys): what the last tokens before `end` attend to from `start` to the window.

    The softmax is over all keys up to the query, those of other spans included.
    """
    if layer.attentions is not None:
        return layer.attentions[..., end - window : end, start : end - window]
    cos, sin = layer.kwargs["position_embeddings"]
    embeddings = cos[:, :end], sin[:, :end]
    return SnapKVPress.compute_window_attention(
        layer.module, layer.hidden_states[:, :end], layer.keys[:, :, :end], window, embeddings
    )[..., start:]


def _protect(scores: torch.Tensor, window: int) -> torch.Tensor:
    """Append the span's last tokens, with a score above all others."""
    best = scores.max().item() if scores.numel() else 0.0
    return F.pad(scores, (0, window), value=best + 1)


RULES: dict[type[ScorerPress], Rule] = {
    StreamingLLMPress: sinks_of_each_span,
    SnapKVPress: window_of_each_span,
    TOVAPress: anchor_of_each_span,
    ObservedAttentionPress: attention_within_each_span,
}


def find_rule(press: ScorerPress, rules: dict[type[ScorerPress], Rule]) -> Rule | None:
    """The rule of the press's class, or of the one it has its scores from; None where its own scores serve."""
    nearest = next((cls for cls in type(press).__mro__ if cls in rules), None)
    return rules[nearest] if nearest and type(press).score is nearest.score else None


def plain_scores(
    press: ScorerPress, layer: LayerInputs, rules: dict[type[ScorerPress], Rule], forced: frozenset[int]
) -> torch.Tensor:
    """The scores of a policy left as it is.

    Where positions are forced it is the rule over a single span: StreamingLLM's own scores do not say which of its
    recent tokens make room.
    """
    rule = find_rule(press, rules) if forced else None
    return rule(press, layer, [(0, layer.length)]) if rule else press.score(*layer)
