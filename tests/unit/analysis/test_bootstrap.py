import numpy as np
import pytest

from kvstudy.analysis.bootstrap import Bootstrap, draws, quotient


def test_weights_are_draws_with_replacement():
    weights = Bootstrap(500, 0.95, 1).weights("base", 20)
    assert weights.shape == (500, 20)
    assert (weights.sum(axis=1) == 20).all()
    # a multinomial count has mean 1 and variance 1 - 1/n
    assert weights.mean() == 1
    assert weights.var() == pytest.approx(1 - 1 / 20, rel=0.05)


def test_weights_are_pinned_and_paired():
    assert draws(1, "base", 6, 2).tolist() == [[0, 1, 1, 1, 2, 1], [1, 2, 1, 1, 0, 1]]
    assert np.array_equal(Bootstrap(50, 0.95, 1).weights("base", 9), Bootstrap(50, 0.9, 1).weights("base", 9))
    assert not np.array_equal(draws(1, "base", 9, 50), draws(2, "base", 9, 50))
    assert not np.array_equal(draws(1, "base", 9, 50), draws(1, "knowledge_manipulation", 9, 50))
    assert np.array_equal(draws(1, "base", 9, 50), draws(1, "base", 9, 80)[:50])


def test_mean_over_questions_not_over_contexts():
    totals, counts = np.array([[3.0], *[[0.0]] * 4]), np.array([[3.0], *[[1.0]] * 4])
    value, low, high = Bootstrap(400, 0.95, 1).mean("base", totals, counts)
    assert value == pytest.approx([3 / 7])
    # the context of three questions is not drawn, or three times of five
    assert (low, high) == ([0.0], pytest.approx([9 / 11]))


def test_resampled_estimates_by_hand():
    bootstrap = Bootstrap(200, 0.8, 3)
    followed, asked = (1, 2, 0, 2, 1), (2, 2, 1, 3, 2)
    totals, counts = (np.array(of, dtype=float)[:, None] for of in (followed, asked))
    weights = bootstrap.weights("base", 5)
    by_hand = [sum(w * t for w, t in zip(row, followed, strict=True)) for row in weights]
    by_hand = [x / sum(w * c for w, c in zip(row, asked, strict=True)) for x, row in zip(by_hand, weights, strict=True)]
    value, low, high = bootstrap.mean("base", totals, counts)
    assert value == [0.6]
    assert low[0] == pytest.approx(np.quantile(by_hand, 0.1))
    assert high[0] == pytest.approx(np.quantile(by_hand, 0.9))


def test_fewer_than_five_contexts_have_no_interval():
    """Not even where they are contexts of more: those that have no value are not behind the estimate."""
    totals = np.array([[3.0, 1.0], [1.0, 0.0], [1.0, 1.0], [2.0, 1.0], [0.0, 0.0]])
    counts = np.array([[4.0, 2.0], [2.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 0.0]])
    value, low, high = Bootstrap(50, 0.95, 1).mean("base", totals, counts)
    assert value.tolist() == pytest.approx([7 / 11, 0.5])
    assert low[0] < value[0] < high[0]
    assert np.isnan([low[1], high[1]]).all()
    for contexts in (1, 2, 3, 4):
        value, low, high = Bootstrap(50, 0.95, 1).mean("base", totals[:contexts], counts[:contexts])
        assert np.isfinite(value).all() and np.isnan([low, high]).all()


def test_interval_has_the_width_of_the_closed_form():
    """For one value a context the interval is the mean plus and minus z standard errors."""
    random = np.random.RandomState(0)
    values = random.normal(5, 2, size=(400, 1))
    value, low, high = Bootstrap(4000, 0.95, 1).mean("base", values, np.ones((400, 1)))
    error = values.std() / np.sqrt(400)
    assert value[0] == pytest.approx(values.mean())
    assert low[0] == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert high[0] == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


def test_intervals_cover_the_truth_as_often_as_they_say():
    """40 contexts of six questions whose answers go together; 300 studies, truth 0.5."""
    random = np.random.RandomState(1)
    ability = random.beta(2, 2, size=(40, 300))
    totals = random.binomial(6, ability).astype(float)
    _, low, high = Bootstrap(500, 0.9, 1).mean("base", totals, np.full((40, 300), 6.0))
    covered = ((low <= 0.5) & (high >= 0.5)).mean()
    assert 0.84 <= covered <= 0.95
    # resampling questions instead would give intervals that are too narrow
    naive = 2 * 1.645 * np.sqrt(0.25 / 240)
    assert (high - low).mean() > 1.2 * naive


def test_a_metric_that_no_question_has_is_missing():
    totals = counts = np.array([[1.0, 0.0]] * 5)
    value, low, high = Bootstrap(100, 0.95, 1).mean("base", totals, counts)
    assert value[0] == low[0] == high[0] == 1.0
    assert np.isnan([value[1], low[1], high[1]]).all()


def test_resamples_without_a_value_are_left_out():
    """Five contexts of sixty have the metric: one resample in 180 or so misses all of them and has no estimate."""
    has = np.arange(60)[:, None] < 5
    bootstrap = Bootstrap(2000, 0.95, 1)
    assert (bootstrap.weights("base", 60)[:, :5].sum(axis=1) == 0).any()
    value, low, high = bootstrap.mean("base", 3.0 * has, 4.0 * has)
    assert value == low == high == [0.75]


def test_quotient():
    assert quotient(np.array([1.0, 2.0]), np.array([2.0, 1.0])).tolist() == [0.5, 2.0]
    assert np.isnan(quotient(np.array([0.0]), np.array([0.0]))).all()


def test_pairing_takes_what_contexts_share_out_of_the_difference_of_two_cells():
    """Two cells on the same contexts, one of which is 0.1 worse everywhere, a little noise apart."""
    random = np.random.RandomState(2)
    ability = random.uniform(0, 1, size=(60, 1))
    cells = ability, ability - 0.1 + random.normal(0, 0.01, size=(60, 1))
    counts = np.ones((60, 1))

    def estimates(seed: int, totals: np.ndarray) -> np.ndarray:
        weights = Bootstrap(1000, 0.95, seed).weights("base", 60)
        return quotient(weights @ totals, weights @ counts)

    paired = estimates(7, cells[0]) - estimates(7, cells[1])
    apart = estimates(7, cells[0]) - estimates(8, cells[1])
    difference = cells[0] - cells[1]
    assert paired.std() == pytest.approx(difference.std() / np.sqrt(60), rel=0.1)
    assert apart.std() == pytest.approx(np.sqrt((cells[0].var() + cells[1].var()) / 60), rel=0.1)
    assert apart.std() > 20 * paired.std()
    assert paired.min() > 0 > apart.min()
