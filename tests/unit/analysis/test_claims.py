"""Every claim of the papers on handmade tables: supported, not supported, not tested, and the number of its case."""

import math

import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.claim import CASES, difference, extremes, judge, verdict
from kvstudy.analysis.claims import ALL_CLAIMS, TABLES
from kvstudy.analysis.cliffs import describe
from kvstudy.analysis.series import Series
from kvstudy.contracts.comparisons import CLAIMS, NOT_SUPPORTED, NOT_TESTED, PAPERS, SUPPORTED
from kvstudy.contracts.setup import Setup

SETUP = Setup(
    {"m": "SmolLM2", "llama": "Llama-3.2-1B", "qwen": "Qwen2.5-3B-Instruct"},
    {"p": "ChunkPress", "stream": "StreamingLLMPress", "knorm": "KnormPress"},
    (),
    "context",
    (),
    own_rows=True,
)
CLAIM = {claim.name: claim for claim in ALL_CLAIMS}
PLACE = {"experiment": "routing", "model": "m", "compress": "context", "regime": "agnostic", "dataset": "base"}


def at(value, spread=0.02, **labels):
    """An estimate of the routing experiment with an interval."""
    return {
        **PLACE,
        "policy": "p",
        "ratio": 0.5,
        "value": value,
        "low": value - spread,
        "high": value + spread,
        "contexts": 25,
    } | labels


def prompt(value, spread=0.02, **labels):
    """An estimate of the instructions experiment with an interval."""
    row = {"model": "m", "policy": "p", "variant": "plain", "ratio": 0.5, "layout": "defence_first"}
    return {**row, "value": value, "low": value - spread, "high": value + spread, "contexts": 25} | labels


def of(name, value, **labels):
    """The same under another name of the estimate: r, log_odds."""
    row = at(value, **labels)
    return {name: row.pop("value"), **row}


def fit(half_rise, shape="cliff", **labels):
    row = {**PLACE, "policy": "p", "metric": "hallucinated", "shape": shape, "last_ratio": 0.95, "midpoint_low": 0.1}
    ends = {"half_rise": half_rise, "half_rise_low": half_rise - 0.02, "half_rise_high": half_rise + 0.02}
    return row | ends | {"aic_constant": 120.0, "aic_linear": 100.0, "contexts": 25} | labels


def step(value, start, end):
    return at(value, metric="hallucinated", from_ratio=start, to_ratio=end)


def f1(value, **labels):
    return at(value, metric="token_f1", **labels)


def tagged(value, tag, **labels):
    return f1(value, tag=tag, **labels)


def abstained(value, **labels):
    return at(value, metric="outcome_abstained", tag="altered", **labels)


def slope(value, model):
    return at(value, metric="consensus", summary="slope", model=model)


def mean(value, ratio):
    return at(value, metric="jaccard", summary="mean", ratio=ratio)


def followed(value, **labels):
    return prompt(value, verdict="strict", group="all", family="all", metric="accuracy", **labels)


def family(value, name):
    rows = {"verdict": "strict", "group": "multi", "family": name, "metric": "normalised_accuracy"}
    return prompt(value, layout="no_defence", **rows)


def leaked(value, **labels):
    return prompt(value, metric="directive_recall", request="attack", **labels)


def kept(value, metric, **labels):
    return prompt(value, metric=metric, group="all", **labels)


def score(value, variant):
    return prompt(value, variant=variant, request="attack", leakage="recall", lowest=0.4)


