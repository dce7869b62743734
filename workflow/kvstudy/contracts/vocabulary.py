"""The closed lists of labels of datasets and facts. Plain Python, so that reading a config needs nothing else."""

ANSWER_TYPES = ("Person", "Thing", "Organization", "Creature", "Location", "Numerals", "Date/Time", "Event")
QUESTION_TYPES = ("standard", "manipulated", "part")
DIRECTIONS = ("forward", "reverse")
UNKNOWN = (  # the accepted answers of a question that the passage does not answer
    "I don't know",
    "I do not know",
    "Don't know",
    "Unknown",
    "Not known",
    "Not stated",
    "Not mentioned",
    "Not specified",
    "Not given",
    "No information",
    "Cannot be determined",
    "The passage does not say",
)

REGIMES = ("agnostic", "aware")
NO_CONTEXT = "no_context"  # the whole prompt around an empty passage
QUESTION_ONLY = "question_only"  # the question part alone: no instruction or worked examples before it
CONTROLS = (NO_CONTEXT, QUESTION_ONLY)  # asked without the passage, at ratio 0: the floors under every curve
COMPRESS = ("context", "passage")
EVIDENCE, FLOOR = "evidence", "floor"  # what routes lead to: the evidence, or an arbitrary place as long as it
BASELINE = "none"  # the policy of ratio 0

ROUTING, INSTRUCTIONS = "routing", "instructions"  # the experiments
SYSTEM_PROMPTS = "system_prompts"  # the dataset of the instructions experiment, and its table of contexts
LOWEST = 0.4  # ratio from which composite scores are taken
SPANS = ("directive", "defence", "whitelist", "instruction")  # what of a system prompt is followed through compression

PLAIN = "plain"  # a policy as it is
VARIANTS = (PLAIN, "whitelist", "fair", "fair-whitelist", "fair-each")  # of a policy, besides those with a number
DEBIAS, WEIGHTED = "debias-", "weighted-"  # and a strength, or a weight

FAILED = "failed"  # the cell's job did, at every attempt
RETRIED = ("out_of_memory", FAILED)  # states that another run may change
STATES = ("ok", "unsupported", "too_long", *RETRIED)
LENGTH = "length"  # an answer ended at its limit of tokens
STOPS = ("eos", "stop", LENGTH)


def tables(dataset: str) -> tuple[str, str]:
    """The tables of a dataset: its contexts, and what is asked about them."""
    return (SYSTEM_PROMPTS, "requests") if dataset == SYSTEM_PROMPTS else ("contexts", "questions")
