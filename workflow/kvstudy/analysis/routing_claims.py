"""The claims of arXiv 2603.01426 that a study can test: one small function a claim."""

import pandas as pd

from kvstudy.analysis.claim import (
    EVERY_MODEL,
    Claim,
    above,
    at_highest,
    at_lowest,
    below,
    cases,
    difference,
    extremes,
)
from kvstudy.analysis.cliffs import MARGIN
from kvstudy.analysis.within_ratio import FEWEST
from kvstudy.contracts.setup import Setup
from kvstudy.contracts.tags import ALTERED
from kvstudy.contracts.vocabulary import BASELINE, REGIMES

PAPER = "2603.01426"
AGNOSTIC, AWARE = REGIMES
PART = ["dataset", "regime"]
CURVE = ["policy", *PART]
HALLUCINATED, FAILED = "hallucinated", "failed"
NEAR = 0.9  # the ratio that the paper names
CLIFF = (0.8, 1.0)
NARROW = ("cliff", "step", "unfinished", "beyond")  # shapes of rates that rise late or at once
BREAKDOWN = (0.7, 0.9)
ROBUST, KNOWN = 0.4, 0.9  # up to which ratio, and above which token F1
ALIKE = 0.1
NEAR_LINEAR = "-(?:3B|14B)"  # sizes, as they stand in names of models


def cliff(setup: Setup, cliffs: pd.DataFrame) -> pd.DataFrame:
    """Hallucination jumps near ratio 0.9."""
    rows = rises(cliffs, HALLUCINATED)
    low, high = CLIFF
    holds = rows["shape"].isin(NARROW) & (rows["low"] >= low) & (rows["high"] <= high)
    return cases(rows, CURVE, holds, tested=rows["midpoint_low"].notna())


def breakdown(setup: Setup, cliffs: pd.DataFrame) -> pd.DataFrame:
    """Answers about base and multi_entity break down between 0.7 and 0.9."""
    rows = rises(cliffs, FAILED)
    rows = rows[rows["dataset"].isin(["base", "multi_entity"])]
    low, high = BREAKDOWN
    holds = (rows["low"] >= low) & (rows["high"] <= high)
    return cases(rows, CURVE, holds, tested=rows["midpoint_low"].notna())


def linear(setup: Setup, cliffs: pd.DataFrame) -> pd.DataFrame:
    """Qwen degrades near-linearly on multi_entity."""
    rows = rises(cliffs, FAILED)
    rows = of_family(rows[rows["dataset"] == "multi_entity"], setup, "qwen")
    rows = rows[rows["model"].map(setup.models).str.contains(NEAR_LINEAR)]
    rising = rows["aic_constant"] - rows["aic_linear"] >= MARGIN
    return cases(rows, CURVE, (rows["shape"] == "linear") & rising, tested=rows["midpoint_low"].notna())


