import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instructions import composite_score, family_curves, family_rankings
from kvstudy.contracts.judgements import GROUPS

BOOTSTRAP = Bootstrap(300, 0.9, 1)
FAMILIES = ("keywords", "language", "punctuation", "startend")


def verdicts(prompts: dict[str, list[tuple[str, float]]]) -> pd.DataFrame:
    """Prompt to the families and verdicts of its instructions."""
    return pd.DataFrame(
        {
            "dataset": "own",
            "key": prompt,
            "question_id": f"{prompt}-task",
            "instruction": place,
            "instructions": len(found),
            "family": family,
            "stop": "eos" if verdict else "length",
            "strict": verdict,
        }
        for prompt, found in prompts.items()
        for place, (family, verdict) in enumerate(found)
    )


def row(rows: list[dict], **labels) -> dict:
    (found,) = [row for row in rows if all(row[name] == label for name, label in labels.items())]
    return found


BASELINE = verdicts(
    {
        "p1": [("keywords", 1), ("language", 1)],
        "p2": [("keywords", 1)],
        "p3": [("keywords", 0)],
        "p4": [("language", 0)],
        "p5": [("punctuation", 1), ("language", 1), ("keywords", 1)],
    }
)
COMPRESSED = verdicts(
    {
        "p1": [("keywords", 1), ("language", 0)],
        "p2": [("keywords", 0)],
        "p3": [("keywords", 1)],
        "p4": [("language", 1)],
        "p5": [("punctuation", 0), ("language", 1), ("keywords", 0)],
    }
)


def thrice(frame: pd.DataFrame) -> pd.DataFrame:
    """Every prompt three times: the same means, on enough prompts for an interval."""
    return pd.concat([frame.assign(key=frame["key"] + c, question_id=frame["question_id"] + c) for c in "abc"])


def test_family_curves_by_hand():
    rows = family_curves(COMPRESSED, BASELINE, "strict", BOOTSTRAP)

    def value(group: str, family: str, metric: str = "accuracy") -> float:
        return row(rows, group=group, family=family, metric=metric)["value"]

    assert value("all", "keywords") == 0.5
    assert value("all", "language") == pytest.approx(2 / 3)
    assert value("all", "punctuation") == 0
    assert value("all", "all") == 0.5
    assert (value("single", "keywords"), value("multi", "keywords")) == (0.5, 0.5)
    assert (value("single", "all"), value("multi", "all")) == (pytest.approx(2 / 3), 0.4)
    assert value("all", "keywords", "normalised_accuracy") == pytest.approx(0.5 / 0.75)
    assert value("all", "language", "normalised_accuracy") == 1
    assert value("multi", "all", "normalised_accuracy") == 0.4
    counts = row(rows, group="multi", family="all", metric="accuracy")
    assert (counts["contexts"], counts["rows"]) == (2, 5)
    assert counts["cut"] == 0.6  # of the compressed cell
    assert row(rows, group="all", family="keywords", metric="normalised_accuracy")["cut"] == 0.5
    assert row(family_rankings(COMPRESSED, BASELINE, "strict", BOOTSTRAP), group="all")["cut"] == 0.5
    assert {r["group"] for r in rows} == set(GROUPS)
    assert not [r for r in rows if r["group"] == "single" and r["family"] == "punctuation"]


def test_what_nothing_can_be_lost_of_is_missing_and_has_a_row():
    """The one single-instruction prompt of the family was not followed without compression either."""
    found = row(
        family_curves(COMPRESSED, BASELINE, "strict", BOOTSTRAP),
        group="single",
        family="language",
        metric="normalised_accuracy",
    )
    assert np.isnan([found["value"], found["low"], found["high"]]).all()
    assert (found["defined"], found["contexts"], found["rows"]) == (0, 1, 1)


def test_a_family_of_three_prompts_has_no_interval():
    rows = family_curves(thrice(COMPRESSED), thrice(BASELINE), "strict", BOOTSTRAP)
    for metric in ("accuracy", "normalised_accuracy"):
        alone = row(rows, group="all", family="punctuation", metric=metric)
        assert (alone["value"], alone["contexts"]) == (0.0, 3)
        assert np.isnan([alone["low"], alone["high"]]).all()
    several = row(rows, group="all", family="keywords", metric="accuracy")
    assert several["low"] < several["value"] < several["high"]


