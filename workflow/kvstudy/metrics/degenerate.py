"""Broken text: loops, and text without letters.

Some instructions are followed by text that says nothing ("no commas" by dashes, "lower case" by one word over and
over), so the share of degenerate responses stands beside every curve of followed instructions.

Source: Welleck et al. 2020 (arXiv 1908.04319), seq-rep-n; here over characters, since tokens and words differ between
scripts and tokenizers.
"""

import unicodedata

WINDOW = 20  # characters, about four English words
REPEATED = 0.5  # share of windows; a text said twice stays just below, said three times it is above
LETTERS = 0.25  # share of letters below which a text is not language


def repetition(text: str) -> float:
    """Share of the windows of 20 characters that have occurred before in the text, 0..1; case and spacing ignored."""
    plain = " ".join(text.casefold().split())
    windows = [plain[start : start + WINDOW] for start in range(len(plain) - WINDOW + 1)]
    return 1 - len(set(windows)) / len(windows) if windows else 0.0


def letters(text: str) -> float:
    """Share of letters and their marks, in any script, among what is no white space, 0..1; 0 for an empty text."""
    characters = "".join(text.split())
    return sum(unicodedata.category(c)[0] in "LM" for c in characters) / len(characters) if characters else 0.0


def is_degenerate(text: str) -> bool:
    """Whether a response is empty, a loop, or hardly any letters."""
    return letters(text) < LETTERS or repetition(text) > REPEATED
