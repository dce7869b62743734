import numpy as np
import pytest
from scipy.stats import pearsonr

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.correlations import correlations, pearson
from kvstudy.contracts.analysis import CORRELATIONS
from tests.unit.analysis.conftest import question

BOOTSTRAP = Bootstrap(300, 0.95, 1)
GERS = ("ger_layer", "ger_model", "ger_head")


def wrong(n: int, of: int = 4) -> list[str]:
    return ["misrouted"] * n + ["correct"] * (of - n)


def rows(study, tmp_path) -> dict:
    found = correlations(*study.write(tmp_path), BOOTSTRAP)
    CORRELATIONS.write(found, tmp_path / "correlations.parquet")
    return {row["ger"]: row for row in CORRELATIONS.read(tmp_path / "correlations.parquet").to_dict("records")}


def points(study, values: list[tuple[float, int]], contexts: int = 5) -> None:
    for i, (ger, hallucinated) in enumerate(values):
        cell = study.cell("snapkv" if i % 2 else "tova", (i + 1) / 10)
        for context in range(contexts):
            study.ask(cell, f"base-{context:04d}", wrong(hallucinated), ger=ger)


def test_r_and_p_by_hand(study, tmp_path):
    values = [(0.1, 0), (0.2, 2), (0.5, 1), (0.8, 4)]
    points(study, values)
    ger, rate = np.array([v[0] for v in values]), np.array([v[1] / 4 for v in values])
    r = ((ger - ger.mean()) * (rate - rate.mean())).mean() / (ger.std() * rate.std())
    found = rows(study, tmp_path)
    assert set(found) == set(GERS)
    for row in found.values():
        assert row["r"] == pytest.approx(r)
        assert row["p"] == pytest.approx(pearsonr(ger, rate).pvalue)
        assert (row["points"], row["contexts"], row["undefined"]) == (4, 5, 0)
        # every context is alike, so resampling contexts changes nothing
        assert row["low"] == pytest.approx(r) and row["high"] == pytest.approx(r)


def test_the_interval_resamples_the_same_contexts_for_every_point(study, tmp_path):
    contexts = [(0.1, 0), (0.3, 3), (0.2, 1), (0.4, 0), (0.2, 2)]
    for ratio, scale in ((0.25, 1.0), (0.5, 1.5), (0.75, 2.0)):
        cell = study.cell("snapkv", ratio)
        for i, (ger, hallucinated) in enumerate(contexts):
            study.ask(cell, f"base-{i:04d}", wrong(min(4, round(hallucinated * scale))), ger=ger * scale)
    weights = BOOTSTRAP.weights("base", 5)
    by_hand = []
    for w in weights:
        x = [w @ [g * s for g, _ in contexts] / w.sum() for s in (1.0, 1.5, 2.0)]
        y = [w @ [min(4, round(h * s)) / 4 for _, h in contexts] / w.sum() for s in (1.0, 1.5, 2.0)]
        if np.ptp(y) > 1e-9:
            by_hand.append(pearsonr(x, y).statistic)
    row = rows(study, tmp_path)["ger_layer"]
    assert row["low"] == pytest.approx(np.quantile(by_hand, 0.025))
    assert row["high"] == pytest.approx(np.quantile(by_hand, 0.975))


def test_fewer_than_five_contexts_have_neither_interval_nor_p(study, tmp_path):
    points(study, [(0.1, 0), (0.2, 2), (0.5, 1), (0.8, 4)], contexts=4)
    for row in rows(study, tmp_path).values():
        assert row["contexts"] == 4 and row["r"] > 0.5
        assert np.isnan([row["low"], row["high"], row["p"]]).all()


def test_contexts_without_a_ger_are_not_behind_its_correlation(study, tmp_path):
    """Eight contexts are asked, and six of them have no evidence."""
    for ratio, ger, hallucinated in ((0.25, 0.1, 0), (0.5, 0.4, 2), (0.75, 0.8, 4)):
        cell = study.cell("snapkv", ratio)
        for i in range(8):
            study.ask(cell, f"base-{i:04d}", wrong(hallucinated), ger=ger if i < 2 else np.nan)
    for row in rows(study, tmp_path).values():
        assert row["contexts"] == 2 and row["r"] > 0.5
        assert row["undefined"] == 6 * 4 * 3  # contexts, questions, points
        assert np.isnan([row["low"], row["high"], row["p"]]).all()


def test_questions_without_evidence_do_not_count_in_ger(study, tmp_path):
    """Of the first cell most have none: the means of GER are those of the others, and r is theirs."""
    values = [(0.1, 0), (0.2, 2), (0.5, 1), (0.8, 4)]
    points(study, values)
    first = study.cells[0]
    study.rows[first["cell"]]["questions"] += [
        question(first, f"base-{context:04d}", 4 + number, ger=None, outcome="correct")
        for context in range(5)
        for number in range(6)
    ]
    expected = pearsonr([ger for ger, _ in values], [wrong / 4 for _, wrong in values]).statistic
    assert rows(study, tmp_path)["ger_layer"]["r"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "values",
    [
        [(0.1, 0), (0.9, 4)],
        [(0.5, 0), (0.5, 2), (0.5, 4)],
        [(0.1, 2), (0.5, 2), (0.9, 2)],
    ],
    ids=["two points", "GER is flat", "hallucination is flat"],
)
def test_undefined_correlations_are_missing(study, tmp_path, values):
    points(study, values)
    for row in rows(study, tmp_path).values():
        assert np.isnan([row["r"], row["low"], row["high"], row["p"]]).all()
        assert row["points"] == len(values)


def test_ratio_zero_is_no_point(study, tmp_path):
    base = study.cell("none", 0.0)
    study.ask(base, "base-0000", wrong(4), ger=0.0)
    assert correlations(*study.write(tmp_path), BOOTSTRAP) == []


def test_only_shared_contexts_count(study, tmp_path):
    points(study, [(0.1, 0), (0.2, 1), (0.4, 2)])
    cell = study.cell("snapkv", 0.9)
    study.ask(cell, "base-0001", wrong(3), ger=0.9)
    row = rows(study, tmp_path)["ger_layer"]
    assert (row["points"], row["contexts"]) == (4, 1)


def test_no_shared_context_gives_no_row(study, tmp_path):
    for i, ratio in enumerate((0.25, 0.5, 0.75)):
        study.ask(study.cell("snapkv", ratio), f"base-{i:04d}", wrong(i), ger=ratio)
    assert correlations(*study.write(tmp_path), BOOTSTRAP) == []


def test_models_are_apart(study, tmp_path):
    for model in ("a", "b"):
        for ratio, n in ((0.25, 0), (0.5, 2), (0.75, 3)):
            study.ask(study.cell("snapkv", ratio, model), "base-0000", wrong(n if model == "a" else 3 - n), ger=ratio)
    found = {(r["model"], r["ger"]): r["r"] for r in correlations(*study.write(tmp_path), BOOTSTRAP)}
    assert found["a", "ger_head"] > 0.9
    assert found["b", "ger_head"] == pytest.approx(-found["a", "ger_head"])


def test_pearson_equals_scipy():
    random = np.random.RandomState(0)
    x, y = random.normal(size=(20, 7)), random.normal(size=(20, 7))
    assert pearson(x, y) == pytest.approx([pearsonr(a, b).statistic for a, b in zip(x, y, strict=True)])
    assert np.isnan(pearson(np.ones(4), np.arange(4.0)))
    assert pearson(np.arange(4.0), -np.arange(4.0)) == -1
