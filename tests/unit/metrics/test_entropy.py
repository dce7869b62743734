import math

import numpy as np
import pytest

from kvstudy.metrics.entropy import response_entropy


def test_the_end_does_not_count():
    assert response_entropy([1.0, 2.0, 9.0], [5, 6, 2], {2}) == 1.5
    assert response_entropy([1.0, 2.0, 9.0], [5, 6, 7], {2}) == 4.0
    assert response_entropy([1.0, 9.0, 9.0], [5, 2, 0], {2, 0}) == 1.0


def test_only_an_end_or_nothing_is_missing():
    assert math.isnan(response_entropy([9.0], [2], {2}))
    assert math.isnan(response_entropy([], [], {2}))


def test_an_entropy_a_token():
    with pytest.raises(ValueError):
        response_entropy([1.0], [5, 6], {2})


def test_the_mean_of_half_precision_entropies_does_not_drift_with_the_length():
    """As the facts hold them; summed in half precision, 1,280 times 1.7 would come to a mean of 1.8."""
    entropies = np.full(1280, 1.7, dtype=np.float16)
    assert response_entropy(entropies, [5] * 1280, ()) == pytest.approx(float(entropies[0]), rel=1e-6)
