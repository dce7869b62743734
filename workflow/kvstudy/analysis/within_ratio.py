"""GER and hallucination among the questions of the same policy and ratio.

Over ratios both rise together whatever causes them. Here every policy and ratio has an intercept of its own, so that
only questions that were compressed alike are compared: is the one whose evidence was evicted the one that is answered
with a false claim?

Sources: Liang and Zeger 1986 (errors clustered by context); Cameron and Miller 2015, section VI (with few clusters
such errors come out too small: t with one degree of freedom less than clusters, and how many clusters are few).
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import DIGITS, Bootstrap
from kvstudy.analysis.series import PART, scores_by_model
from kvstudy.contracts.analysis import WITHIN_RATIO
from kvstudy.contracts.judgements import GERS, UNDEFINED
from kvstudy.contracts.scores import QUESTION_SCORES

FITTED_DIGITS = 6  # decimals that are kept of what an optimiser found
LARGEST = 20.0  # log-odds; beyond, the likelihood rises without end (separation)
FEWEST = 20  # contexts; with fewer clusters these errors are too small, by Cameron and Miller's most lenient count
SEPARATION = (PerfectSeparationWarning, RuntimeWarning)  # a fitted probability is 0 or 1
MISSING = dict.fromkeys(("log_odds", "low", "high", "p"), np.nan)


def within_ratio(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The table `within_ratio`; arguments as `curves.curves`."""
    found = []
    for study, rows in scores_by_model(cells, scores, QUESTION_SCORES, "questions"):
        for part, of in rows[rows["ratio"] > 0].groupby(PART):
            for ger in GERS:
                used = comparable(of, ger)
                if len(used):
                    labels = {**study, **dict(zip(PART, part, strict=True)), "ger": ger}
                    without = {UNDEFINED: int(of[ger].isna().sum())}
                    found.append({**labels, **associate(used, ger, bootstrap), **without})
    return found


def comparable(rows: pd.DataFrame, ger: str) -> pd.DataFrame:
    """The questions with evidence of those cells in which both the GER and the outcome vary; others tell nothing."""
    rows = rows.dropna(subset=[ger])
    varied = rows.groupby("cell")[[ger, "hallucinated"]].transform("nunique") > 1
    return rows[varied.all(axis=1)]


def associate(rows: pd.DataFrame, ger: str, bootstrap: Bootstrap) -> dict:
    """Log-odds by logistic regression and r after centring, each with its interval."""
    contexts = rows["context_id"].nunique()
    sizes = {"cells": rows["cell"].nunique(), "contexts": contexts, "rows": len(rows)}
    return {**regress(rows, ger, bootstrap.confidence), **centred(rows, ger, bootstrap), **sizes}


def regress(rows: pd.DataFrame, ger: str, confidence: float) -> dict:
    """Change of the log-odds of a hallucination from no evidence evicted to all of it, with an intercept a cell."""
    groups = pd.factorize(rows["context_id"])[0]
    if groups.max() + 1 < FEWEST:
        return MISSING
    design = np.column_stack([rows[ger], pd.get_dummies(rows["cell"], dtype=float)])
    with warnings.catch_warnings():
        for warning in SEPARATION:
            warnings.simplefilter("error", warning)
        try:
            model = sm.GLM(rows["hallucinated"].to_numpy(), design, family=sm.families.Binomial())
            fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
        except SEPARATION:
            return MISSING
    if not fit.converged or abs(fit.params[0]) > LARGEST:
        return MISSING
    low, high = fit.conf_int(1 - confidence)[0]
    values = {"log_odds": fit.params[0], "low": low, "high": high, "p": fit.pvalues[0]}
    return {name: round(float(value), FITTED_DIGITS) for name, value in values.items()}


def centred(rows: pd.DataFrame, ger: str, bootstrap: Bootstrap) -> dict:
    """Pearson's r after the mean of its cell is taken from every value, contexts resampled."""
    x, y = rows[ger], rows["hallucinated"]
    products = pd.DataFrame({"n": 1.0, "x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y})
    sums = products.groupby([rows["context_id"], rows["cell"]]).sum().unstack("cell", fill_value=0.0)
    sums = sums.to_numpy(dtype=float).reshape(len(sums), len(products.columns), -1)  # (contexts, products, cells)
    value = pooled(sums.sum(axis=0))
    weights = bootstrap.weights(rows["dataset"].iloc[0], len(sums))
    low, high = bootstrap.interval(pooled(np.einsum("bc,cpk->pbk", weights, sums)), len(sums))
    return {"r": round(float(value), DIGITS), "r_low": float(low), "r_high": float(high)}


def pooled(sums: np.ndarray) -> np.ndarray:
    """(...) r over all cells, from sums (n x y xx yy xy, ..., cells); nan where x or y does not vary in any cell."""
    n, x, y, xx, yy, xy = sums
    n = np.where(n > 0, n, 1.0)
    spread_x, spread_y = ((square - total**2 / n).sum(axis=-1) for square, total in ((xx, x), (yy, y)))
    together = (xy - x * y / n).sum(axis=-1)
    varies = (spread_x > 1e-9) & (spread_y > 1e-9)
    scale = np.sqrt(np.where(varies, spread_x * spread_y, 1.0))
    return np.where(varies, np.clip(together / scale, -1, 1), np.nan)


ANALYSIS = OfScores(within_ratio, WITHIN_RATIO)
