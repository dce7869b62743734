import math

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
