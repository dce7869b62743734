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
FAILURE_MODES = ("baseline", "erasure", "rigidity", "utilisation", "dispersion")
RATIO_SETS = {"all": None, "paper": (0.1, 0.3, 0.5, 0.7, 0.9)}  # the five of arXiv 2603.01426's structural figures
SHAPES = ("flat", "linear", "falling", "gradual", "cliff", "step", "unfinished", "beyond")
RESPONSES = ("leak", "refusal", "other")  # what a response to a request under a system prompt does
FAIR_BETWEEN = ("parts", "instructions")  # directive and defence, or one instruction and the others
ALL = "all"
GROUPS = {ALL: (1, inf), "single": (1, 1), "multi": (2, inf), "many": (3, inf)}  # fewest, most instructions of a prompt
