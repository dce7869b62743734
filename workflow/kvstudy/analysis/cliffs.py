"""Where errors set in as the ratio rises: a logistic curve by maximum likelihood, and checks of it.

The curve is lo + (hi - lo) / (1 + exp(-(ratio - midpoint) / width)). It is called a cliff only where it explains the
answers better than a constant and a line do, where it rises, where its plateau is seen, and where it is narrow but not
narrower than the ratios that were run can tell. The criterion takes all answers as independent, which those of one
passage are not; in how many resamples of the contexts the curve is better says how much hangs on that.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.series import Series, all_series
from kvstudy.contracts.analysis import CLIFFS
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, NOT_TESTED

FEWEST = 5  # ratios; the curve has four parameters
EDGE = 1e-6  # rates stay this far from 0 and 1
BOUNDS = ((EDGE, 1 - EDGE), (EDGE, 1 - EDGE), (0.0, 1.0), (0.005, 1.0))  # lo, hi, midpoint, width
STARTS = (0.3, 0.5, 0.7, 0.9)  # midpoints from which the likelihood is climbed
START_WIDTH = 0.05
REFITS = 200  # resamples that are fitted, the first ones; all where there are fewer
MARGIN = 6.0  # by which the curve's AIC must be the lower one
NARROW = 0.1  # the width of a cliff is below this
RESOLVED = 0.25  # of a step; of a rise inside one step that has a smaller width no answer was seen
PLATEAU = 0.9  # share of the rise that the last ratio must have reached for hi to be seen
DIGITS = 6  # decimals that are kept of what an optimiser found


def cliffs(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The table `cliffs`; a policy with fewer than five ratios, 0 included, has no row."""
    return [
        {**series.labels, **describe(series, bootstrap)}
        for series in all_series(cells, scores)
        if len(series.ratios) >= FEWEST and len(series.events)
    ]


def describe(series: Series, bootstrap: Bootstrap) -> dict:
    """The columns of `cliffs` of one series; on fewer than FEWEST_CONTEXTS its shape is not tested."""
    ratios, events, asked = series.ratios, series.events.sum(axis=0), series.questions.sum(axis=0)
    contexts = len(series.events)
    found = fit_logistic(ratios, events, asked, [start_at(ratios, events / asked, m) for m in STARTS])
    enough = contexts >= FEWEST_CONTEXTS
    weights = bootstrap.weights(series.labels["dataset"], contexts)[: REFITS if enough else 0]
    drawn = [(w @ series.events, w @ series.questions) for w in weights]
    refits = np.array([fit_logistic(ratios, k, n, [found]) for k, n in drawn]).reshape(-1, len(found))
    halves = np.array([half_rise(ratios, k, n) for k, n in drawn])
    aic = criteria(found, ratios, events, asked)
    won = [wins(criteria(refit, ratios, k, n)) for refit, (k, n) in zip(refits, drawn, strict=True)]
    seen = resolved(found, ratios)
    columns = {"lo": found[0], "hi": found[1]}
    for name, value, resampled in (
        ("midpoint", found[2], refits[:, 2]),
        ("width", found[3], refits[:, 3]),
        ("steepest", steepest(found) if seen else np.nan, steepest(refits.T) if seen else refits[:0, 0]),
        ("half_rise", half_rise(ratios, events, asked), halves),
    ):
        low, high = interval(bootstrap, resampled, contexts)
        columns |= {name: value, f"{name}_low": low, f"{name}_high": high}
    columns |= {f"aic_{name}": value for name, value in aic.items()}
    columns["won"] = np.mean(won) if won else np.nan
    columns = {name: round(float(value), DIGITS) for name, value in columns.items()}
    shape = shape_of(found, columns["width_high"], aic, ratios) if enough else NOT_TESTED
    sizes = {"ratios": len(ratios), "last_ratio": ratios[-1], "contexts": contexts, "rows": int(asked[-1])}
    return {**columns, "shape": shape, **sizes, "cut": series.cut.sum() / asked.sum()}


def interval(bootstrap: Bootstrap, resampled: np.ndarray, contexts: int) -> tuple[float, float]:
    """Percentile interval of resampled values; missing when there are none."""
    if not len(resampled):
        return np.nan, np.nan
    low, high = bootstrap.interval(resampled[:, None], contexts)
    return low[0], high[0]


def logistic(parameters: np.ndarray, ratios: np.ndarray) -> np.ndarray:
    """(ratios,) the curve's rates; parameters are lo, hi, midpoint, width."""
    lo, hi, midpoint, width = parameters
    return lo + (hi - lo) * expit((ratios - midpoint) / width)


def steepest(parameters: np.ndarray) -> np.ndarray:
    """Largest slope of the curve, the susceptibility at its midpoint: (hi - lo) / (4 width)."""
    lo, hi, _, width = parameters
    return (hi - lo) / (4 * width)


def start_at(ratios: np.ndarray, rates: np.ndarray, midpoint: float) -> np.ndarray:
    """Parameters to climb from: the outer rates, a midpoint and a small width."""
    low, high = np.array(BOUNDS).T
    return np.clip([rates[0], rates[-1], midpoint, START_WIDTH], low, high)


