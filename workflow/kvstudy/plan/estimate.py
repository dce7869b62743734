"""What the cells that are still to run will cost: tokens, time and disk.

Tokens come from the config and the size of each dataset: typical where it is generated, counted where it is one's own.
Time and disk come from the finished cells of the same experiment and model, where there are any; otherwise from one
reference measurement, and the plan says so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kvstudy.config import instructions
from kvstudy.config.generated import GENERATED
from kvstudy.config.model import Hub, Passages, RowsPath, Study, SystemPrompts
from kvstudy.config.own import files, read_jsonl
from kvstudy.contracts.files import RECORD
from kvstudy.contracts.installation import RESOURCES
from kvstudy.contracts.vocabulary import CONTROLS, QUESTION_ONLY
from kvstudy.plan.cells import Cell, datasets, experiments, settings_of

TOKENS_A_WORD = 1.65
QUESTION_TOKENS = 16
ANSWER_TOKENS = {"chat": 5, "examples": 5, "system": 200}  # answers are short; max_new_tokens is only a limit
CONTEXT_TOKENS = {"chat": 40, "examples": 205, "system": 6}  # around the passage
START_TOKENS = {"chat": 24, "examples": 1}  # before a question that is asked alone
SUFFIX_TOKENS = {"chat": 6, "examples": 15, "system": 8}  # around a question
AROUND_DIRECTIVE = 65  # words of preamble and defence


@dataclass(frozen=True)
class Size:
    """How much a dataset holds: passages, words of all passages, questions, and words of the longest passage."""

    passages: int
    words: int
    questions: int
    longest: int


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


def sizes(study: Study) -> dict[str, Size]:
    """Name -> size, of the datasets that some experiment uses and that can be counted here.

    Those in Parquet and on the hub cannot.
    """
    found = {}
    for name, settings in datasets(study).items():
        if isinstance(settings, Passages):
            of = GENERATED[name]
            found[name] = Size(
                settings.passages, settings.passages * of.words, settings.passages * of.questions, of.words
            )
        elif isinstance(settings, SystemPrompts):
            if not isinstance(settings.rows, Hub):
                found[name] = size_of_system_prompts(settings)
        elif all(file.suffix == ".jsonl" for file in files(settings.path)):
            contexts = read_jsonl(name, settings.path).contexts.values()
            words = [len(context.text.split()) for context in contexts]
            asked = sum(len(context.questions) for context in contexts)
            found[name] = Size(len(contexts), sum(words), asked, max(words, default=0))
    return found


def size_of_system_prompts(settings: SystemPrompts) -> Size:
    """System prompts, their words, and the requests made under them; of rows on this machine."""
    path = settings.rows.path if isinstance(settings.rows, RowsPath) else RESOURCES / instructions.OWN
    rows = instructions.read(path).rows[: settings.prompts]
    orders = [len(row.directives or "1") if settings.rotate else 1 for row in rows]
    words = [len(row.system.split()) + AROUND_DIRECTIVE for row in rows]
    kinds = instructions.attacks() if settings.attacks is None else settings.attacks
    layouts = len(settings.layouts)
    return Size(
        layouts * sum(orders),
        layouts * sum(order * length for order, length in zip(orders, words, strict=True)),
        layouts * (sum(orders) + len(kinds) * len(rows[: settings.attacked])),
        max(words, default=0),
    )


def tokens(study: Study, cell: Cell, sizes: Mapping[str, Size]) -> int:
    """Tokens that a cell's model reads and writes, over all contexts and questions of the datasets in `sizes`."""
    experiment, total = experiments(study)[cell.experiment], 0.0
    prompt = experiment.prompting.get("prompt", study.models[cell.model].prompt)
    answer = min(ANSWER_TOKENS[prompt], experiment.max_new_tokens)
    for part in settings_of(study, cell):
        if size := sizes.get(part["dataset"]):
            around = START_TOKENS if part["regime"] == QUESTION_ONLY else CONTEXT_TOKENS
            total += size.passages * around[prompt]
            total += 0 if part["regime"] in CONTROLS else size.words * TOKENS_A_WORD
            total += size.questions * QUESTION_TOKENS if part["regime"] == "aware" else 0
            total += size.questions * (QUESTION_TOKENS + SUFFIX_TOKENS[prompt] + answer)
    return round(total)


def longest(study: Study, cell: Cell, part: Mapping[str, str], size: Size) -> int:
    """Tokens of the longest context of a part of a cell, with a question and all that its answer may take."""
    experiment = experiments(study)[cell.experiment]
    prompt = experiment.prompting.get("prompt", study.models[cell.model].prompt)
    asked = size.questions / size.passages if part["regime"] == "aware" else 0
    passage = 0 if part["regime"] in CONTROLS else size.longest * TOKENS_A_WORD
    answered = max(experiment.max_new_tokens, experiment.max_attack_tokens or 0)
    around = CONTEXT_TOKENS[prompt] + SUFFIX_TOKENS[prompt] + answered
    return round(passage + around + QUESTION_TOKENS * (asked + 1))


def rate(finished: Iterable[Path]) -> Rate:
    """Seconds and bytes a token over the folders of finished cells; the reference when there are none."""
    read, seconds, size, count = 0, 0.0, 0, 0
    for folder in finished:
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if not record.get("tokens"):  # it failed
            continue
        read += record["tokens"]
        seconds += record["seconds"]
        size += record["bytes"]
        count += 1
    if not read:
        return REFERENCE
    return Rate(seconds / read, size / read, f"measured on {count} finished cell{'s' * (count > 1)}")


def cost(study: Study, cells: Iterable[Cell], rate: Rate) -> Cost:
    """Cost of some cells at one rate."""
    known = sizes(study)
    total = sum(tokens(study, cell, known) for cell in cells)
    return Cost(total, total * rate.seconds, total * rate.bytes)
