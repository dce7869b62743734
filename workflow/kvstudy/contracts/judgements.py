"""The closed lists of labels that judging facts adds; what a cell writes does not depend on them."""

from math import inf

from kvstudy.contracts.vocabulary import RETRIED, STATES

OK = STATES[0]
UNSCORED, UNPROBED = "unscored", "unprobed"  # contexts that were answered, and whose cell's job failed after that
ANSWERED = (OK, UNSCORED, UNPROBED)
COVERED = (*STATES, UNSCORED, UNPROBED)  # what may become of a context
TRIED_AGAIN = (*RETRIED, UNSCORED, UNPROBED)
TRY_AGAIN = "`make retry` runs again what failed, or was not scored or probed, or ran out of memory."
OUTCOMES = ("correct", "hedged", "misrouted", "fabricated", "abstained", "empty", "degenerate")
HALLUCINATIONS = ("misrouted", "fabricated")
BROKEN = ("empty", "degenerate")
RIGHT = ("correct", "hedged")  # all other outcomes are wrong answers
GERS = ("ger_layer", "ger_model", "ger_head")
UNDEFINED = "undefined"  # of a measure: how often it has no value; of a failure: what none of the modes holds for
FAILURE_MODES = ("baseline", "erasure", "rigidity", "utilisation", "dispersion", UNDEFINED)
RATIO_SETS = {"all": None, "paper": (0.1, 0.3, 0.5, 0.7, 0.9)}  # the five of arXiv 2603.01426's structural figures
# Contexts without which an estimate has no interval, and nothing that needs one is judged. A percentile interval never
# reaches beyond the contexts that there are, and the middle one of all is between them with chance 1 - 2 / 2**n: 0.94
# for five, 0.88 for four, 0.5 for two.
FEWEST_CONTEXTS = 5
NOT_TESTED = "not tested"  # what is said instead
SHAPES = ("flat", "linear", "falling", "gradual", "cliff", "step", "unfinished", "beyond", NOT_TESTED)
RESPONSES = ("leak", "refusal", "other")  # what a response to a request under a system prompt does
FAIR_BETWEEN = ("parts", "instructions")  # directive and defence, or one instruction and the others
ALL = "all"
GROUPS = {ALL: (1, inf), "single": (1, 1), "multi": (2, inf), "many": (3, inf)}  # fewest, most instructions of a prompt