START = {"policy": "none", "ratio": 0.0}
ELSEWHERE, DIRECTIVE, DEFENCE = "retention_elsewhere", "retention_directive", "retention_defence"
KNOWN = {"dataset": "knowledge_manipulation", "ratio": 0.4}
EXAMPLES = {  # claim -> table -> rows that support it; the same for rows that do not
    "cliff_near_0.9": ({"cliffs": [fit(0.9)]}, {"cliffs": [fit(0.9, "gradual")]}),
    "susceptibility_peaks_near_0.9": (
        {"susceptibility": [step(0.2, 0.0, 0.5), step(0.9, 0.8, 0.9)]},
        {"susceptibility": [step(0.9, 0.0, 0.5), step(0.2, 0.8, 0.9)]},
    ),
    "breakdown_between_0.7_and_0.9": (
        {"cliffs": [fit(0.8, metric="failed")]},
        {"cliffs": [fit(0.5, metric="failed")]},
    ),
    "knowledge_above_0.9_until_0.4": ({"curves": [f1(0.95, **KNOWN)]}, {"curves": [f1(0.91, **KNOWN)]}),
    "hops_hard_uncompressed": (
        {"curves": [f1(0.7, **START), f1(0.3, **START, dataset="hops")]},
        {"curves": [f1(0.7, **START), f1(0.69, **START, dataset="hops")]},
    ),
    "location_falls_fast": (
        {
            "curves": [f1(0.8, **START), f1(0.6)],
            "tag_curves": [tagged(0.8, "Location", **START), tagged(0.2, "Location")],
        },
        {
            "curves": [f1(0.8, **START), f1(0.6)],
            "tag_curves": [tagged(0.8, "Location", **START), tagged(0.6, "Location")],
        },
    ),
    "qwen_linear_on_multi_entity": tuple(
        {"cliffs": [fit(0.5, shape, metric="failed", model="qwen", dataset="multi_entity")]}
        for shape in ("linear", "cliff")
    ),
    "aware_lowers_abstention": tuple(
        {"tag_curves": [abstained(0.6), abstained(aware, regime="aware")]} for aware in (0.3, 0.59)
    ),
    "llama_agrees_early": ({"depth_profiles": [slope(0.4, "llama")]}, {"depth_profiles": [slope(-0.4, "llama")]}),
    "qwen_agrees_late": ({"depth_profiles": [slope(-0.4, "qwen")]}, {"depth_profiles": [slope(0.4, "qwen")]}),
    "consensus_score_rises": (
        {"depth_profiles": [mean(0.1, 0.1), mean(0.8, 0.9)]},
        {"depth_profiles": [mean(0.8, 0.1), mean(0.8, 0.9)]},
    ),
    "eviction_alike_in_all_models": tuple(
        {"curves": [at(0.3, metric="ger_layer"), at(other, metric="ger_layer", model="qwen")]} for other in (0.32, 0.5)
    ),
    "ger_goes_with_hallucination": tuple(
        {"correlations": [of("r", r, ger="ger_layer", ratios="all")]} for r in (0.8, 0.01)
    ),
    "ger_weaker_when_aware": tuple(
        {
            "correlations": [
                of("r", 0.8, ger="ger_layer", ratios="all"),
                of("r", aware, ger="ger_layer", ratios="all", regime="aware"),
            ]
        }
        for aware in (0.6, 0.9)
    ),
    "ger_causes_hallucination": tuple(
        {"within_ratio": [of("log_odds", odds, ger="ger_layer")]} for odds in (2.0, -1.0)
    ),
    "families_degrade_apart": tuple(
        {"family_curves": [family(0.9, "keywords"), family(other, "language"), family(0.8, "all")]}
        for other in (0.3, 0.89)
    ),
    "language_falls_first": tuple(
        {"family_curves": [family(value, "language"), family(0.8, "all")]} for value in (0.3, 0.9)
    ),
    "policies_differ": tuple(
        {"family_curves": [followed(0.8), followed(other, policy="stream")]} for other in (0.5, 0.79)
    ),
    "compression_leaks": tuple({"response_curves": [leaked(0.1, **START), leaked(value)]} for value in (0.6, 0.11)),
    "leaks_little_below_0.3": tuple(
        {"response_curves": [leaked(0.1, **START), leaked(value, ratio=0.2)]} for value in (0.12, 0.4)
    ),
    "leakage_peaks_at_0.4_to_0.6": tuple(
        {"response_curves": [leaked(0.1, **START), leaked(0.6), leaked(value, ratio=0.9)]} for value in (0.2, 0.7)
    ),
    "order_matters": tuple(
        {"response_curves": [leaked(0.6), leaked(value, layout="directive_first")]} for value in (0.8, 0.61)
    ),
    "eviction_is_biased": tuple(
        {"span_curves": [kept(0.7, DIRECTIVE), kept(value, ELSEWHERE)]} for value in (0.3, 0.69)
    ),
    "later_text_is_favoured": tuple(
        {"span_curves": [kept(0.5, DIRECTIVE, policy="stream"), kept(value, DEFENCE, policy="stream")]}
        for value in (0.1, 0.9)
    ),
    "knorm_is_unbiased": tuple(
        {"span_curves": [kept(0.5, DIRECTIVE, policy="knorm"), kept(value, ELSEWHERE, policy="knorm")]}
        for value in (0.52, 0.9)
    ),
    "followed_at_0.9": tuple({"family_curves": [followed(value, ratio=0.9)]} for value in (0.7, 0.61)),
    "whitelist_reduces_leakage": tuple(
        {"response_curves": [leaked(0.6), leaked(value, variant="whitelist")]} for value in (0.3, 0.59)
    ),
    "fair_reduces_leakage": tuple(
        {"response_curves": [leaked(0.6), leaked(value, variant="fair")]} for value in (0.3, 0.7)
    ),
    "whitelist_is_worth_it": tuple({"composites": [score(value, "whitelist")]} for value in (0.1, -0.1)),
    "fair_is_worth_it": tuple({"composites": [score(value, "fair")]} for value in (0.1, 0.01)),
    "fair_is_not_enough": tuple(
        {"family_curves": [followed(0.9, **START), followed(value, variant="fair")]} for value in (0.5, 0.89)
    ),
}


