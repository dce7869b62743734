"""Each policy's rule within spans, against its definition written out."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kvpress import (
    CriticalKVPress,
    KnormPress,
    ObservedAttentionPress,
    PyramidKVPress,
    SnapKVPress,
    StreamingLLMPress,
    TOVAPress,
)

from kvstudy.policies.fair import FairPress
from kvstudy.policies.span_scores import RULES, find_rule, sinks_of_context, split_window, window_of_each_span

SPANS = [(0, 25), (25, 37), (37, 70)]


def scores(press, attention, spans=SPANS, length=70):
    return find_rule(press, RULES)(press, attention.context(length), spans)


def test_streaming_keeps_sinks_and_recent_tokens_of_each_span(attention):
    press = FairPress(StreamingLLMPress(0.5, n_sink=4), [(0, 20), (20, 60)])
    kept = {*range(4), *range(14, 20), *range(20, 24), *range(44, 60)}
    assert attention.survivors(press, 60) == [kept, kept]


def test_streaming_as_the_paper_has_it_keeps_sinks_of_the_context_only(attention):
    spans, rules = [(0, 20), (20, 60)], {StreamingLLMPress: sinks_of_context}
    press = FairPress(StreamingLLMPress(0.5, n_sink=4), spans, rules=rules)
    kept = {*range(4), *range(14, 20), *range(40, 60)}
    assert attention.survivors(press, 60) == [kept, kept]


def test_a_span_with_a_budget_below_its_sinks_keeps_the_first_of_them(attention):
    press = FairPress(StreamingLLMPress(0.875, n_sink=4), [(0, 16), (16, 48)])
    kept = {0, 1, 16, 17, 18, 19}
    assert attention.survivors(press, 48) == [kept, kept]


def test_attention_from_later_spans_does_not_count(attention):
    weights = attention.context(70).attentions[0]
    found = scores(ObservedAttentionPress(), attention)[0]
    for start, end in SPANS:
        for key in (start, (start + end) // 2, end - 1):
            received = weights[:, key:end, key].mean(1)
            assert torch.allclose(found[:, key], received.view(2, 3).mean(1), atol=1e-6)


def test_the_anchor_of_a_span_is_its_last_token(attention):
    weights = attention.context(70).attentions[0]
    found = scores(TOVAPress(), attention)[0]
    for start, end in SPANS:
        expected = weights[:, end - 1, start : end - 1].mean(0)
        assert torch.allclose(found[:, start : end - 1], expected.expand(2, -1))
        assert (found[:, end - 1] > expected.max()).all()


def test_each_part_of_the_window_votes_on_its_own_span(attention):
    weights = attention.context(70).attentions[0]
    found = scores(SnapKVPress(window_size=16, kernel_size=1), attention)[0]
    for (start, end), window in zip(SPANS, (5, 5, 6), strict=True):
        votes = weights[:, end - window : end, start : end - window].mean(1).view(2, 3, -1).mean(1)
        assert torch.allclose(found[:, start : end - window], votes, atol=1e-6)
        assert (found[:, end - window : end] > votes.max()).all()


def test_pooling_does_not_reach_over_a_span(attention):
    context = attention.context(70)
    louder = context._replace(attentions=context.attentions.clone())
    louder.attentions[..., 25:] = 1.0
    press = SnapKVPress(window_size=16, kernel_size=5)
    usual, loud = (window_of_each_span(press, inputs, SPANS) for inputs in (context, louder))
    assert torch.equal(usual[..., :25], loud[..., :25])


def test_the_window_is_computed_where_no_weights_are_given(attention):
    """The rows of the full attention, of queries in the middle of the context too."""
    context = attention.context(70)._replace(attentions=None)
    module, (cos, sin) = attention.module, context.kwargs["position_embeddings"]
    query = module.q_proj(context.hidden_states).view(1, 70, 6, 4).transpose(1, 2)
    query = query * cos[:, None] + torch.cat([-query[..., 2:], query[..., :2]], -1) * sin[:, None]
    logits = query @ context.keys.repeat_interleave(3, dim=1).transpose(2, 3) / 2
    weights = logits.masked_fill(torch.ones(70, 70).triu(1).bool(), -torch.inf).softmax(-1)
    for press in (SnapKVPress(window_size=16, kernel_size=5), TOVAPress()):
        rule = find_rule(press, RULES)
        computed = rule(press, context, SPANS)
        given = rule(press, context._replace(attentions=weights), SPANS)
        assert torch.allclose(computed, given, atol=1e-5)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(1, 64))
def test_windows_share_the_policys_window(lengths, window):
    ends = torch.tensor(lengths).cumsum(0).tolist()
    parts = split_window(window, [(end - length, end) for end, length in zip(ends, lengths, strict=True)])
    assert all(1 <= part <= length for part, length in zip(parts, lengths, strict=True))
    assert sum(parts) <= max(window, len(lengths))
    if all(length >= window for length in lengths) and window >= len(lengths):
        assert sum(parts) == window and max(parts) - min(parts) <= 1 and parts == sorted(parts)


def test_windows_of_two_spans():
    assert split_window(16, [(0, 84), (84, 140)]) == [8, 8]
    assert split_window(16, [(0, 5), (5, 140)]) == [5, 11]
    assert split_window(16, [(0, 84), (84, 87)]) == [8, 3]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_spans_shorter_than_their_windows(attention, data):
    lengths = data.draw(st.lists(st.integers(1, 9), min_size=3, max_size=8).filter(lambda drawn: sum(drawn) > 16))
    ends = torch.tensor(lengths).cumsum(0).tolist()
    spans = [(end - length, end) for end, length in zip(ends, lengths, strict=True)]
    for base in (SnapKVPress(0.5, window_size=16, kernel_size=5), TOVAPress(0.5), StreamingLLMPress(0.5)):
        kept = attention.survivors(FairPress(base, spans), ends[-1])
        assert [len(head) for head in kept] == [ends[-1] // 2] * 2


def test_rules_follow_the_scores():
    """A subclass with its parent's scores has its parent's rule; one with scores of its own has none."""

    class Louder(SnapKVPress):
        def score(self, *arguments):
            return super().score(*arguments) * 2

    assert find_rule(PyramidKVPress(), RULES) is window_of_each_span
    assert find_rule(Louder(), RULES) is None
    assert find_rule(KnormPress(), RULES) is None
    assert find_rule(CriticalKVPress(SnapKVPress()), RULES) is None


def test_a_context_within_the_window_is_refused_as_by_the_policy(attention):
    with pytest.raises(ValueError, match="12 tokens is not longer than the window of 16"):
        attention.survivors(FairPress(SnapKVPress(0.5, window_size=16), [(0, 6), (6, 12)]), 12)


def test_missing_attention_weights_are_named(attention):
    with pytest.raises(ValueError, match="eager"):
        attention.survivors(FairPress(ObservedAttentionPress(0.5), [(0, 6), (6, 12)]), 12, weights=False)
