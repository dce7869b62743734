"""Word-level F1 and exact match, as SQuAD defines them.

Source: Rajpurkar et al. 2016, the official evaluation script of SQuAD 1.1. An answer is judged by its first line: a
model that goes on to invent the next question is not marked down for it.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLES = re.compile(r"\b(a|an|the)\b")


def first_line(answer: str) -> str:
    """The first line that is not blank, without surrounding white space; empty when there is none."""
    return next(iter(answer.strip().splitlines()), "").strip()


def normalised(text: str) -> list[str]:
    """Words after SQuAD normalisation: lower case, no ASCII punctuation, no articles, split at white space.

    Digits and letters of every script stay as they are; only the 32 ASCII punctuation marks are removed, so `1,200`
    becomes `1200` and a curly apostrophe stays.
    """
    return ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split()


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """Word F1 of the answer's first line against the best accepted form, 0..1.

    Precision is the share of the answer's words that are in the form, recall the share of the form's words that are in
    the answer, both counted with repetition; F1 is their harmonic mean, 0 when no word is shared.

    Raises
    ------
    ValueError
        No accepted form, or one with no word left after normalisation: an empty answer would match it.
    """
    said = normalised(first_line(answer))
    return max(overlap_f1(said, form) for form in forms(accepted))


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1.0 when the answer's first line equals an accepted form after normalisation, else 0.0.

    Raises
    ------
    ValueError
        As `token_f1`.
    """
    return float(normalised(first_line(answer)) in forms(accepted))


def overlap_f1(said: list[str], form: list[str]) -> float:
    """F1 of two bags of words, 0..1."""
    shared = sum((Counter(said) & Counter(form)).values())
    return 2 * shared / (len(said) + len(form)) if shared else 0.0


def forms(accepted: Sequence[str]) -> list[list[str]]:
    """The accepted forms as words; raises ValueError when one of them has none."""
    words = [normalised(form) for form in accepted]
    if not words or not all(words):
        raise ValueError(f"accepted forms {list(accepted)}: each needs a word other than an article")
    return words
