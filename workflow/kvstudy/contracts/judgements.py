"""The closed lists of labels that judging facts adds; what a cell writes does not depend on them."""

OUTCOMES = ("correct", "hedged", "misrouted", "fabricated", "abstained", "empty", "degenerate")
HALLUCINATIONS = ("misrouted", "fabricated")
BROKEN = ("empty", "degenerate")
GERS = ("ger_layer", "ger_model", "ger_head")
