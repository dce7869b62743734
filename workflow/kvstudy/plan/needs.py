"""Memory and time that a job of cells asks a cluster for, by the size of its model, its tokens and the attempt.

Both are meant to suffice, not to be exact; a profile may replace them.
"""

import re
from collections.abc import Iterable, Mapping
from math import ceil

from kvstudy.config.model import Study
from kvstudy.plan.cells import Cell
from kvstudy.plan.estimate import Size, tokens

BASE_MB = 5000  # Python, torch, a context's tables and activations
WEIGHTS_MB = {False: 8000, True: 4000}  # a billion parameters: float32 and its packed copy, or what passes to a GPU
SPEED = {
    False: 57.0,
    True: 4000.0,
}  # tokens a second times billions of parameters: a CPU core, measured; a GPU, at least
START_MINUTES = 30
LONGEST_MINUTES = 1440  # a job that needs more goes on from its parts at the next attempt
MARGIN = 2  # times what is estimated
SCORE_MINUTES = 20, 10  # of a job that scores cells, and of each of them: several times what the paper's take
UNKNOWN = 8.0  # billions of parameters of a model whose name does not tell


def parameters(study: Study, model: str) -> float:
    """Billions of parameters, as the names of the model and its source tell: SmolLM2-135M has 0.135."""
    for text in (*map(str, study.models[model].source.model_dump().values()), model):
        if found := re.search(r"(?<![\d.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", text, re.IGNORECASE):
            return float(found[1]) / (1 if found[2] in "bB" else 1000)
    return UNKNOWN


def memory(study: Study, cells: Iterable[Cell], on_gpu: bool, attempt: int) -> int:
    """Main memory in MB; half as much again with every attempt."""
    largest = max(parameters(study, cell.model) for cell in cells)
    return ceil((BASE_MB + WEIGHTS_MB[on_gpu] * largest) * (1 + attempt) / 2)


def runtime(study: Study, cells: Iterable[Cell], sizes: Mapping[str, Size], on_gpu: bool, attempt: int) -> int:
    """Minutes; as many again with every attempt, up to a day."""
    work = sum(tokens(study, cell, sizes) * parameters(study, cell.model) for cell in cells)
    return min(LONGEST_MINUTES, ceil((START_MINUTES + MARGIN * work / SPEED[on_gpu] / 60) * attempt))


def score_runtime(cells: int, attempt: int) -> int:
    """Minutes of a job that scores so many cells; as many again with every attempt, up to a day."""
    start, each = SCORE_MINUTES
    return min(LONGEST_MINUTES, (start + each * cells) * attempt)
