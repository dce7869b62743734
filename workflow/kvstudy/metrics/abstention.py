"""Whether an answer says that it does not know: a closed list of patterns."""

import re

from kvstudy.metrics.forms import Words

PATTERNS = (  # over words as `forms.words` gives them: lower case, no punctuation, no articles
    r"\b(do not|don t|did not|didn t|does not|doesn t) "
    r"(know|say|state|mention|specify|provide|give|tell|contain|include)\b",
    r"\b(not|isn t|aren t|wasn t|weren t) (known|stated|mentioned|specified|provided|given|available|clear)\b",
    r"\b(cannot|can not|can t|could not|couldn t|unable to) (be )?"
    r"(determined?|answer(ed)?|say|said|tell|known?|find|found)\b",
    r"\bno (information|mention|answer|idea|data|details?|record)\b",
    r"\b(unknown|unspecified|undisclosed|unclear)\b",
    r"\bnot (sure|certain|in (this |given )?(passage|text|context))\b",
    r"\b(no|not) (such )?(woman|man|female|male)\b",  # of a person of the gender that the question speaks of
    r"^(none|n)$",  # n is what is left of "N/A": its a is dropped as an article
)
ABSTENTION = re.compile("|".join(PATTERNS))


def abstains(said: Words) -> bool:
    """Whether one of the patterns is in the answer."""
    return ABSTENTION.search(" ".join(said)) is not None
