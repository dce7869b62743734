"""How the tests compare texts: word by word, in lower case and without punctuation."""

import re

FUNCTION_WORDS = ("a", "an", "the", "of")


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def contains(whole: str, part: str) -> bool:
    """Whether the words of `part` stand in `whole` one after the other."""
    return f" {' '.join(tokens(part))} " in f" {' '.join(tokens(whole))} "


def gives_away(question: str, answers: tuple[str, ...]) -> bool:
    """Whether the question holds any word of its answer besides a, an, the, of."""
    asked = tokens(question)
    return any(word in asked for word in tokens(answers[0]) if word not in FUNCTION_WORDS)
