"""A cell of the instructions experiment over real system prompts: facts written by hand, through their contracts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.config.instructions import OWN, read
from kvstudy.contracts.facts import ANSWERS, STATE, SURVIVORS, TOKEN_SPANS
from kvstudy.contracts.instruction_scores import FAIRNESS_SCORES, RESPONSE_SCORES, SPAN_SCORES, VERDICTS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.contracts.plan import CELLS
from kvstudy.datasets.instructions import Design, tables
from kvstudy.datasets.texts import load
from kvstudy.scores.instruction_facts import read_cell
from kvstudy.scores.instructions import score
from tests.facts import told, write_facts

RESOURCES = Path(__file__).parents[3] / "resources"
TEXTS = load(RESOURCES)
WIDTH = 4  # characters of a token
LAYERS, HEADS = 2, 2
TABLES = {"responses": RESPONSE_SCORES, "verdicts": VERDICTS, "spans": SPAN_SCORES, "fairness": FAIRNESS_SCORES}
KINDS = {"directive": "directive", "defence": "defence", "whitelist": "whitelist", "instruction": "instructions"}


def dataset(
    datasets: Path, rows: int = 4, layouts: tuple = ("no_defence", "defence_first"), rotate: bool = False
) -> Path:
    """The folder of the first rows of kvstudy's own, with one attack."""
    folder = datasets / "system_prompts"
    design = Design("system_prompts", layouts, ("plain",), rotate)
    own = read(RESOURCES / OWN).rows[:rows]
    made = [each for row in own for each in tables(row, TEXTS, design, attacked=True)]
    SYSTEM_PROMPTS.write([prompt for prompt, _ in made], folder / "system_prompts.parquet")
    REQUESTS_MADE.write([request for _, of in made for request in of], folder / "requests.parquet")
    return folder


def latest(tokens: int, count: int) -> np.ndarray:
    """The last so many positions, as a sliding window keeps them."""
    return np.arange(tokens - count, tokens)


class InstructionCell:
    """Rows of a cell's facts, to be changed and then written.

    Parameters
    ----------
    data : pathlib.Path
        The dataset's folder.
    say : callable
        From a system prompt's row and a request's row to the response.
    keep : callable
        From the context's and the kept number of tokens to the kept positions.
    """

    def __init__(
        self,
        data: Path,
        say: Callable[[dict, dict], str],
        policy: str = "streaming-llm",
        variant: str = "plain",
        ratio: float = 0.5,
        keep: Callable[[int, int], np.ndarray] = latest,
    ):
        self.data = data
        name = policy if variant == "plain" else f"{policy}+{variant}"
        self.job = {
            "cell": f"instructions.m.{name}.r{round(ratio * 1000):03d}",
            "experiment": "instructions",
            "model": {"name": "m"},
            "policy": None if policy == "none" else {"press": "StreamingLLMPress", "arguments": {}},
            "policy_name": policy,
            "variant": variant,
            "ratio": ratio,
            "compress": "context",
            "max_new_tokens": 256,
            "settings": [{"dataset": "system_prompts", "regime": "agnostic"}],
        }
        self.states, self.answers, self.survivors, self.spans = [], [], [], []
        requests = REQUESTS_MADE.read(data / "requests.parquet")
        for prompt in SYSTEM_PROMPTS.read(data / "system_prompts.parquet").to_dict("records"):
            self.add(prompt, requests[requests["context_id"] == prompt["context_id"]].to_dict("records"), say, keep)

    def add(self, prompt: dict, requests: list[dict], say: Callable, keep: Callable) -> None:
        tokens = -(-len(prompt["passage"]) // WIDTH)
        count = int(tokens * (1 - self.job["ratio"]))
        common = {"cell": self.job["cell"], "dataset": "system_prompts", "regime": "agnostic", "compress": "context"}
        common["context_id"] = prompt["context_id"]
        state = {"state": "ok", "reason": "", "context_tokens": tokens, "region_start": 0, "region_end": tokens}
        self.states.append({**common, **state, "achieved_ratio": 1 - count / tokens})
        kept = np.zeros(tokens, dtype=bool)
        kept[keep(tokens, count)] = True
        row = {"kept": int(kept.sum()), "bitmap": np.packbits(kept).tobytes()}
        self.survivors += [{**common, "layer": n, "head": h, **row} for n in range(LAYERS) for h in range(HEADS)]
        for kind, column in KINDS.items():
            for index, span in enumerate(prompt[column]):
                place = {"start": span["start"] // WIDTH, "end": -(-span["end"] // WIDTH)}
                self.spans.append({**common, "kind": kind, "index": index, **place})
        for request in requests:
            answer = {"answer": say(prompt, request), "answer_tokens": [7, 8, 2], "stop": "eos", "question_tokens": 9}
            rest = {"margin": 0.5, "entropies": [1.0, 2.0, 9.0], "evidence": []}
            self.answers.append({**common, "question_id": request["question_id"], **answer, **rest})

    def end_by_length(self, *keys: str, kind: str) -> None:
        """The responses to a kind of request under some rows of the dataset ended at their limit."""
        for answer in self.answers:
            if answer["question_id"].endswith(f"-{kind}") and answer["context_id"].split("-")[1] in keys:
                answer["stop"] = "length"

    def fail(self, context: str, reason: str = "ValueError: too many") -> None:
        """A context that the policy could not compress."""
        (state,) = [state for state in self.states if state["context_id"] == context]
        state.update(state="unsupported", reason=reason, achieved_ratio=None)
        for rows in (self.answers, self.survivors, self.spans):
            rows[:] = [row for row in rows if row["context_id"] != context]

    def write(self, folder: Path) -> Path:
        rows = ((STATE, self.states), (ANSWERS, self.answers), (SURVIVORS, self.survivors), (TOKEN_SPANS, self.spans))
        write_facts(folder, *rows)
        return folder

    def planned(self) -> dict:
        """Its row of the table of cells."""
        label = self.job["cell"].removeprefix("instructions.m.").rpartition(".")[0]
        cell = {name: self.job[name] for name in ("cell", "experiment", "ratio")}
        return {**cell, "model": "m", "policy": label}

    def options(self, folder: Path) -> list[str]:
        """The command line of its scores, facts included."""
        self.write(folder / self.job["cell"])
        given = {"facts": folder, "datasets": self.data.parent, "resources": RESOURCES}
        return [*told(folder / "jobs", {}, [self.job]), *(f"--{name}={value}" for name, value in given.items())]


def write_scores(cells: list[InstructionCell], folder: Path) -> tuple[pd.DataFrame, Path]:
    """Score some cells; the table of cells and the folder of scores."""
    for cell in cells:
        facts = read_cell(cell.job, cell.write(folder / "facts" / cell.job["cell"]), cell.data)
        scores, out = score(cell.job, facts, TEXTS), folder / "scores" / cell.job["cell"]
        for name, table in TABLES.items():
            table.write(getattr(scores, name), out / f"{name}.parquet")
    CELLS.write([cell.planned() for cell in cells], folder / "cells.parquet")
    return CELLS.read(folder / "cells.parquet"), folder / "scores"