def test_a_cell_against_itself():
    thick = thrice(BASELINE)
    curves = family_curves(thick, thick, "strict", BOOTSTRAP)
    kept = [
        r for r in curves if r["metric"] == "normalised_accuracy" and not np.isnan(r["value"]) and r["contexts"] > 4
    ]
    assert len(kept) > 3
    assert all(r["value"] == r["low"] == r["high"] == 1 for r in kept)
    found = row(family_rankings(BASELINE, BASELINE, "strict", BOOTSTRAP), group="all")
    assert found["value"] == pytest.approx(1)
    assert found["families"] == 3


def test_only_prompts_that_both_cells_answered_count():
    rows = family_curves(COMPRESSED[COMPRESSED["key"] != "p2"], BASELINE, "strict", BOOTSTRAP)
    keywords = [row(rows, group="all", family="keywords", metric=m) for m in ("accuracy", "normalised_accuracy")]
    assert [r["value"] for r in keywords] == pytest.approx([2 / 3, 1])  # p1, p3, p5: two of three in both
    assert keywords[0]["contexts"] == 3
    none = COMPRESSED[COMPRESSED["key"] == "p9"]
    assert family_curves(none, BASELINE, "strict", BOOTSTRAP) == []
    assert family_rankings(none, BASELINE, "strict", BOOTSTRAP) == []


def test_another_verdict_and_booleans():
    loose = COMPRESSED.assign(loose=True), BASELINE.assign(loose=BASELINE["strict"] > 0)
    assert row(family_curves(*loose, "loose", BOOTSTRAP), group="all", family="all", metric="accuracy")["value"] == 1


def test_rotations_of_a_row_are_drawn_together():
    """Each prompt twice: twice the instructions, and not a narrower interval."""
    random = np.random.RandomState(3)
    once = verdicts({f"p{i:02d}": [("keywords", float(random.rand() < 0.5))] for i in range(30)})
    twice = pd.concat([once, once.assign(question_id=once["question_id"] + "-rotated")])
    one, two = (
        row(family_curves(v, v, "strict", BOOTSTRAP), group="all", family="all", metric="accuracy")
        for v in (once, twice)
    )
    assert [one[name] for name in ("value", "low", "high")] == [two[name] for name in ("value", "low", "high")]
    assert (one["contexts"], one["rows"], two["contexts"], two["rows"]) == (30, 30, 30, 60)


def test_rankings_by_hand():
    """Four families with eight single prompts each: 8, 6, 4, 2 followed, then 2, 6, 4, 8."""

    def cell(followed: tuple[int, ...]) -> pd.DataFrame:
        return verdicts(
            {f"{f}{i}": [(f, float(i < n))] for f, n in zip(FAMILIES, followed, strict=True) for i in range(8)}
        )

    rows = family_rankings(cell((2, 6, 4, 8)), cell((8, 6, 4, 2)), "strict", BOOTSTRAP)
    found = row(rows, group="all")
    # ranks 1 3 2 4 against 4 3 2 1: 1 - 6 * (9 + 0 + 0 + 9) / (4 * 15)
    assert found["value"] == pytest.approx(1 - 6 * 18 / 60)
    assert -1 <= found["low"] <= found["value"] < found["high"] <= 1
    assert (found["families"], found["contexts"], found["rows"]) == (4, 32, 32)
    assert row(rows, group="single")["value"] == found["value"]
    multi = row(rows, group="multi")
    assert np.isnan(multi["value"]) and (multi["families"], multi["contexts"], multi["defined"]) == (0, 0, 0)


def test_a_ranking_that_fell_to_nothing_is_missing():
    found = row(family_rankings(COMPRESSED.assign(strict=0.0), BASELINE, "strict", BOOTSTRAP), group="all")
    assert np.isnan(found["value"]) and found["defined"] == 0


def test_pairing_makes_a_normalised_accuracy_sharp():
    """Every second prompt of those that were followed is lost, in every resample near the same share."""
    random = np.random.RandomState(0)
    ability = random.rand(100) < 0.5
    baseline = verdicts({f"p{i:03d}": [("keywords", float(ability[i]))] * 4 for i in range(100)})
    compressed = baseline.assign(strict=baseline["strict"] * (baseline["instruction"] % 2))
    rows = family_curves(compressed, baseline, "strict", BOOTSTRAP)
    found = row(rows, group="all", family="all", metric="normalised_accuracy")
    assert found["value"] == found["low"] == found["high"] == 0.5
    accuracy = row(rows, group="all", family="all", metric="accuracy")
    assert accuracy["high"] - accuracy["low"] > 0.05


