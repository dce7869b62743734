"""What the repairs promise, for any context, spans and ratio."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from kvpress import (
    AdaKVPress,
    ExpectedAttentionPress,
    KeyDiffPress,
    KnormPress,
    ObservedAttentionPress,
    PyramidKVPress,
    RandomPress,
    ScorerPress,
    SnapKVPress,
    StreamingLLMPress,
    TOVAPress,
)

from kvstudy.policies.debias import DebiasPress
from kvstudy.policies.fair import FairPress
from kvstudy.policies.whitelist import WhitelistPress

POLICIES = {
    "streaming": lambda ratio: StreamingLLMPress(ratio, n_sink=4),
    "snapkv": lambda ratio: SnapKVPress(ratio, window_size=16, kernel_size=5),
    "tova": TOVAPress,
    "h2o": ObservedAttentionPress,
    "knorm": KnormPress,
    "pyramid": lambda ratio: PyramidKVPress(ratio, window_size=4),
    "expected": ExpectedAttentionPress,
    "keydiff": KeyDiffPress,
    "random": RandomPress,
}
policies = st.sampled_from(sorted(POLICIES))
ratios = st.floats(0.05, 0.95)
kinds = st.sampled_from(["plain", "fair", "debiased"])
quick = settings(max_examples=60, deadline=None)


@st.composite
def contexts(draw, at_least=2):
    """Spans that cover a context, and a seed."""
    lengths = draw(st.lists(st.integers(1, 50), min_size=at_least, max_size=6).filter(lambda drawn: sum(drawn) > 17))
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [(end - length, end) for end, length in zip(ends, lengths, strict=True)], draw(st.integers(0, 99))


@st.composite
def whitelists(draw):
    """A context and some of its positions."""
    spans, seed = draw(contexts())
    return spans, seed, draw(st.sets(st.integers(0, spans[-1][1] - 1), max_size=12))


def plain_budget(attention, name, ratio, length):
    return len(attention.survivors(POLICIES[name](ratio), length)[0])


def repaired(kind, name, ratio, spans):
    base = POLICIES[name](ratio)
    return {"plain": base, "fair": FairPress(base, spans), "debiased": DebiasPress(base, spans, 0.5)}[kind]


def shares(kept, spans):
    return [[sum(start <= p < end for p in head) for start, end in spans] for head in kept]


@quick
@given(policies, ratios, contexts())
def test_fair_keeps_the_policys_total_in_proportional_shares(attention, name, ratio, context):
    spans, seed = context
    length = spans[-1][1]
    kept = attention.survivors(FairPress(POLICIES[name](ratio), spans), length, seed)
    total = plain_budget(attention, name, ratio, length)
    for counts in shares(kept, spans):
        assert sum(counts) == total
        for (start, end), count in zip(spans, counts, strict=True):
            assert abs(count - total * (end - start) / length) < 1


@quick
@given(policies, ratios, st.integers(20, 120), st.integers(0, 99), st.booleans())
def test_fair_with_one_span_is_the_policy(attention, name, ratio, length, seed, weights):
    assume(name != "streaming" or length * (1 - ratio) >= 4)  # kvpress scores its sinks alike: topk takes any of them
    weights = weights or name == "h2o"
    base = POLICIES[name](ratio)
    expected = attention.survivors(base, length, seed, weights)
    assert attention.survivors(FairPress(POLICIES[name](ratio), [(0, length)]), length, seed, weights) == expected


@quick
@given(policies, ratios, contexts(), st.randoms())
def test_the_order_of_spans_does_not_matter(attention, name, ratio, context, random):
    spans, seed = context
    mixed = random.sample(spans, len(spans))
    for make in (FairPress, lambda press, spans: DebiasPress(press, spans, 0.4)):
        a, b = (attention.survivors(make(POLICIES[name](ratio), s), spans[-1][1], seed) for s in (spans, mixed))
        assert a == b


@quick
@given(policies, ratios, contexts())
def test_strength_0_is_the_policy_and_1_is_fair(attention, name, ratio, context):
    spans, seed = context
    ends = DebiasPress(POLICIES[name](ratio), spans, 0.0), DebiasPress(POLICIES[name](ratio), spans, 1.0)
    known = POLICIES[name](ratio), FairPress(POLICIES[name](ratio), spans)
    for debiased, expected in zip(ends, known, strict=True):
        length = spans[-1][1]
        assert attention.survivors(debiased, length, seed) == attention.survivors(expected, length, seed)


@quick
@given(policies, ratios, contexts(), st.floats(0, 1))
def test_debiased_shares_lie_between_the_policys_and_the_fair_ones(attention, name, ratio, context, strength):
    spans, seed = context
    presses = (
        POLICIES[name](ratio),
        FairPress(POLICIES[name](ratio), spans),
        DebiasPress(POLICIES[name](ratio), spans, strength),
    )
    counts = [shares(attention.survivors(press, spans[-1][1], seed), spans) for press in presses]
    for plain, fair, mixed in zip(*counts, strict=True):
        assert sum(plain) == sum(fair) == sum(mixed)
        for p, f, m in zip(plain, fair, mixed, strict=True):
            assert abs(m - (strength * f + (1 - strength) * p)) < 1 + 1e-9
            assert min(p, f) <= m <= max(p, f)


@quick
@given(policies, ratios, whitelists(), kinds)
def test_whitelisted_positions_survive_within_the_same_total(attention, name, ratio, context, kind):
    spans, seed, positions = context
    length = spans[-1][1]
    total = plain_budget(attention, name, ratio, length)
    assume(len(positions) <= total)
    kept = attention.survivors(WhitelistPress(repaired(kind, name, ratio, spans), positions), length, seed)
    assert all(positions <= head and len(head) == total for head in kept)


@quick
@given(policies, ratios, contexts(), kinds)
def test_a_whitelist_over_the_budget_is_refused_and_an_empty_one_changes_nothing(attention, name, ratio, context, kind):
    spans, seed = context
    length = spans[-1][1]
    total = plain_budget(attention, name, ratio, length)
    assert total < length
    with pytest.raises(ValueError, match=f"holds {total + 1} positions, the budget is {total}"):
        attention.survivors(WhitelistPress(repaired(kind, name, ratio, spans), range(total + 1)), length, seed)
    kept = attention.survivors(WhitelistPress(repaired(kind, name, ratio, spans), []), length, seed)
    assert kept == attention.survivors(repaired(kind, name, ratio, spans), length, seed)


@quick
@given(st.sampled_from(["knorm", "h2o", "tova", "keydiff"]), ratios, contexts())
def test_a_whitelist_of_survivors_changes_nothing(attention, name, ratio, context):
    """For policies that give no two entries the same score."""
    spans, seed = context
    for press in (POLICIES[name](ratio), FairPress(POLICIES[name](ratio), spans)):
        kept = attention.survivors(press, spans[-1][1], seed)
        common = sorted(set.intersection(*kept))[:3]
        assert attention.survivors(WhitelistPress(press, common), spans[-1][1], seed) == kept


@quick
@given(policies, ratios, whitelists())
def test_whitelisted_strength_0_and_1(attention, name, ratio, context):
    spans, seed, positions = context
    length = spans[-1][1]
    assume(len(positions) <= plain_budget(attention, name, ratio, length))
    for strength in (0.0, 1.0):
        base = POLICIES[name](ratio)
        expected = WhitelistPress(FairPress(base, spans) if strength else base, positions)
        debiased = WhitelistPress(DebiasPress(POLICIES[name](ratio), spans, strength), positions)
        assert attention.survivors(debiased, length, seed) == attention.survivors(expected, length, seed)


def test_a_whitelist_counts_within_its_spans_budget(attention):
    spans = [(0, 20), (20, 60)]
    fair = FairPress(KnormPress(0.7), spans)
    fits = attention.survivors(WhitelistPress(fair, range(3)), 60)
    assert shares(fits, spans) == [[6, 12]] * 2
    exceeds = attention.survivors(WhitelistPress(fair, range(10)), 60)
    assert shares(exceeds, spans) == [[10, 8]] * 2


def test_a_whitelist_displaces_the_oldest_of_streamings_recent_tokens(attention):
    press = WhitelistPress(StreamingLLMPress(0.5, n_sink=4), [10, 11])
    expected = {*range(4), 10, 11, *range(26, 40)}
    assert attention.survivors(press, 40) == [expected, expected]


def test_ratio_0_keeps_everything(attention):
    for press in (FairPress(KnormPress(0.0), [(0, 5), (5, 30)]), WhitelistPress(KnormPress(0.0), [3])):
        assert attention.survivors(press, 30) == [set(range(30))] * 2


def test_the_ratio_is_the_policys():
    press = WhitelistPress(DebiasPress(KnormPress(0.2), [(0, 5), (5, 9)], 0.5), [1])
    press.compression_ratio = 0.6
    assert press.press.press.compression_ratio == press.compression_ratio == 0.6


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([(0, 10), (12, 30)], r"\[12, 30\) should start at 10"),
        ([(0, 10), (8, 30)], r"\[8, 30\) should start at 10"),
        ([(2, 10), (10, 30)], r"\[2, 10\) should start at 0"),
        ([(0, 10), (10, 10)], r"at least one token"),
        ([], "needs spans"),
    ],
)
def test_spans_that_do_not_cover_the_context_are_refused(spans, message):
    with pytest.raises(ValueError, match=message):
        FairPress(KnormPress(0.5), spans)


def test_a_context_of_another_length_is_refused(attention):
    with pytest.raises(ValueError, match="the spans cover 30 tokens, the context has 40"):
        attention.survivors(FairPress(KnormPress(0.5), [(0, 10), (10, 30)]), 40)


def test_a_position_outside_the_context_is_refused(attention):
    for position in (-1, 40):
        with pytest.raises(ValueError, match=f"position {position} is not in the context of 40 tokens"):
            attention.survivors(WhitelistPress(KnormPress(0.5), [3, position]), 40)


def test_presses_that_do_not_choose_by_scores_are_refused():
    class Own(ScorerPress):
        def compress(self, *arguments):
            return arguments[2:4]

    for press, message in ((AdaKVPress(ExpectedAttentionPress(0.5)), "not a ScorerPress"), (Own(0.5), "of its own")):
        with pytest.raises(ValueError, match=message):
            FairPress(press, [(0, 5), (5, 9)])
        with pytest.raises(ValueError, match=message):
            WhitelistPress(press, [1])


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(ValueError, match="not between 0 and 1"):
        DebiasPress(KnormPress(0.5), [(0, 5), (5, 9)], strength)


@given(contexts(at_least=3), policies, ratios, st.data())
@quick
def test_a_span_of_more_weight_keeps_more_within_the_same_total(attention, context, name, ratio, data):
    spans, seed = context
    heavy = data.draw(st.integers(0, len(spans) - 1))
    press, length = POLICIES[name](ratio), spans[-1][1]
    weighted = FairPress(press, spans, weights=[3.0 if i == heavy else 1.0 for i in range(len(spans))])
    kept = attention.survivors(weighted, length, seed)
    fair = attention.survivors(FairPress(POLICIES[name](ratio), spans), length, seed)
    assert {len(head) for head in kept} == {len(head) for head in fair}
    for more, same in zip(shares(kept, spans), shares(fair, spans), strict=True):
        assert more[heavy] >= same[heavy]
        assert all(w <= f for i, (w, f) in enumerate(zip(more, same, strict=True)) if i != heavy)


@quick
@given(contexts(), st.sampled_from(["streaming", "snapkv", "knorm"]), ratios)
def test_a_debiased_press_takes_the_weights_of_the_fair_one(attention, context, name, ratio):
    spans, seed = context
    length, weights = spans[-1][1], [3.0, *[1.0] * (len(spans) - 1)]
    plain, fair = POLICIES[name](ratio), FairPress(POLICIES[name](ratio), spans, weights=weights)
    for strength, expected in ((0.0, plain), (1.0, fair)):
        press = DebiasPress(POLICIES[name](ratio), spans, strength, weights=weights)
        assert attention.survivors(press, length, seed) == attention.survivors(expected, length, seed)


def test_weights_stay_with_their_spans_and_must_be_positive():
    press = FairPress(KnormPress(0.5), [(4, 9), (0, 4)], weights=[2.0, 1.0])
    assert (press.spans, press.weights) == ([(0, 4), (4, 9)], [1.0, 2.0])
    for wrong in ([1.0], [1.0, 0.0], [1.0, -1.0]):
        with pytest.raises(ValueError, match="one above 0 is needed for each of 2 spans"):
            FairPress(KnormPress(0.5), [(0, 4), (4, 9)], weights=wrong)
