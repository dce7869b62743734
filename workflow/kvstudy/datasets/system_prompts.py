"""System prompts from their parts: a preamble and the directives, a defence before or after them (arXiv 2510.00231)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kvstudy.config.instructions import Row
from kvstudy.contracts.datasets import Span
from kvstudy.datasets.texts import GAP, Texts


@dataclass(frozen=True)
class SystemPrompt:
    """A system prompt and where its parts stand in it, each [start, end) in characters.

    Parameters
    ----------
    text : str
    directive : Span
        Preamble and instructions.
    defence : Span or None
    instructions : list of Span
        In the order of the row's instructions; empty where the row does not tell which words are whose.
    """

    text: str
    directive: Span
    defence: Span | None
    instructions: list[Span]


def rotations(row: Row) -> int:
    """In how many orders its instructions can stand so that each of them stands in every place once."""
    return len(row.directives or "1")


def assemble(row: Row, texts: Texts, layout: str, rotation: int = 0) -> SystemPrompt:
    """The system prompt of a row in a layout, with its first `rotation` instructions moved to the end."""
    directive, within = _directive(row, rotation)
    own = texts.preamble + GAP + directive
    defence = texts.defences.get(layout)
    if defence is None:
        text, start, defended = own, 0, None
    elif layout == "directive_first":
        text, start = own + GAP + defence, 0
        defended = (len(text) - len(defence), len(text))
    else:
        text, start = defence + GAP + own, len(defence + GAP)
        defended = (0, len(defence))
    first = start + len(texts.preamble + GAP)
    instructions = [(first + a, first + b) for a, b in within]
    return SystemPrompt(text, (start, start + len(own)), defended, instructions)


def _directive(row: Row, rotation: int) -> tuple[str, list[Span]]:
    """The row's own words, and where each of its instructions stands in them."""
    if row.directives is None:
        alone = row.messages is not None and len(row.instruction_id_list) == 1
        return row.system, [(0, len(row.system))] if alone else []
    order = [*range(rotation, len(row.directives)), *range(rotation)]
    spans, start = {}, 0
    for index in order:
        spans[index] = (start, start + len(row.directives[index]))
        start += len(row.directives[index]) + 1
    return " ".join(row.directives[index] for index in order), [spans[index] for index in sorted(spans)]


def positions(instructions: list[Span]) -> list[str]:
    """Whether each instruction is the only, first, middle or last one."""
    if len(instructions) == 1:
        return ["only"]
    ordered = sorted(instructions)
    return ["first" if s == ordered[0] else "last" if s == ordered[-1] else "middle" for s in instructions]


def occurrences(text: str, phrases: Iterable[str]) -> list[Span]:
    """Every place at which the text holds one of the phrases to the letter, ascending."""
    return sorted(match.span() for phrase in phrases for match in re.finditer(re.escape(phrase), text))