def rises(cliffs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Half-rises of the curves of a rate that were run up to 0.9 at least."""
    rows = cliffs[(cliffs["metric"] == metric) & (cliffs["last_ratio"] >= NEAR)]
    return rows.assign(value=rows["half_rise"], low=rows["half_rise_low"], high=rows["half_rise_high"])


def steepest_step(setup: Setup, susceptibility: pd.DataFrame) -> pd.DataFrame:
    """The susceptibility peaks near 0.9."""
    rows = susceptibility[susceptibility["metric"] == HALLUCINATED]
    there = (rows["from_ratio"] < NEAR) & (rows["to_ratio"] >= NEAR)
    others = rows[~there].groupby(["model", *CURVE])["value"].max().rename("other").reset_index()
    step = rows[there].merge(others, on=["model", *CURVE])
    return cases(step, CURVE, step["low"] > step["other"])


def abstention(setup: Setup, tag_curves: pd.DataFrame) -> pd.DataFrame:
    """Fewer answers admit that the passage does not say it when the questions are known."""
    rows = tag_curves[(tag_curves["tag"] == ALTERED) & (tag_curves["metric"] == "outcome_abstained")]
    agnostic, aware = (rows[rows["regime"] == regime] for regime in REGIMES)
    labels = ["dataset", "policy", "ratio"]
    found = difference(agnostic, aware, labels)
    some = (found["low"] != 0) | (found["high"] != 0)  # else no answer admits it under either regime
    return cases(found, labels, found["low"] > 0, tested=found["low"].notna() & some)


def llama_agrees_early(setup: Setup, depth_profiles: pd.DataFrame) -> pd.DataFrame:
    """In LLaMA heads agree in early layers and differ in late ones."""
    return above(of_family(slopes(depth_profiles), setup, "llama"), [*CURVE, "ratio"])


def qwen_agrees_late(setup: Setup, depth_profiles: pd.DataFrame) -> pd.DataFrame:
    """In Qwen heads differ in early layers and agree in late ones."""
    return below(of_family(slopes(depth_profiles), setup, "qwen"), [*CURVE, "ratio"])


def slopes(depth_profiles: pd.DataFrame) -> pd.DataFrame:
    """Slopes of the published consensus over depth under compression; above 0 is early agreement."""
    rows = depth_profiles[(depth_profiles["metric"] == "consensus") & (depth_profiles["summary"] == "slope")]
    return rows[rows["ratio"] > 0]


def of_family(rows: pd.DataFrame, setup: Setup, family: str) -> pd.DataFrame:
    """The rows of the models of one family."""
    return rows[rows["model"].map(setup.family) == family]


def overlap_rises(setup: Setup, depth_profiles: pd.DataFrame) -> pd.DataFrame:
    """The plotted consensus score rises with the ratio."""
    kept = (depth_profiles["metric"] == "jaccard") & (depth_profiles["summary"] == "mean")
    rows = depth_profiles[kept & (depth_profiles["ratio"] > 0)]
    rows = rows[rows.groupby(["model", *CURVE])["ratio"].transform("nunique") > 1]
    found = difference(at_highest(rows, CURVE), at_lowest(rows, CURVE), CURVE)
    apart = (found["low"] != 0) | (found["high"] != 0)  # else all heads evict alike at either ratio
    return cases(found, CURVE, found["low"] > 0, tested=found["low"].notna() & apart)


def ger_with_hallucination(setup: Setup, correlations: pd.DataFrame) -> pd.DataFrame:
    """GER and hallucination rise together."""
    return above(by_layer(correlations), PART)


def ger_weaker_when_aware(setup: Setup, correlations: pd.DataFrame) -> pd.DataFrame:
    """They go together less closely when the questions are known."""
    agnostic, aware = (by_layer(correlations[correlations["regime"] == regime]) for regime in REGIMES)
    return above(difference(agnostic, aware, ["dataset"]), ["dataset"])


def by_layer(correlations: pd.DataFrame) -> pd.DataFrame:
    """Pearson's r of GER by layer, over all ratios."""
    rows = correlations[(correlations["ger"] == "ger_layer") & (correlations["ratios"] == "all")]
    return rows.assign(value=rows["r"])


def ger_within_a_ratio(setup: Setup, within_ratio: pd.DataFrame) -> pd.DataFrame:
    """Loss of the evidence is why answers hallucinate, at one ratio as well."""
    rows = within_ratio[within_ratio["ger"] == "ger_layer"]
    return above(rows.assign(value=rows["log_odds"]), PART)


def eviction_alike(setup: Setup, curves: pd.DataFrame) -> pd.DataFrame:
    """Curves of eviction are nearly the same for all models."""
    rows = curves[(curves["metric"] == "ger_layer") & (curves["policy"] != BASELINE)]
    labels = [*CURVE, "ratio"]
    return below(extremes(rows.assign(model=EVERY_MODEL), labels), labels, ALIKE)


def knowledge_is_robust(setup: Setup, curves: pd.DataFrame) -> pd.DataFrame:
    """Knowledge manipulation stays above 90 F1 until about 0.4."""
    rows = f1(curves)
    rows = rows[(rows["dataset"] == "knowledge_manipulation") & (rows["ratio"] > 0) & (rows["ratio"] <= ROBUST)]
    return above(at_highest(rows, CURVE), [*CURVE, "ratio"], KNOWN)


def hops_are_hard(setup: Setup, curves: pd.DataFrame) -> pd.DataFrame:
    """Chains of facts are answered worse than single ones before anything is compressed."""
    rows = f1(curves)
    rows = rows[rows["ratio"] == 0]
    base, hops = (rows[rows["dataset"] == name] for name in ("base", "hops"))
    return above(difference(base, hops, ["regime"]), ["regime"])


def f1(curves: pd.DataFrame) -> pd.DataFrame:
    """Token F1, the controls left out."""
    return curves[(curves["metric"] == "token_f1") & curves["regime"].isin(REGIMES)]


def location_falls_fast(setup: Setup, curves: pd.DataFrame, tag_curves: pd.DataFrame) -> pd.DataFrame:
    """Answers that are locations are lost faster than others."""
    tagged = tag_curves[(tag_curves["tag"] == "Location") & (tag_curves["metric"] == "token_f1")]
    return above(difference(loss(tagged), loss(f1(curves)), CURVE), CURVE)


def loss(rows: pd.DataFrame) -> pd.DataFrame:
    """What is lost from ratio 0 to the highest ratio of every policy."""
    last = at_highest(rows[rows["policy"] != BASELINE], CURVE)
    start = rows[rows["policy"] == BASELINE].drop(columns="policy")
    policies = last[["model", *CURVE]]
    return difference(policies.merge(start, on=["model", *PART]), last, CURVE)


ROUTING_CLAIMS = (
    Claim(
        "cliff_near_0.9",
        PAPER,
        "Figures 22 and 43",
        "Hallucination jumps at a ratio of about 0.9.",
        "half-rise of the hallucination rate",
        "For each policy, dataset and regime: a steep or late rise explains the rate better than a line, and the "
        "interval of its half-rise lies between 0.8 and 1.",
        "the cliff of a rate: five ratios, 0 included, up to 0.9",
        ("cliffs",),
        cliff,
    ),
    Claim(
        "susceptibility_peaks_near_0.9",
        PAPER,
        "Figure 23",
        "The susceptibility of hallucination to the ratio peaks near 0.9.",
        "susceptibility of the step that holds 0.9",
        "For each policy, dataset and regime: the interval of that step's susceptibility lies above all other steps' "
        "values.",
        "a ratio of 0.9 or more",
        ("susceptibility",),
        steepest_step,
    ),
    Claim(
        "breakdown_between_0.7_and_0.9",
        PAPER,
        "Appendix B",
        "Answers on the base task and on multi entity break down between ratios 0.7 and 0.9, for all sizes.",
        "half-rise of the rate of wrong answers",
        "For each policy, dataset and regime: the interval of the half-rise lies between 0.7 and 0.9.",
        "base or multi_entity at five ratios, 0 included, up to 0.9",
        ("cliffs",),
        breakdown,
    ),
    Claim(
        "knowledge_above_0.9_until_0.4",
        PAPER,
        "Section 4",
        "F1 on knowledge manipulation stays above 90 until a ratio of about 0.4.",
        "token F1 at the highest ratio up to 0.4",
        "For each policy and regime: the interval lies above 0.9.",
        "knowledge_manipulation at a ratio up to 0.4",
        ("curves",),
        knowledge_is_robust,
    ),
    Claim(
        "hops_hard_uncompressed",
        PAPER,
        "Table 2",
        "Chains of facts are answered worse than single facts, with nothing compressed.",
        "token F1 on base less that on hops",
        "For each regime: the interval lies above 0.",
        "base and hops",
        ("curves",),
        hops_are_hard,
    ),
    Claim(
        "location_falls_fast",
        PAPER,
        "Introduction; section 4.2 says the opposite",
        "Answers that are locations degrade rapidly.",
        "loss of token F1 of locations less that of all answers, from ratio 0 to the highest",
        "For each policy, dataset and regime: the interval lies above 0.",
        "questions whose answer is a location",
        ("curves", "tag_curves"),
        location_falls_fast,
    ),
    Claim(
        "qwen_linear_on_multi_entity",
        PAPER,
        "Figures 28 and 30",
        "Qwen 3B and 14B degrade near-linearly on multi entity.",
        "half-rise of the rate of wrong answers: of a line half-way to the last ratio",
        "For each policy and regime: the rate rises, and a line explains it as well as a logistic curve.",
        "a Qwen model of 3B or 14B on multi_entity at five ratios, 0 included, up to 0.9",
        ("cliffs",),
        linear,
    ),
    Claim(
        "aware_lowers_abstention",
        PAPER,
        "Figure 4",
        "When the questions are known, fewer answers admit that the passage does not say it.",
        "share of altered questions without an answer, agnostic less aware",
        "For each policy and ratio, 0 included: the interval lies above 0.",
        "coreference under both regimes, and a model that abstains at all",
        ("tag_curves",),
        abstention,
    ),
    Claim(
        "llama_agrees_early",
        PAPER,
        "Figures 17 and 34",
        "In LLaMA, heads agree in early layers and differ in late ones.",
        "slope over depth of the consensus at the last prompt token, attention to the first tokens included",
        "For each policy, ratio, dataset and regime: the interval lies above 0 (few distinct top positions are "
        "agreement).",
        "a LLaMA model",
        ("depth_profiles",),
        llama_agrees_early,
    ),
    Claim(
        "qwen_agrees_late",
        PAPER,
        "Figures 18 and 35",
        "In Qwen, heads differ in early layers and agree in late ones.",
        "slope over depth of the consensus at the last prompt token, attention to the first tokens included",
        "For each policy, ratio, dataset and regime: the interval lies below 0.",
        "a Qwen model",
        ("depth_profiles",),
        qwen_agrees_late,
    ),
    Claim(
        "consensus_score_rises",
        PAPER,
        "Figures 16 and 33",
        "The consensus score rises with the ratio.",
        "Jaccard of evicted sets at the highest ratio less that at the lowest",
        "For each policy, dataset and regime: the interval lies above 0. The plotted score fits this overlap, not the "
        "printed formula; by chance, too, larger sets overlap more.",
        "two ratios above 0, and heads that do not all evict alike",
        ("depth_profiles",),
        overlap_rises,
    ),
    Claim(
        "eviction_alike_in_all_models",
        PAPER,
        "Figures 21 and 42",
        "Curves of eviction are nearly the same for all models.",
        "largest GER (by layer) of a model less the smallest",
        "For each policy, ratio, dataset and regime: the interval lies below 0.1.",
        "two models",
        ("curves",),
        eviction_alike,
    ),
    Claim(
        "ger_goes_with_hallucination",
        PAPER,
        "Figures 24 and 44",
        "Global eviction of the evidence and hallucination rise together.",
        "Pearson's r over policies and ratios",
        "For each dataset and regime: the interval lies above 0.",
        "three points",
        ("correlations",),
        ger_with_hallucination,
    ),
    Claim(
        "ger_weaker_when_aware",
        PAPER,
        "Figures 24 and 44",
        "They go together less closely when the questions are known.",
        "Pearson's r, agnostic less aware",
        "For each dataset: the interval lies above 0.",
        "both regimes, three points",
        ("correlations",),
        ger_weaker_when_aware,
    ),
    Claim(
        "ger_causes_hallucination",
        PAPER,
        "Section 5",
        "Answers hallucinate because their evidence was evicted.",
        "log-odds of a hallucination from no evidence evicted to all of it, at the same policy and ratio",
        "For each dataset and regime: the interval lies above 0. That they go together among questions that "
        "were compressed alike does not show why.",
        "passages with both outcomes at some policy and ratio",
        ("within_ratio",),
        ger_within_a_ratio,
        fewest=FEWEST,
    ),
)
