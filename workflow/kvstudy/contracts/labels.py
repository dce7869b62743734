"""What figures, tables and pages call things; no fact and no score depends on it."""

from kvstudy.contracts.vocabulary import NO_CONTEXT, QUESTION_ONLY, REGIMES

REGIME_NAMES = {
    **{regime: f"question-{regime}" for regime in REGIMES},
    NO_CONTEXT: "control: no passage",
    QUESTION_ONLY: "control: question only",
}
