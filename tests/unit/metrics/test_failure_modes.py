import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.contracts.judgements import FAILURE_MODES
from kvstudy.metrics.failure_modes import Thresholds, failure_modes

THRESHOLDS = Thresholds(erased=1.0, attended=0.2, agreed=0.5)


def mode(before=False, erased=False, mass=0.0, agreement=0.0):
    (found,) = failure_modes(
        np.array([before]), np.array([erased]), np.array([mass]), np.array([agreement]), THRESHOLDS
    )
    return found


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"before": True, "erased": True, "mass": 0.9}, "baseline"),
        ({"erased": True, "agreement": 0.9}, "erasure"),
        ({"mass": 0.2, "agreement": 0.9}, "utilisation"),
        ({"mass": 0.19, "agreement": 0.5}, "rigidity"),
        ({"mass": 0.19, "agreement": 0.49}, "dispersion"),
        ({"mass": 0.0, "agreement": np.nan}, "undefined"),
    ],
)
def test_rules_by_hand(case, expected):
    assert mode(**case) == expected


@given(st.booleans(), st.booleans(), st.floats(0, 1), st.floats(0, 1) | st.just(float("nan")))
def test_every_wrong_answer_has_one_mode(before, erased, mass, agreement):
    assert mode(before, erased, mass, agreement) in FAILURE_MODES
