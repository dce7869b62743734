"""A policy under each variant is the press that the variant names."""

import pytest
from kvpress import KnormPress, StreamingLLMPress

from kvstudy.contracts.vocabulary import VARIANTS
from kvstudy.policies.debias import DebiasPress
from kvstudy.policies.fair import FairPress
from kvstudy.policies.variants import Places, vary
from kvstudy.policies.whitelist import WhitelistPress

SPANS, EACH, WHITELIST = [(0, 9), (9, 30)], [(0, 9), (9, 17), (17, 30)], [2, 3, 20]
LENGTH = 30
PLACES = Places(SPANS, EACH, 1, WHITELIST)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("plain", lambda policy: policy),
        ("whitelist", lambda policy: WhitelistPress(policy, WHITELIST)),
        ("fair", lambda policy: FairPress(policy, SPANS)),
        ("fair-whitelist", lambda policy: WhitelistPress(FairPress(policy, SPANS), WHITELIST)),
        ("fair-each", lambda policy: FairPress(policy, EACH)),
        ("debias-0.25", lambda policy: DebiasPress(policy, SPANS, 0.25)),
        ("weighted-2.5", lambda policy: FairPress(policy, EACH, weights=[1, 2.5, 1])),
    ],
)
@pytest.mark.parametrize("policy", [StreamingLLMPress, KnormPress])
def test_survivors_are_those_of_the_press(attention, policy, variant, expected):
    found = attention.survivors(vary(policy(0.5), variant, PLACES), LENGTH)
    assert found == attention.survivors(expected(policy(0.5)), LENGTH)
    assert {len(head) for head in found} == {LENGTH // 2}


@pytest.mark.parametrize("variant", ["fair", "fair-whitelist", "fair-each", "debias-0.5", "weighted-2"])
@pytest.mark.parametrize("spans", [[], [(0, LENGTH)]])
def test_one_span_is_nothing_to_be_fair_to(variant, spans):
    message = f"fair eviction needs two spans or more, this system prompt has {len(spans)}"
    with pytest.raises(ValueError, match=message):
        vary(KnormPress(0.5), variant, Places(spans, spans, 0, WHITELIST))


@pytest.mark.parametrize("variant", ["whitelist", "fair-whitelist"])
def test_no_phrase_is_nothing_to_whitelist(variant):
    with pytest.raises(ValueError, match="holds no whitelisted phrase"):
        vary(KnormPress(0.5), variant, Places(SPANS, EACH, 0, []))


def test_a_plain_policy_needs_neither():
    press = KnormPress(0.5)
    assert vary(press, "plain", Places([], [], 0, [])) is press
    assert VARIANTS[0] == "plain"
