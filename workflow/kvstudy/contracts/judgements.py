"""The closed lists of labels that judging facts adds; what a cell writes does not depend on them."""

OUTCOMES = ("correct", "hedged", "misrouted", "fabricated", "abstained", "empty", "degenerate")
HALLUCINATIONS = ("misrouted", "fabricated")
BROKEN = ("empty", "degenerate")
RIGHT = ("correct", "hedged")  # all other outcomes are wrong answers
GERS = ("ger_layer", "ger_model", "ger_head")
FAILURE_MODES = ("baseline", "erasure", "rigidity", "utilisation", "dispersion")
RATIO_SETS = {"all": None, "paper": (0.1, 0.3, 0.5, 0.7, 0.9)}  # the five of arXiv 2603.01426's structural figures
SHAPES = ("flat", "linear", "gradual", "cliff", "beyond")
