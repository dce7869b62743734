"""Curves whose truth is known: the fit finds it, and calls a cliff what is one."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.cliffs import (
    cliffs,
    constant,
    criterion,
    describe,
    fit_line,
    fit_logistic,
    half_rise,
    logistic,
    shape_of,
    start_at,
    steepest,
    surprise,
)
from kvstudy.analysis.series import Series
from kvstudy.analysis.susceptibility import steps, susceptibility
from kvstudy.contracts.analysis import CLIFFS, SUSCEPTIBILITY

BOOTSTRAP = Bootstrap(100, 0.95, 1)
RATIOS = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975])
LABELS = {
    "experiment": "routing",
    "model": "m",
    "policy": "snapkv",
    "compress": "context",
    "regime": "agnostic",
    "dataset": "base",
    "metric": "hallucinated",
}


def simulated(rates, contexts=60, questions=6, ratios=RATIOS) -> Series:
    """Answers drawn with the given rates, each passage a little harder or easier than the next."""
    random = np.random.RandomState(0)
    harder = random.normal(0, 0.05, size=(contexts, 1))
    events = random.binomial(questions, np.clip(np.asarray(rates) + harder, 0, 1))
    return Series(LABELS, ratios, events.astype(float), np.full(events.shape, float(questions)), np.zeros(events.shape))


def test_a_cliff_is_found_where_it_is():
    found = describe(simulated(logistic((0.1, 0.8, 0.8, 0.03), RATIOS)), BOOTSTRAP)
    assert found["shape"] == "cliff"
    assert found["midpoint"] == pytest.approx(0.8, abs=0.015)
    assert found["midpoint_low"] < 0.8 < found["midpoint_high"]
    assert found["steepest"] == pytest.approx(0.7 / (4 * 0.03), rel=0.25)
    assert found["half_rise"] == pytest.approx(0.8, abs=0.04)
    assert found["aic_logistic"] < min(found["aic_linear"], found["aic_constant"]) - 6


@pytest.mark.parametrize(
    ("rates", "shape"),
    [
        (np.full(len(RATIOS), 0.3), "flat"),
        (0.1 + 0.5 * RATIOS, "linear"),
        (logistic((0.1, 0.9, 0.5, 0.12), RATIOS), "gradual"),
        (logistic((0.1, 0.9, 0.98, 0.03), RATIOS), "beyond"),
        (logistic((0.8, 0.1, 0.8, 0.03), RATIOS), "falling"),
        (np.where(RATIOS > 0.45, 0.7, 0.1), "step"),
    ],
)
def test_what_is_no_cliff_is_not_called_one(rates, shape):
    assert describe(simulated(rates), BOOTSTRAP)["shape"] == shape


def test_the_fit_is_at_least_as_likely_as_the_truth_and_as_its_neighbours():
    truth = (0.1, 0.8, 0.8, 0.05)
    series = simulated(logistic(truth, RATIOS))
    events, asked = series.events.sum(0), series.questions.sum(0)
    found = fit_logistic(RATIOS, events, asked, [start_at(RATIOS, events / asked, m) for m in (0.5, 0.9)])

    def cost(parameters):
        return surprise(logistic(parameters, RATIOS), events, asked)

    assert cost(found) <= cost(truth)
    assert np.abs(approx_fprime(found, cost, 1e-7)).max() < 0.5
    assert steepest(found) == pytest.approx(np.gradient(logistic(found, RATIOS), RATIOS).max(), rel=0.2)


def test_criteria_by_hand():
    events, asked = np.array([2.0, 8.0]), np.array([10.0, 10.0])
    by_hand = -2 * (10 * np.log(0.5) + 10 * np.log(0.5)) + 2
    assert criterion(constant(events, asked), events, asked, 1) == pytest.approx(by_hand)
    assert fit_line(np.array([0.0, 0.9]), events, asked) == pytest.approx([0.2, 0.8], abs=1e-4)


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([0.0, 0.0, 1.0], 0.7),  # half-way between 0.5 and 0.9
        ([0.0, 0.5, 1.0], 0.5),
        ([0.2, 0.1, 0.9], 0.7),  # a fall counts as no change
        ([0.9, 0.5, 0.1], np.nan),
        ([0.4, 0.4, 0.4], np.nan),
    ],
)
def test_half_rise_by_hand(rates, expected):
    ratios, asked = np.array([0.0, 0.5, 0.9]), np.full(3, 10.0)
    assert half_rise(ratios, np.array(rates) * 10, asked) == pytest.approx(expected, nan_ok=True)


def test_a_width_whose_interval_is_unknown_is_no_cliff():
    aic = {"constant": 100.0, "linear": 90.0, "logistic": 10.0}
    assert shape_of(np.array([0, 1, 0.5, 0.03]), np.nan, aic, RATIOS) == "gradual"
    assert shape_of(np.array([0, 1, 0.5, 0.03]), 0.05, aic, RATIOS) == "cliff"


@pytest.mark.parametrize(
    ("curve", "shape"),
    [
        ((0.1, 0.8, 0.5, 0.03), "cliff"),
        ((0.8, 0.1, 0.5, 0.03), "falling"),
        ((0.8, 0.1, 0.99, 0.03), "falling"),
        ((0.1, 0.8, 0.55, 0.02), "step"),  # a quarter of the step from 0.5 to 0.6 is 0.025
        ((0.1, 0.8, 0.78, 0.02), "cliff"),  # of that from 0.75 to 0.8 0.0125
        ((0.1, 0.8, 0.95, 0.03), "unfinished"),  # 70 % of the rise is seen
        ((0.1, 0.8, 0.975, 0.03), "beyond"),
    ],
)
def test_shapes_by_hand(curve, shape):
    aic = {"constant": 100.0, "linear": 90.0, "logistic": 10.0}
    assert shape_of(np.array(curve), 0.05, aic, RATIOS) == shape


def test_of_a_rise_inside_one_step_no_slope_is_given():
    found = describe(simulated(np.where(RATIOS > 0.45, 0.7, 0.1)), BOOTSTRAP)
    assert 0.4 < found["midpoint"] < 0.5
    assert np.isnan([found["steepest"], found["steepest_low"], found["steepest_high"]]).all()
    assert found["won"] == 1


def test_few_contexts_that_happen_to_differ_win_in_few_resamples():
    """One passage of six has all the errors, so the criterion is sure of what a third of the resamples do not see."""
    events = np.zeros((6, len(RATIOS)))
    events[0] = 10 * (RATIOS > 0.7)
    found = describe(Series(LABELS, RATIOS, events, np.full(events.shape, 10.0), events), BOOTSTRAP)
    without = (BOOTSTRAP.weights("base", 6)[:, 0] == 0).mean()
    assert found["shape"] == "step" and found["won"] == pytest.approx(1 - without)


def test_susceptibility_by_hand():
    events = np.array([[0.0, 1, 4], [0, 3, 4]] * 3)
    series = Series(LABELS, np.array([0.0, 0.5, 0.75]), events, np.full(events.shape, 4.0), cut=events)
    first, second = steps(series, BOOTSTRAP)
    assert (first["from_ratio"], first["to_ratio"], first["value"]) == (0.0, 0.5, 1.0)
    assert (second["from_ratio"], second["to_ratio"], second["value"]) == (0.5, 0.75, 2.0)
    assert (first["cut"], second["cut"]) == (0.25, 0.75)  # 12 of 48 answers at the ends of the first step, then 36
    # the contexts: 1/4 or 3/4 over 0.5, and 3/4 or 1/4 over 0.25
    weights = BOOTSTRAP.weights("base", 6)
    for row, slopes in ((first, [0.5, 1.5]), (second, [3.0, 1.0])):
        resampled = weights @ np.array(slopes * 3) / 6
        assert (row["low"], row["high"]) == pytest.approx(np.quantile(resampled, [0.025, 0.975]))


def test_on_fewer_than_five_contexts_no_shape_is_tested():
    """However steep the rise is."""
    events = np.tile(10.0 * (RATIOS > 0.7), (4, 1))
    found = describe(Series(LABELS, RATIOS, events, np.full(events.shape, 10.0), events), BOOTSTRAP)
    assert found["shape"] == "not tested" and found["contexts"] == 4
    assert found["cut"] == (RATIOS > 0.7).mean()  # of the answers at all ratios
    intervals = [name for name in found if name.endswith(("_low", "_high")) or name == "won"]
    assert len(intervals) == 9 and np.isnan([found[name] for name in intervals]).all()
    assert found["half_rise"] == pytest.approx(0.75, abs=0.1)


def test_tables_from_scores(study, tmp_path):
    for ratio, wrong in ((0.0, 0), (0.25, 0), (0.5, 1), (0.75, 3), (0.9, 4)):
        cell = study.cell("snapkv" if ratio else "none", ratio)
        for context in range(3):
            outcomes = ["degenerate"] * min(wrong, 1) + ["fabricated"] * max(0, wrong - 1)
            study.ask(cell, f"base-{context:04d}", outcomes + ["correct"] * (4 - wrong))
    study.ask(study.cell("tova", 0.5), "base-0000", ["correct"])
    cells, scores = study.write(tmp_path)
    CLIFFS.write(cliffs(cells, scores, BOOTSTRAP), tmp_path / "cliffs.parquet")
    found = CLIFFS.read(tmp_path / "cliffs.parquet").set_index(["policy", "metric"])
    assert list(found.index) == [("snapkv", "failed"), ("snapkv", "hallucinated")]  # tova has one ratio
    assert found.loc[("snapkv", "failed"), "half_rise"] == pytest.approx(0.625)
    SUSCEPTIBILITY.write(susceptibility(cells, scores, BOOTSTRAP), tmp_path / "susceptibility.parquet")
    rates = SUSCEPTIBILITY.read(tmp_path / "susceptibility.parquet").set_index(["policy", "metric", "from_ratio"])
    assert rates.loc[("snapkv", "failed", 0.5), "value"] == pytest.approx(0.5 / 0.25)
    assert rates.loc[("snapkv", "hallucinated", 0.5), "value"] == pytest.approx(0.5 / 0.25)
    assert rates.loc[("tova", "failed", 0.0), ["value", "contexts"]].tolist() == [0.0, 1]
