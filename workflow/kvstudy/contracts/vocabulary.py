"""The closed lists of labels of datasets and facts. Plain Python, so that reading a config needs nothing else."""

ANSWER_TYPES = ("Person", "Thing", "Organization", "Creature", "Location", "Numerals", "Date/Time", "Event")
QUESTION_TYPES = ("standard", "manipulated", "part")
DIRECTIONS = ("forward", "reverse")

REGIMES = ("agnostic", "aware")
CONTROL = "no_context"  # the question asked without the passage, at ratio 0: the floor under every curve
COMPRESS = ("context", "passage")
BASELINE = "none"  # the policy of ratio 0

STATES = ("ok", "unsupported", "out_of_memory")
STOPS = ("eos", "stop", "length")