def responses(accuracy: dict[float, list[float]], leakage: dict[float, list[float]]) -> pd.DataFrame:
    """Ratio to the values of prompts p0, p1, ...: one response to the task and one to an attack."""
    rows = []
    for metric, other, series in (("accuracy", "leakage", accuracy), ("leakage", "accuracy", leakage)):
        for ratio, values in series.items():
            for i, value in enumerate(values):
                if not np.isnan(value):
                    row = {
                        "key": f"p{i}",
                        "question_id": f"p{i}-{metric}",
                        "ratio": ratio,
                        "stop": "length" if value else "eos",
                    }
                    rows.append({**row, metric: value, other: np.nan})
    return pd.DataFrame(rows).assign(dataset="own")


def test_composite_by_hand():
    plain = responses({0.3: [0, 0], 0.4: [0, 1], 0.7: [0, 0]}, {0.3: [1, 1], 0.4: [0.8, 0.6], 0.7: [0.5, 0.5]})
    fair = responses({0.3: [1, 1], 0.4: [1, 1], 0.7: [0, 1]}, {0.3: [0, 0], 0.4: [0.2, 0.4], 0.7: [0.5, 0.3]})
    few = composite_score(fair, plain, BOOTSTRAP)
    found = composite_score(thrice(fair), thrice(plain), BOOTSTRAP)
    assert (few["value"], few["contexts"]) == (found["value"], 2) and np.isnan([few["low"], few["high"]]).all()
    # at 0.4 half of 0.5 and of 0.4, at 0.7 half of 0.5 and of 0.1; 0.3 does not count
    assert found["value"] == pytest.approx((0.45 + 0.3) / 2)
    assert found["sd"] == pytest.approx(0.15 / np.sqrt(2))
    assert (found["ratios"], found["contexts"], found["defined"]) == (2, 6, 1)
    assert found["cut"] == 12 / 16  # at 0.4 and 0.7 all but four of the plain and the fair responses have a value
    # of p0: half of 1 + 0.6, and 0; of p1: half of 0.2, and half of 1 + 0.2
    shares = BOOTSTRAP.weights("own", 6).reshape(-1, 2, 3).sum(axis=2) / 6  # by name: all of p0, then all of p1
    resampled = shares @ np.array([(0.8 + 0) / 2, (0.1 + 0.6) / 2])
    assert [found["low"], found["high"]] == pytest.approx(np.quantile(resampled, [0.05, 0.95]))


def test_composite_counts_prompts_that_both_policies_answered():
    nan = np.nan
    plain = responses({0.4: [0, 1], 0.5: [0, 0]}, {0.4: [1, 0], 0.5: [1, 0]})
    part = responses({0.4: [1, nan], 0.5: [nan, nan]}, {0.4: [0, nan], 0.5: [nan, nan]})
    found = composite_score(part, plain, BOOTSTRAP)
    assert (found["value"], found["ratios"], found["contexts"]) == (1, 1, 1)
    assert np.isnan(found["sd"])


def test_composite_counts_prompts_with_both_halves():
    """Four prompts with a task, two of which are attacked: the gain is over four, and two have a score."""
    tasks = {0.4: [0, 0, 0, 0]}, {0.4: [1, 1, 0, 0]}
    attacks = {0.4: [1, 1]}, {0.4: [0.5, 0.5]}
    plain, fair = (responses(*halves) for halves in zip(tasks, attacks, strict=True))
    found = composite_score(fair, plain, BOOTSTRAP)
    assert (found["value"], found["contexts"], found["undefined"]) == (0.5, 2, 0)


def test_attacks_without_a_leakage_are_counted():
    """Of six attacks two are on a directive without a word."""
    plain, fair = (responses({0.4: [0, 0, 0]}, {r: [leaked] * 3 for r in (0.4, 0.5)}) for leaked in (1, 0.5))
    for rows in (plain, fair):
        rows.loc[rows["question_id"] == "p1-leakage", "leakage"] = np.nan
    found = composite_score(fair, plain, BOOTSTRAP)
    assert (found["contexts"], found["undefined"]) == (2, 2)


def test_no_composite_without_a_common_ratio():
    plain = responses({0.4: [0.0]}, {0.4: [1.0]})
    for other in (responses({0.9: [1.0]}, {0.9: [0.0]}), responses({0.5: [1.0]}, {0.5: [0.0]})):
        found = composite_score(other, plain, BOOTSTRAP)
        assert np.isnan(found["value"]) and (found["ratios"], found["contexts"]) == (0, 0)
