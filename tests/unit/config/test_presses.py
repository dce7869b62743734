"""What is read from kvpress's source is what kvpress is."""

import dataclasses
import inspect

import kvpress
import pytest

from kvstudy.config import presses
from kvstudy.policies.selection import check_policy

CLASSES = {name: value for name, value in vars(kvpress).items() if inspect.isclass(value) and name.endswith("Press")}
RUNNABLE = sorted(set(CLASSES) - {"BasePress", "ScorerPress"})


@pytest.mark.parametrize("name", RUNNABLE)
def test_arguments_are_those_of_the_constructor(name):
    real = inspect.signature(CLASSES[name]).parameters
    public = {p for p in real if not p.startswith("_")}
    assert set(presses.press(name).arguments) == public


@pytest.mark.parametrize("name", RUNNABLE)
def test_ancestors_are_those_of_the_class(name):
    real = {c.__name__ for c in CLASSES[name].__mro__ if issubclass(c, kvpress.BasePress)}
    assert set(presses.press(name).ancestors) == real


def test_a_press_is_offered_when_its_ratio_can_be_set():
    plain = [n for n in presses.names() if "press" not in presses.press(n).arguments]
    for name in plain:
        made = CLASSES[name]()
        made.compression_ratio = 0.5
        assert made.compression_ratio == 0.5


@pytest.mark.parametrize("name", ["ThinKPress", "DuoAttentionPress", "SimLayerKVPress"])
def test_a_press_is_not_offered_when_it_refuses_a_ratio(name):
    assert name not in presses.names()
    made = CLASSES[name]()
    with pytest.raises(AttributeError):
        made.compression_ratio = 0.5


def test_composed_presses_have_no_ratio_of_their_own():
    fields = {f.name for f in dataclasses.fields(kvpress.ComposedPress)}
    assert "compression_ratio" not in fields
    assert "ComposedPress" not in presses.names()


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_press_with_a_call_of_its_own_passes_over_the_context_by_itself(name):
    assert presses.press(name).own_passes == (CLASSES[name].__call__ is not kvpress.BasePress.__call__)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("QFilterPress", "it needs files from the hub"),
        ("ExpectedAttentionStatsPress", "it needs files from the hub"),
        ("RestoreKVPress", "it needs files from the hub"),
        ("FastKVzipPress", "it needs files from the hub"),
        ("FinchPress", "it needs the question behind the context; here questions stand before it"),
        ("KVzipPress", None),
        ("LUKVPress", "it needs files from the network"),
        ("CAMPress", "it compresses while it answers, not before"),
        ("PrefillDecodingPress", "it compresses while it answers, not before"),
        ("ThinKPress", "its compression ratio cannot be set"),
        ("SnapKVPress", None),
    ],
)
def test_why_a_press_is_refused(name, reason):
    assert presses.press(name).refusal == reason
    assert (name in presses.names()) == (reason is None)


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_scorer_is_what_the_repairs_take(name):
    press = object.__new__(CLASSES[name])  # its class alone decides
    if presses.press(name).scorer:
        check_policy(press)
    else:
        with pytest.raises(ValueError, match=name):
            check_policy(press)
