import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from kvstudy.metrics.class_f1 import class_f1, macro_f1


def test_by_hand():
    found = class_f1(np.array([2, 0, 0]), np.array([3, 1, 0]), np.array([2, 1, 0]))
    assert found[:2] == pytest.approx([0.8, 0.0]) and np.isnan(found[2])
    assert macro_f1(found) == pytest.approx(0.4)
    assert np.isnan(macro_f1(np.array([np.nan, np.nan])))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_it_is_sklearns(pairs):
    truth, told = map(np.array, zip(*pairs, strict=True))
    classes = np.arange(5)
    hits = [(truth == told)[truth == c].sum() for c in classes]
    f1 = class_f1(np.array(hits), (told[:, None] == classes).sum(0), (truth[:, None] == classes).sum(0))
    assert macro_f1(f1) == pytest.approx(f1_score(truth, told, average="macro"))
    present = np.union1d(truth, told)
    assert f1[present] == pytest.approx(f1_score(truth, told, labels=present, average=None, zero_division=0))
    assert np.isnan(np.delete(f1, present)).all()
