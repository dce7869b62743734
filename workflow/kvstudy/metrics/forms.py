"""Surface forms of entities, and where they stand in a text."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Words = tuple[str, ...]

ARTICLES = frozenset(("a", "an", "the"))
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


def words(text: str) -> Words:
    """The words by which forms are compared.

    NFKC, case folded, every character that is no letter, mark or digit a space, articles dropped, ordinals as their
    number: "Oslen's" gives oslen, s; "the 3rd of May" gives 3, of, may.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    spaced = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return tuple(ORDINAL.sub(r"\1", w) if ORDINAL.fullmatch(w) else w for w in spaced.split() if w not in ARTICLES)


def within(part: Words, whole: Words) -> bool:
    """Whether `part` is a run of words of `whole`."""
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


@dataclass(frozen=True)
class Mention:
    """A known form in a text.

    Parameters
    ----------
    words : tuple of str
    types : frozenset of str
        Every answer type that has this form.
    """

    words: Words
    types: frozenset[str]


class Lexicon:
    """Forms by type, ready to be looked up.

    Parameters
    ----------
    forms : mapping of str to iterable of str
        Answer type to surface forms; forms without a word are left out.
    """

    def __init__(self, forms: Mapping[str, Iterable[str]]):
        types: dict[Words, set[str]] = {}
        for answer_type, texts in forms.items():
            for text in texts:
                types.setdefault(words(text), set()).add(answer_type)
        types.pop((), None)
        self.types = {form: frozenset(names) for form, names in types.items()}
        self.longest = max(map(len, self.types), default=0)

    def of_type(self, answer_type: str) -> list[Words]:
        """The forms of one type."""
        return [form for form, types in self.types.items() if answer_type in types]


def mentions(text: Words, *lexicons: Lexicon) -> list[Mention]:
    """The known forms in a text, longest first and then from the left, without overlap.

    "Voss College" is found as the college where both it and "Voss" are known.
    """
    found, free = [], [True] * len(text)
    for size in range(min(len(text), max(lexicon.longest for lexicon in lexicons)), 0, -1):
        for start in range(len(text) - size + 1):
            span = slice(start, start + size)
            types = frozenset().union(*(lexicon.types.get(text[span], ()) for lexicon in lexicons))
            if types and all(free[span]):
                found.append(Mention(text[span], types))
                free[span] = [False] * size
    return found


def remaining(text: Words, found: list[Mention]) -> list[str]:
    """The words of a text that no mention takes up, as a bag."""
    left = list(text)
    for mention in found:
        for word in mention.words:
            left.remove(word)
    return left
