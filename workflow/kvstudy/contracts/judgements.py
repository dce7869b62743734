"""The closed lists of labels that judging facts adds; what a cell writes does not depend on them."""

from math import inf

OUTCOMES = ("correct", "hedged", "misrouted", "fabricated", "abstained", "empty", "degenerate")
HALLUCINATIONS = ("misrouted", "fabricated")
BROKEN = ("empty", "degenerate")
GERS = ("ger_layer", "ger_model", "ger_head")
RESPONSES = ("leak", "refusal", "other")  # what a response to a request under a system prompt does
FAIR_BETWEEN = ("parts", "instructions")  # directive and defence, or one instruction and the others
ALL = "all"
GROUPS = {ALL: (1, inf), "single": (1, 1), "multi": (2, inf), "many": (3, inf)}  # fewest, most instructions of a prompt