def rows_of(name, example, tmp_path):
    tables = {table: pd.DataFrame(rows) for table, rows in example.items()}
    found = judge(CLAIM[name], SETUP, tables)
    CLAIMS.write(found, tmp_path / "claims.parquet")
    return found


def test_every_claim_has_an_example():
    assert set(EXAMPLES) == set(CLAIM) and len(CLAIM) == len(ALL_CLAIMS)
    assert {claim.paper for claim in ALL_CLAIMS} == set(PAPERS)
    assert {name for claim in ALL_CLAIMS for name in claim.reads} == {table.name for table in TABLES}


@pytest.mark.parametrize("name", EXAMPLES)
def test_supported_and_not_supported(name, tmp_path):
    for example, expected in zip(EXAMPLES[name], (SUPPORTED, NOT_SUPPORTED), strict=True):
        (row,) = rows_of(name, example, tmp_path)
        assert (row["verdict"], row["cases"]) == (expected, 1)
        assert row["low"] <= row["value"] <= row["high"] and row["case"] and row["reason"] == ""


def without_intervals(example, **labels):
    """The same rows with no interval."""
    ends = dict.fromkeys(("low", "high", "midpoint_low", "half_rise_low", "half_rise_high"), math.nan)
    return {
        table: [row | {k: v for k, v in ends.items() if k in row} | labels for row in rows]
        for table, rows in example.items()
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_not_tested_on_fewer_than_five_contexts_and_the_reason_says_how_many(name, tmp_path):
    fewest = 20 if name == "ger_causes_hallucination" else 5
    (row,) = rows_of(name, without_intervals(EXAMPLES[name][0], contexts=3), tmp_path)
    assert (row["verdict"], row["reason"]) == (NOT_TESTED, f"too few contexts: 3 of {fewest}")
    assert (row["cases"], row["holding"]) == (0, 0) and row["model"] and "value" not in row


def test_a_model_with_enough_contexts_is_tested_beside_one_with_too_few(tmp_path):
    (few,) = without_intervals({"cliffs": [fit(0.9, model="qwen")]}, contexts=4)["cliffs"]
    tested, untested = rows_of("cliff_near_0.9", {"cliffs": [fit(0.9), few, few | {"regime": "aware"}]}, tmp_path)
    assert (tested["model"], tested["verdict"], tested["cases"]) == ("m", SUPPORTED, 1)
    assert (untested["model"], untested["reason"]) == ("qwen", "too few contexts: 4 of 5")


@pytest.mark.parametrize("name", EXAMPLES)
def test_not_tested_without_intervals_rows_or_tables(name, tmp_path):
    example = EXAMPLES[name][0]
    blind = without_intervals(example)
    empty = {table: pd.DataFrame(rows).iloc[:0].to_dict("list") for table, rows in example.items()}
    for case in (blind, empty, {}):
        (row,) = rows_of(name, case, tmp_path)
        assert row["verdict"] == NOT_TESTED and row["reason"].startswith("it needs ") and row["model"] == ""


def test_a_model_that_never_abstains_does_not_test_abstention(tmp_path):
    rows = [abstained(0.0, regime=regime, spread=0.0) for regime in ("agnostic", "aware")]
    (row,) = rows_of("aware_lowers_abstention", {"tag_curves": rows}, tmp_path)
    assert row["verdict"] == NOT_TESTED and "abstains at all" in row["reason"]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([0.05, 0.05, 0.05, 0.05, 0.05, 0.9], SUPPORTED),
        ([0.05, 0.05, 0.9, 0.9, 0.9, 0.9], NOT_SUPPORTED),
        ([0.05, 0.2, 0.4, 0.6, 0.75, 0.9], NOT_SUPPORTED),
    ],
    ids=["a jump in the last step", "an early jump", "a steady rise"],
)
def test_a_jump_up_to_0_9_is_a_cliff_there(rates, expected, tmp_path):
    asked = np.full((20, 6), 20.0)
    labels = PLACE | {"policy": "p", "metric": "hallucinated"}
    series = Series(labels, np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.9]), asked * np.array(rates), asked, cut=asked)
    fitted = labels | describe(series, Bootstrap(50, 0.95, 1))
    (row,) = rows_of("cliff_near_0.9", {"cliffs": [fitted]}, tmp_path)
    assert row["verdict"] == expected, fitted


