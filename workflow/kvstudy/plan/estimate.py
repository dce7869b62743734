"""What the cells that are still to run will cost: tokens, time and disk.

Tokens come from the config and the typical size of each dataset. Time and disk come from the finished cells of the same
model, where there are any; otherwise from one reference measurement, and the plan says so.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.vocabulary import CONTROL
from kvstudy.plan.cells import Cell, datasets, parts

TOKENS_A_WORD = 1.65
QUESTION_TOKENS = 16
ANSWER_TOKENS = 5  # answers are short; max_new_tokens is only a limit
CONTEXT_TOKENS = {"chat": 40, "examples": 205}  # around the passage
SUFFIX_TOKENS = {"chat": 6, "examples": 15}  # around a question


@dataclass(frozen=True)
class Size:
    """Typical size of one passage: words, and questions asked about it."""

    words: int
    questions: int


SIZES = {"base": Size(175, 6), "knowledge_manipulation": Size(32, 13)}


@dataclass(frozen=True)
class Rate:
    """Cost of a cell per token: seconds and bytes, and where the numbers come from."""

    seconds: float
    bytes: float
    source: str


REFERENCE = Rate(1 / 420, 45.0, "reference: SmolLM2-135M on one CPU core")


@dataclass(frozen=True)
class Cost:
    """Tokens, seconds of one job after the other, and bytes on disk."""

    tokens: int
    seconds: float
    bytes: float

    def __add__(self, other: "Cost") -> "Cost":
        """Cost of both."""
        return Cost(self.tokens + other.tokens, self.seconds + other.seconds, self.bytes + other.bytes)


def tokens(study: Study, cell: Cell) -> int:
    """Tokens that a cell's model reads and writes, over all contexts and questions."""
    passages, prompt = datasets(study), study.models[cell.model].prompt
    total = 0.0
    for part in parts(study, cell):
        size = SIZES[part["dataset"]]
        context = CONTEXT_TOKENS[prompt] + (0 if part["regime"] == CONTROL else size.words * TOKENS_A_WORD)
        if part["regime"] == "aware":
            context += size.questions * QUESTION_TOKENS
        total += passages[part["dataset"]] * (
            context + size.questions * (QUESTION_TOKENS + SUFFIX_TOKENS[prompt] + ANSWER_TOKENS)
        )
    return round(total)


def rate(finished: Iterable[Path]) -> Rate:
    """Seconds and bytes a token over the folders of finished cells; the reference when there are none."""
    read, seconds, size, count = 0, 0.0, 0, 0
    for folder in finished:
        try:
            record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        read += record["tokens"]
        seconds += record["seconds"]
        size += sum(path.stat().st_size for path in folder.iterdir())
        count += 1
    if not read:
        return REFERENCE
    return Rate(seconds / read, size / read, f"measured on {count} finished cell{'s' * (count > 1)}")


def cost(study: Study, cells: Iterable[Cell], rate: Rate) -> Cost:
    """Cost of some cells at one rate."""
    total = sum(tokens(study, cell) for cell in cells)
    return Cost(total, total * rate.seconds, total * rate.bytes)
