"""The test that a common rise cannot pass: GER and hallucination among questions that were compressed alike."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import pearsonr
from scipy.stats import t as student

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.correlations import correlations
from kvstudy.analysis.within_ratio import associate, comparable, within_ratio
from kvstudy.contracts.analysis import CORRELATIONS, WITHIN_RATIO

BOOTSTRAP = Bootstrap(200, 0.95, 1)
RATIOS = (0.1, 0.3, 0.5, 0.7, 0.9)


def rows(effect: float, contexts: int = 40, questions: int = 6) -> pd.DataFrame:
    """Questions whose GER and hallucination both rise with the ratio; `effect` is what GER adds to the log-odds."""
    random, found = np.random.RandomState(0), []
    for ratio in RATIOS:
        for context in range(contexts):
            ger = random.beta(1 + 8 * ratio, 1 + 8 * (1 - ratio), size=questions)
            chance = 1 / (1 + np.exp(-(6 * (ratio - 0.6) + effect * (ger - ger.mean()))))
            found.append(
                pd.DataFrame(
                    {
                        "cell": f"r{ratio}",
                        "dataset": "base",
                        "context_id": f"base-{context:04d}",
                        "ratio": ratio,
                        "ger_layer": ger,
                        "hallucinated": (random.rand(questions) < chance).astype(float),
                    }
                )
            )
    return pd.concat(found, ignore_index=True)


def test_two_curves_that_rise_together_without_a_link_correlate_over_ratios_and_not_within():
    unlinked = rows(effect=0.0)
    means = unlinked.groupby("ratio")[["ger_layer", "hallucinated"]].mean()
    assert pearsonr(means["ger_layer"], means["hallucinated"]).statistic > 0.9
    found = associate(unlinked, "ger_layer", BOOTSTRAP)
    assert found["low"] < 0 < found["high"] and found["r_low"] < 0 < found["r_high"]


def test_a_true_effect_is_found():
    found = associate(rows(effect=4.0), "ger_layer", BOOTSTRAP)
    assert found["low"] < 4 < found["high"] and found["low"] > 0
    assert found["p"] < 0.001 and found["r_low"] > 0
    assert (found["cells"], found["contexts"], found["rows"]) == (5, 40, 1200)


def test_the_regression_is_the_formulas():
    table = rows(effect=2.0)
    groups = {"groups": pd.factorize(table["context_id"])[0]}
    fit = smf.logit("hallucinated ~ ger_layer + C(cell)", table).fit(disp=0, cov_type="cluster", cov_kwds=groups)
    found = associate(table, "ger_layer", BOOTSTRAP)
    assert found["log_odds"] == pytest.approx(fit.params["ger_layer"], abs=1e-4)
    error, freedom = fit.bse["ger_layer"], 40 - 1
    reach = student.ppf(0.975, freedom) * error
    assert (found["low"], found["high"]) == pytest.approx(fit.params["ger_layer"] + np.array([-reach, reach]), rel=1e-3)
    p = 2 * student.sf(abs(fit.params["ger_layer"] / error), freedom)
    assert found["p"] == pytest.approx(p, rel=1e-2, abs=1e-6)


def test_few_contexts_have_r_and_no_odds():
    assert np.isnan(associate(rows(effect=4.0, contexts=19), "ger_layer", BOOTSTRAP)["log_odds"])
    few = associate(rows(effect=4.0, contexts=5), "ger_layer", BOOTSTRAP)
    assert np.isnan([few["log_odds"], few["low"], few["high"], few["p"]]).all()
    assert few["r_low"] < few["r"] < few["r_high"]
    assert associate(rows(effect=4.0, contexts=20), "ger_layer", BOOTSTRAP)["low"] > 0


def test_r_is_that_of_centred_values():
    table = rows(effect=2.0, contexts=8)
    x, y = (table[name] - table.groupby("cell")[name].transform("mean") for name in ("ger_layer", "hallucinated"))
    found = associate(table, "ger_layer", BOOTSTRAP)
    assert found["r"] == pytest.approx(pearsonr(x, y).statistic, abs=1e-6)
    names, drawn = sorted(table["context_id"].unique()), []
    for weights in BOOTSTRAP.weights("base", 8):
        some = pd.concat(
            [table[table["context_id"] == n] for n, w in zip(names, weights, strict=True) for _ in range(int(w))]
        )
        x, y = (some[name] - some.groupby("cell")[name].transform("mean") for name in ("ger_layer", "hallucinated"))
        drawn.append(pearsonr(x, y).statistic)
    assert (found["r_low"], found["r_high"]) == pytest.approx(np.quantile(drawn, [0.025, 0.975]))


def test_cells_in_which_nothing_varies_are_left_out():
    table = rows(effect=2.0)
    table.loc[table["ratio"] == 0.1, "hallucinated"] = 0.0
    table.loc[table["ratio"] == 0.9, "ger_layer"] = 1.0
    assert set(comparable(table, "ger_layer")["ratio"]) == {0.3, 0.5, 0.7}


def test_where_ger_tells_the_outcomes_apart_there_are_no_odds():
    table = rows(effect=2.0)
    table["hallucinated"] = (table["ger_layer"] > table.groupby("cell")["ger_layer"].transform("median")).astype(float)
    found = associate(table, "ger_layer", BOOTSTRAP)
    assert np.isnan([found["log_odds"], found["low"], found["high"], found["p"]]).all() and found["r"] > 0.5


def test_tables_from_scores(study, tmp_path):
    """Of six questions three have GER 0, one of them hallucinated; the others have the ratio as GER, and two are."""
    for ratio in RATIOS:
        cell = study.cell("snapkv", ratio)
        for context in range(20):
            study.ask(cell, f"base-{context:04d}", ["correct", "correct", "fabricated"] * 2, ger=0.0)
            for row in study.rows[cell["cell"]]["questions"][-3:]:
                row |= {**dict.fromkeys(("ger_layer", "ger_model", "ger_head"), ratio)}
                row["hallucinated"] = 1 - row["hallucinated"]
        study.ask(cell, "base-0020", ["fabricated", "correct"], ger=None)  # no evidence
    cells, scores = study.write(tmp_path)
    WITHIN_RATIO.write(within_ratio(cells, scores, BOOTSTRAP), tmp_path / "within.parquet")
    found = WITHIN_RATIO.read(tmp_path / "within.parquet").set_index("ger")
    ratios = np.array(RATIOS)
    # within a cell GER is ratio / 2 to both sides of its mean, the outcome a sixth
    assert found["r"].tolist() == pytest.approx([(ratios / 12).sum() / np.sqrt((ratios**2 / 4).sum() * 5 / 4)] * 3)
    assert found["log_odds"].notna().all() and set(found["cells"]) == {5}
    assert set(found["rows"]) == {5 * 20 * 6} and set(found["undefined"]) == {5 * 2}
    CORRELATIONS.write(correlations(cells, scores, BOOTSTRAP), tmp_path / "correlations.parquet")
    assert set(CORRELATIONS.read(tmp_path / "correlations.parquet")["ratios"]) == {"all", "paper"}