def test_leakage_that_falls_from_the_start_has_no_peak(tmp_path):
    rows = [leaked(0.8, **START), leaked(0.6), leaked(0.2, ratio=0.9)]
    (row,) = rows_of("leakage_peaks_at_0.4_to_0.6", {"response_curves": rows}, tmp_path)
    assert (row["verdict"], row["cases"]) == (NOT_SUPPORTED, 1)


def test_a_rate_that_stays_where_it_is_is_no_line(tmp_path):
    flat = fit(0.5, "linear", metric="failed", model="qwen", dataset="multi_entity", aic_constant=101.0)
    (row,) = rows_of("qwen_linear_on_multi_entity", {"cliffs": [flat]}, tmp_path)
    assert row["verdict"] == NOT_SUPPORTED


def test_heads_that_evict_alike_do_not_test_their_overlap(tmp_path):
    rows = [mean(1.0, ratio) | {"low": 1.0, "high": 1.0} for ratio in (0.1, 0.9)]
    (row,) = rows_of("consensus_score_rises", {"depth_profiles": rows}, tmp_path)
    assert row["verdict"] == NOT_TESTED and "do not all evict alike" in row["reason"]


def test_one_row_for_each_model(tmp_path):
    rows = [fit(0.9), fit(0.5, model="qwen")]
    found = {row["model"]: row["verdict"] for row in rows_of("cliff_near_0.9", {"cliffs": rows}, tmp_path)}
    assert found == {"m": SUPPORTED, "qwen": NOT_SUPPORTED}


def test_a_curve_that_never_rises_speaks_against_a_cliff(tmp_path):
    flat = fit(math.nan, "flat")
    (row,) = rows_of("cliff_near_0.9", {"cliffs": [flat]}, tmp_path)
    assert (row["verdict"], row["cases"], row["holding"]) == (NOT_SUPPORTED, 1, 0)


def test_the_number_is_of_the_middle_case_that_speaks_for_the_verdict():
    def case(value, holds):
        return dict(zip(CASES, ("m", f"case {value}", value, value, value, 9, value / 2, True, holds), strict=True))

    found = verdict(pd.DataFrame([case(0.9, True), case(0.1, True), case(0.5, True), case(0.2, False)]))
    assert (found["verdict"], found["value"], found["cases"], found["holding"]) == (SUPPORTED, 0.5, 4, 3)
    assert found["cut"] == 0.25
    tied = verdict(pd.DataFrame([case(0.9, True), case(0.2, False)]))
    assert (tied["verdict"], tied["value"]) == (NOT_SUPPORTED, 0.2)


def test_a_difference_has_the_interval_of_independent_estimates():
    first = pd.DataFrame([{"model": "m", "case": "a", "value": 0.8, "low": 0.5, "high": 0.9, "contexts": 25}])
    second = pd.DataFrame([{"model": "m", "case": "a", "value": 0.3, "low": 0.0, "high": 0.7, "contexts": 6}])
    (row,) = difference(first.assign(cut=0.25), second.assign(cut=0.75), ["case"]).to_dict("records")
    assert row["cut"] == 0.75
    assert np.isnan(difference(first, second, ["case"])["cut"]).all()  # of what are no answers
    assert row["value"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(0.5 - math.hypot(0.3, 0.4))
    assert row["high"] == pytest.approx(0.5 + math.hypot(0.1, 0.3))
    assert row["contexts"] == 6


def test_extremes_need_two_estimates():
    one = pd.DataFrame([at(0.5, case="a")])
    assert extremes(one, ["case"]).empty
    (row,) = extremes(pd.DataFrame([at(v, case="a") for v in (0.5, 0.1, 0.7)]), ["case"]).to_dict("records")
    assert row["value"] == pytest.approx(0.6)