def fit_logistic(ratios: np.ndarray, events: np.ndarray, asked: np.ndarray, starts: list[np.ndarray]) -> np.ndarray:
    """(4,) lo, hi, midpoint, width that make the events likeliest.

    Parameters
    ----------
    ratios, events, asked : numpy.ndarray
        (ratios,): ratio, questions with the event, questions.
    starts : list of numpy.ndarray
        Parameters to climb from; the best end is taken.
    """

    def objective(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        lo, hi, midpoint, width = parameters
        share = expit((ratios - midpoint) / width)
        rates = lo + (hi - lo) * share
        slope = (hi - lo) * share * (1 - share) / width
        by_rate = (asked - events) / (1 - rates) - events / rates
        steps = np.stack([1 - share, share, -slope, -slope * (ratios - midpoint) / width])
        return surprise(rates, events, asked), steps @ by_rate

    ends = [minimize(objective, start, jac=True, method="L-BFGS-B", bounds=BOUNDS) for start in starts]
    return min(ends, key=lambda end: end.fun).x


def fit_line(ratios: np.ndarray, events: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """(ratios,) rates of the likeliest line from the first ratio to the last."""
    share = (ratios - ratios[0]) / (ratios[-1] - ratios[0])

    def objective(ends: np.ndarray) -> float:
        return surprise(ends[0] + (ends[1] - ends[0]) * share, events, asked)

    start = np.clip((events / asked)[[0, -1]], *BOUNDS[0])
    ends = minimize(objective, start, method="L-BFGS-B", bounds=BOUNDS[:2]).x
    return ends[0] + (ends[1] - ends[0]) * share


def constant(events: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """(ratios,) the rate over all ratios."""
    return np.full(len(events), np.clip(events.sum() / asked.sum(), *BOUNDS[0]))


def surprise(rates: np.ndarray, events: np.ndarray, asked: np.ndarray) -> float:
    """Minus the binomial log-likelihood, without the coefficients that no model changes."""
    return float(-(events @ np.log(rates) + (asked - events) @ np.log1p(-rates)))


def criterion(rates: np.ndarray, events: np.ndarray, asked: np.ndarray, parameters: int) -> float:
    """Akaike's information criterion; the lower, the better."""
    return 2 * parameters + 2 * surprise(rates, events, asked)


def criteria(curve: np.ndarray, ratios: np.ndarray, events: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    """The criterion of a constant, of a line and of the curve with these parameters."""
    return {
        "constant": criterion(constant(events, asked), events, asked, 1),
        "linear": criterion(fit_line(ratios, events, asked), events, asked, 2),
        "logistic": criterion(logistic(curve, ratios), events, asked, 4),
    }


def wins(aic: dict[str, float]) -> bool:
    """Whether the curve is better than both others by MARGIN."""
    return aic["logistic"] <= min(aic["constant"], aic["linear"]) - MARGIN


def resolved(parameters: np.ndarray, ratios: np.ndarray) -> bool:
    """Whether the curve is wide enough for the step that holds its midpoint, or for the last one, to say how steep."""
    _, _, midpoint, width = parameters
    after = np.clip(np.searchsorted(ratios, midpoint), 1, len(ratios) - 1)
    return bool(width >= RESOLVED * (ratios[after] - ratios[after - 1]))


def half_rise(ratios: np.ndarray, events: np.ndarray, asked: np.ndarray) -> float:
    """The ratio at which the best curve that never falls has risen by half; nan where it does not rise.

    It assumes no shape, and lies between two ratios that were run.
    """
    rising = isotonic_regression(events / asked, weights=asked).x
    half = (rising[0] + rising[-1]) / 2
    after = int(np.argmax(rising >= half))
    if after == 0:
        return np.nan
    share = (half - rising[after - 1]) / (rising[after] - rising[after - 1])
    return ratios[after - 1] + share * (ratios[after] - ratios[after - 1])


def shape_of(parameters: np.ndarray, width_high: float, aic: dict[str, float], ratios: np.ndarray) -> str:
    """One of `kvstudy.contracts.judgements.SHAPES`.

    linear and flat: the curve is not better by MARGIN than a line or a constant, of which the better one is named.
    falling: it is, and the rate falls. beyond: the midpoint is at the last ratio or further on. unfinished: it is
    before, but the plateau is not seen. step: the rise is inside one step, and narrower than the step can tell. cliff:
    the interval of the width ends below NARROW; gradual: it does not.
    """
    if not wins(aic):
        return "flat" if aic["constant"] <= aic["linear"] else "linear"
    lo, hi, midpoint, width = parameters
    if hi < lo:
        return "falling"
    if midpoint >= ratios[-1]:
        return "beyond"
    if expit((ratios[-1] - midpoint) / width) < PLATEAU:
        return "unfinished"
    if not resolved(parameters, ratios):
        return "step"
    return "cliff" if width_high < NARROW else "gradual"


ANALYSIS = OfScores(cliffs, CLIFFS)
