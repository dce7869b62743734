"""Estimates over the scores of a whole study, with their intervals."""

from kvstudy.contracts.facts import TARGET
from kvstudy.contracts.judgements import (
    COVERED,
    FAILURE_MODES,
    FEWEST_CONTEXTS,
    GERS,
    RATIO_SETS,
    SHAPES,
    UNDEFINED,
)
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import INT, NUMBER, TEXT, Column, Table
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, REGIMES

INTERVAL = (
    Column("value", NUMBER, optional=True, doc="The estimate; missing where it is not defined for any row."),
    Column(
        "low",
        NUMBER,
        optional=True,
        doc="Lower end of the interval, contexts resampled; missing where fewer than "
        f"{FEWEST_CONTEXTS} contexts are behind the estimate.",
    ),
    Column("high", NUMBER, optional=True, doc="Upper end of the interval."),
)
CUT = Column(
    "cut",
    NUMBER,
    unit="0..1",
    low=0,
    high=1,
    optional=True,
    doc="Share of the answers behind the estimate, each as often as it counts, that ended at their limit of tokens; "
    "missing where it is not of answers.",
)
CONTEXTS_BEHIND = Column("contexts", INT, low=0, doc="Contexts behind the estimate.")
QUESTIONS_BEHIND = Column("rows", INT, low=0, doc="Questions behind the estimate.")
WITHOUT = Column(UNDEFINED, INT, low=0, doc="Questions for which it is not defined, and which are left out.")
CONTEXTS_WITHOUT = Column(UNDEFINED, INT, low=0, doc="Contexts for which it is not defined, and which are left out.")
CURVES = Table(
    "curves",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column(
            "metric",
            TEXT,
            doc="A column of question_scores or context_scores; outcome_<name>: the share of an outcome; "
            "outcome_broken: the share that is empty or degenerate.",
        ),
        *INTERVAL,
        CONTEXTS_BEHIND,
        Column("rows", INT, low=0, doc="Questions (or contexts) behind the estimate."),
        Column(UNDEFINED, INT, low=0, doc="Those for which it is not defined, and which are left out."),
        CUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "metric"),
    doc="One metric at one ratio.",
)
LAYER_CURVES = Table(
    "layer_curves",
    (
        *CELL,
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("metric", TEXT, doc="A column of layer_scores."),
        *INTERVAL,
        CONTEXTS_BEHIND,
        CONTEXTS_WITHOUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "layer", "metric"),
    doc="One metric in one layer at one ratio.",
)
CORRELATIONS = Table(
    "correlations",
    (
        Column("experiment", TEXT, doc="The block of the config."),
        Column("model", TEXT, doc="Name of the model."),
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=REGIMES, doc="Regime."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column(
            "ratios",
            TEXT,
            values=tuple(RATIO_SETS),
            doc="all that were run; paper: 0.1, 0.3, 0.5, 0.7 and 0.9, those of the paper's structural figures, where "
            "all of them were run.",
        ),
        Column("ger", TEXT, values=GERS, doc="Which reading of GER."),
        Column("r", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Pearson correlation."),
        Column(
            "low",
            NUMBER,
            unit="-1..1",
            low=-1,
            high=1,
            optional=True,
            doc=f"Lower end of the interval, contexts resampled; missing with fewer than {FEWEST_CONTEXTS} contexts.",
        ),
        Column("high", NUMBER, unit="-1..1", low=-1, high=1, optional=True, doc="Upper end."),
        Column(
            "p",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Two-sided p value under independence; missing where the interval is.",
        ),
        Column("points", INT, low=0, doc="Points: policies times ratios."),
        Column("contexts", INT, low=0, doc="Contexts behind each point: those that have this GER at all of them."),
        Column(UNDEFINED, INT, low=0, doc="Questions, over all points, for which this GER is not defined."),
    ),
    key=("experiment", "model", "regime", "dataset", "ratios", "ger"),
    doc="Pearson correlation of a GER variant and the hallucination rate over the compressed cells of a model.",
)
COVERAGE = Table(
    "coverage",
    (
        *CELL,
        Column("cell", TEXT, doc="Name of the cell."),
        Column("dataset", TEXT, doc="Name of the dataset."),
        Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
        Column("regime", TEXT, values=(*REGIMES, *CONTROLS), doc="Regime, or a control."),
        Column("state", TEXT, values=COVERED, doc="ok, why there are no answers, or unscored or unprobed."),
        Column("reason", TEXT, doc="The message that came with it; empty when ok."),
        Column("contexts", INT, low=1, doc="Contexts in this state."),
    ),
    key=("cell", "dataset", "regime", "state", "reason"),
    doc="What became of one part of a cell.",
)
WHERE = (
    Column("experiment", TEXT, doc="The block of the config."),
    Column("model", TEXT, doc="Name of the model."),
    Column("compress", TEXT, values=COMPRESS, doc="What was compressed."),
    Column("regime", TEXT, values=REGIMES, doc="Regime."),
    Column("dataset", TEXT, doc="Name of the dataset."),
)
POLICY = (WHERE[0], WHERE[1], Column("policy", TEXT, doc="Name of the policy."), *WHERE[2:])
RATE = Column(
    "metric", TEXT, values=("hallucinated", "failed"), doc="hallucinated, or failed: neither correct nor hedged."
)
HEAD_CURVES = Table(
    "head_curves",
    (
        *CELL,
        *WHERE[2:],
        Column("layer", INT, low=0, doc="Layer, from 0."),
        Column("head", INT, low=0, doc="KV head, from 0."),
        Column("metric", TEXT, doc="A column of head_scores."),
        *INTERVAL,
        CONTEXTS_BEHIND,
        CONTEXTS_WITHOUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "metric", "layer", "head"),
    doc="What one KV head evicts at one ratio.",
)
DEPTH_PROFILES = Table(
    "depth_profiles",
    (
        *CELL,
        *WHERE[2:],
        Column("metric", TEXT, doc="A column of layer_scores."),
        Column(
            "summary",
            TEXT,
            values=("mean", "slope", "early_slope", "late_slope", "early", "late"),
            doc="mean: over all layers; slope: of the line over depth, from 0 at the first layer to 1 at the last; "
            "early_slope, late_slope: of the lines over its first and its last half; early, late: mean over the first "
            "and the last third of the layers.",
        ),
        *INTERVAL,
        CONTEXTS_BEHIND,
        CONTEXTS_WITHOUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "metric", "summary"),
    doc="How one layer metric changes with depth at one ratio.",
)


def fitted(name: str, doc: str, low: float | None = None, high: float | None = None) -> tuple[Column, Column, Column]:
    """A fitted quantity and the ends of its interval."""
    return (
        Column(name, NUMBER, low=low, high=high, optional=True, doc=doc),
        Column(f"{name}_low", NUMBER, low=low, high=high, optional=True, doc="Lower end of its interval."),
        Column(f"{name}_high", NUMBER, low=low, high=high, optional=True, doc="Upper end."),
    )


CLIFFS = Table(
    "cliffs",
    (
        *POLICY,
        RATE,
        Column(
            "shape",
            TEXT,
            values=SHAPES,
            doc="falling: the rate falls; beyond: the midpoint is at the last ratio or further on; unfinished: it is "
            "before, but less than 90 % of the rise is seen; step: all that is known of the rise is between which two "
            "ratios it is, for the width is below a quarter of that step; cliff: the width's interval ends below 0.1; "
            "gradual: wider; linear, flat: the curve's AIC is not lower by 6 than that of a line or a constant; "
            f"not tested: on fewer than {FEWEST_CONTEXTS} contexts.",
        ),
        Column("lo", NUMBER, unit="0..1", low=0, high=1, doc="Rate before the rise."),
        Column("hi", NUMBER, unit="0..1", low=0, high=1, doc="Rate after it."),
        *fitted("midpoint", "Ratio at which the curve has risen by half.", 0, 1),
        *fitted("width", "Scale of the rise, in ratio; its middle half takes 2.2 widths.", 0, 1),
        *fitted(
            "steepest",
            "Slope at the midpoint: (hi - lo) / (4 width); missing where the width is below a quarter of the step "
            "that holds the midpoint, or of the last step.",
        ),
        *fitted(
            "half_rise",
            "Ratio at which the best curve that never falls has risen by half; missing where it does not rise.",
            0,
            1,
        ),
        Column("aic_constant", NUMBER, doc="Akaike's criterion of a constant rate."),
        Column("aic_linear", NUMBER, doc="Of a line."),
        Column("aic_logistic", NUMBER, doc="Of the curve."),
        Column(
            "won",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            optional=True,
            doc="Share of the resamples in which the curve's AIC is lower by 6 than the others. The AIC itself takes "
            f"all answers as independent. Missing with fewer than {FEWEST_CONTEXTS} contexts.",
        ),
        Column("ratios", INT, low=1, doc="Ratios that were fitted, 0 included."),
        Column("last_ratio", NUMBER, unit="0..1", low=0, high=1, doc="The last of them."),
        CONTEXTS_BEHIND,
        Column("rows", INT, low=1, doc="Questions at each ratio."),
        CUT,
    ),
    key=("experiment", "model", "policy", "regime", "dataset", "metric"),
    doc="A logistic curve through one rate of one policy.",
)
SUSCEPTIBILITY = Table(
    "susceptibility",
    (
        *POLICY,
        RATE,
        Column("from_ratio", NUMBER, unit="0..1", low=0, high=1, doc="One ratio."),
        Column("to_ratio", NUMBER, unit="0..1", low=0, high=1, doc="The next one that was run."),
        *INTERVAL,
        CONTEXTS_BEHIND,
        CUT,
    ),
    key=("experiment", "model", "policy", "regime", "dataset", "metric", "from_ratio"),
    doc="Change of a rate from one ratio to the next, over the distance between them.",
)
WITHIN_RATIO = Table(
    "within_ratio",
    (
        *WHERE,
        Column("ger", TEXT, values=GERS, doc="Which reading of GER."),
        Column(
            "log_odds",
            NUMBER,
            optional=True,
            doc="Change of the log-odds of a hallucination from no evidence evicted to all of it, among questions of "
            "the same policy and ratio; missing with fewer than 20 contexts, or where GER tells the outcomes apart.",
        ),
        Column(
            "low",
            NUMBER,
            optional=True,
            doc="Lower end of its interval, from errors clustered by context and t with one "
            "degree of freedom less than contexts.",
        ),
        Column("high", NUMBER, optional=True, doc="Upper end."),
        Column("p", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Two-sided p value, clustered likewise."),
        Column(
            "r",
            NUMBER,
            unit="-1..1",
            low=-1,
            high=1,
            optional=True,
            doc="Pearson's r after the mean of its policy and ratio is taken from every value.",
        ),
        Column("r_low", NUMBER, low=-1, high=1, optional=True, doc="Lower end of its interval, contexts resampled."),
        Column("r_high", NUMBER, low=-1, high=1, optional=True, doc="Upper end."),
        Column("cells", INT, low=1, doc="Policies and ratios in which both vary."),
        Column("contexts", INT, low=1, doc="Contexts behind the estimates."),
        Column("rows", INT, low=1, doc="Questions behind them."),
        WITHOUT,
    ),
    key=("experiment", "model", "regime", "dataset", "ger"),
    doc="How GER and hallucination go together among questions that were compressed alike.",
)
BY_SURVIVAL = 0.0  # the epsilon of rows that no routes were needed for
FAILURE_CURVES = Table(
    "failure_curves",
    (
        *CELL,
        *WHERE[2:],
        Column(
            "epsilon",
            NUMBER,
            unit="0..1",
            low=0,
            high=1,
            doc="0: evidence is gone by what survived, of all questions; else by routes of more weight than this, of "
            "the sampled ones.",
        ),
        Column(
            "metric",
            TEXT,
            values=(*FAILURE_MODES, "failed", "erased", "failed_if_erased", "failed_if_kept", "failed_before_if_kept"),
            doc="A failure mode: share of all questions, undefined where none of the others can be told; failed: their "
            "sum; erased: share whose evidence is gone; "
            "failed_if_...: share of failures among those whose evidence is gone, or not; failed_before_if_kept: share "
            "of failures of the latter at ratio 0.",
        ),
        *INTERVAL,
        CONTEXTS_BEHIND,
        QUESTIONS_BEHIND,
        WITHOUT,
        CUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "epsilon", "metric"),
    doc="One share of the failures at one ratio, over the questions that have evidence.",
)
REACHABILITY_METRICS = {
    "reachable": "share of questions with a route to some of the evidence",
    "directly": "share with a direct one",
    "copies_only": "share with one through copies alone",
    "reached": "share of the evidence that is reached",
    "direct": "share that is reached directly",
    "leaked": "of evidence that no KV head of any layer kept, the share that is reached",
    "leaks": "share of questions with such evidence that come to some of it: how often proposition 2 does not hold",
    "routes": "query heads of a question with a direct route",
    "kv_routes": "KV heads that these read from",
    "bound": "least share of questions with a direct route by proposition 1, were those of KV heads independent",
    "above_bound": "directly less bound; below 0 they are not",
}
REACHABILITY = Table(
    "reachability",
    (
        *CELL,
        *WHERE[2:],
        TARGET,
        Column("epsilon", NUMBER, unit="0..1", low=0, high=1, doc="A route has more weight than this."),
        Column(
            "metric",
            TEXT,
            values=tuple(REACHABILITY_METRICS),
            doc="; ".join(f"{name}: {meaning}" for name, meaning in REACHABILITY_METRICS.items()) + ".",
        ),
        *INTERVAL,
        CONTEXTS_BEHIND,
        QUESTIONS_BEHIND,
        WITHOUT,
    ),
    key=("experiment", "model", "policy", "ratio", "regime", "dataset", "target", "epsilon", "metric"),
    doc="One measure of how questions come to their evidence, or to their floor, at one ratio.",
)
