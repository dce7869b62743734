import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kvstudy.metrics.eviction import Eviction, eviction, eviction_by_head, eviction_by_layer

# two layers, two KV heads, four positions
KEPT = np.array(
    [
        [[1, 0, 0, 0], [1, 1, 0, 0]],
        [[0, 0, 0, 1], [1, 0, 0, 1]],
    ],
    dtype=bool,
)


def test_by_hand():
    # evicted by both heads: layer 0 positions 2, 3; layer 1 positions 1, 2; by all four heads: position 2
    rate = eviction(KEPT, np.arange(4))
    assert rate == Eviction(layer=0.5, model=0.25, head=10 / 16)
    assert eviction_by_layer(KEPT, np.arange(4)).tolist() == [0.5, 0.5]


def test_evidence_by_hand():
    # position 1: layer 0 keeps it in one head of two, layer 1 in none; position 2: nobody keeps it
    assert eviction(KEPT, [1]) == Eviction(layer=0.5, model=0.0, head=0.75)
    assert eviction(KEPT, [2]) == Eviction(layer=1.0, model=1.0, head=1.0)
    assert eviction(KEPT, [0]) == Eviction(layer=0.0, model=0.0, head=0.25)
    assert eviction(KEPT, [1, 2]) == Eviction(layer=0.75, model=0.5, head=0.875)


@pytest.mark.parametrize(("value", "share"), [(True, 0.0), (False, 1.0)])
def test_all_kept_and_none_kept(value, share):
    kept = np.full((3, 2, 5), value)
    assert eviction(kept, np.arange(5)) == Eviction(share, share, share)
    assert eviction_by_layer(kept, [4]).tolist() == [share] * 3


def test_no_position_is_an_error():
    with pytest.raises(ValueError, match="no positions"):
        eviction(KEPT, [])
    with pytest.raises(IndexError, match="context of 4 tokens"):
        eviction(KEPT, [4])
    with pytest.raises(IndexError, match="context of 4 tokens"):
        eviction(KEPT, [-1])


SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_readings_are_ordered_model_layer_head(kept):
    rate = eviction(kept, np.arange(kept.shape[2]))
    assert 0 <= rate.model <= rate.layer + 1e-12
    assert rate.layer <= rate.head + 1e-12 <= 1 + 1e-12
    assert rate.layer == pytest.approx(eviction_by_layer(kept, np.arange(kept.shape[2])).mean())


@given(SHAPES.flatmap(lambda shape: arrays(bool, (shape[0], 1, shape[2]))))
def test_with_one_head_layer_and_head_agree(kept):
    rate = eviction(kept, np.arange(kept.shape[2]))
    assert rate.layer == pytest.approx(rate.head)


@given(SHAPES.flatmap(lambda shape: arrays(bool, (1, *shape[1:]))))
def test_with_one_layer_model_and_layer_agree(kept):
    rate = eviction(kept, np.arange(kept.shape[2]))
    assert rate.model == rate.layer


@given(SHAPES.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))))
def test_keeping_more_never_raises_a_rate(pair):
    one, more = pair[0], pair[0] | pair[1]
    positions = np.arange(one.shape[2])
    before, after = eviction(one, positions), eviction(more, positions)
    assert after.layer <= before.layer and after.model <= before.model and after.head <= before.head


def test_eviction_by_head_averages_to_the_reading_by_head():
    kept = np.random.RandomState(0).rand(3, 2, 8) > 0.5
    positions = [1, 4, 6]
    found = eviction_by_head(kept, positions)
    assert found.tolist() == [[float(np.mean([not head[p] for p in positions])) for head in layer] for layer in kept]
    assert found.mean() == pytest.approx(eviction(kept, positions).head)
