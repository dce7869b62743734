"""One small cell, written through the contracts: two passages of one question each, two layers, two KV heads."""

import json
from pathlib import Path

import numpy as np
import pytest

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import ANSWERS, ATTENTION, DECODED_ATTENTION, ROUTES, STATE, SURVIVORS
from kvstudy.contracts.vocabulary import CONTROLS
from tests.facts import write_facts

TOKENS, REGION = 10, (2, 10)
JOB = {
    "cell": "routing.smol-0.1.snapkv.r500",
    "experiment": "routing",
    "model": {"name": "smol-0.1", "prompt": "examples", "stop": ["\n"], "dtype": "float32"},
    "policy": {"press": "SnapKVPress", "arguments": {}},
    "ratio": 0.5,
    "compress": "passage",
    "max_new_tokens": 16,
    "device": "cpu",
    "seed": 1,
    "settings": [{"dataset": "base", "regime": "agnostic"}],
}
BASELINE = {
    **JOB,
    "cell": "routing.smol-0.1.none.r000",
    "policy": None,
    "ratio": 0.0,
    "settings": [{"dataset": "base", "regime": regime} for regime in ("agnostic", *CONTROLS)],
}
# kept positions of the passage: context -> layer -> head
KEPT = {
    "base-0000": [[[2, 3, 4, 5], [2, 3, 8, 9]], [[2, 3, 4, 5], [2, 3, 4, 5]]],
    "base-0001": [[[2, 4, 6, 8], [3, 5, 7, 9]], [[6, 7, 8, 9], [6, 7, 8, 9]]],
}
EVIDENCE = {"base-0000": [6, 7], "base-0001": [4]}
ANSWER = {"base-0000": "Harrow Bay", "base-0001": "a glassblower"}
# top position of the four query heads: layer -> heads
TOPS = [[0, 0, 0, 5], [2, 3, 4, 5]]
BEYOND = [[4, 4, 5, 5], [-1, 4, 4, 5]]
# the same as the answer's first two tokens are read: token -> layer -> heads
DECODED = [[[0, 0, 0, 0], [2, 2, 3, 4]], [[0, 0, 0, 5], [5, 5, 5, 4]]]
DECODED_BEYOND = [[[5, 5, 5, 5], [4, 4, 5, 6]], [[4, 5, 6, 7], [-1, -1, -1, -1]]]


@pytest.fixture
def datasets(tmp_path) -> Path:
    folder = tmp_path / "datasets"
    passages = {
        "base-0000": ("Cora Delaine lives in Oslen, not in Harrow Bay.", "Cora Delaine", "Oslen", "Harrow Bay"),
        "base-0001": ("Ivo Marsh is a glassblower.", "Ivo Marsh", "glassblower", None),
    }
    types = {"Cora Delaine": "Person", "Ivo Marsh": "Person", "glassblower": "Thing"}
    CONTEXTS.write(
        [
            {
                "context_id": name,
                "dataset": "base",
                "passage": text,
                "words": len(text.split()),
                "entities": [
                    {
                        "form": f,
                        "type": types.get(f, "Location"),
                        "start": text.index(f),
                        "end": text.index(f) + len(f),
                    }
                    for f in forms
                    if f
                ],
            }
            for name, (text, *forms) in passages.items()
        ],
        folder / "base" / "contexts.parquet",
    )
    questions = {
        "base-0000": ("Where does Cora Delaine live?", ["Oslen"], "Location"),
        "base-0001": ("What does Ivo Marsh do?", ["glassblower"], "Thing"),
    }
    QUESTIONS.write(
        [
            {
                "question_id": f"{name}-q00",
                "context_id": name,
                "dataset": "base",
                "question": question,
                "answers": answers,
                "answer_type": answer_type,
                "question_type": "standard",
                "direction": "forward",
                "hop": 0,
                "altered": False,
                "bridge": [],
                "evidence": [{"start": 3, "end": 5}],
            }
            for name, (question, answers, answer_type) in questions.items()
        ],
        folder / "base" / "questions.parquet",
    )
    return folder


class Cell:
    """Rows of a cell's facts, to be changed and then written."""

    def __init__(self, job: dict):
        self.job = json.loads(json.dumps(job))
        self.states, self.answers, self.survivors = [], [], []
        self.attention, self.decoded, self.routes = [], [], []
        for part in job["settings"]:
            for context in KEPT:
                self.add(context, part["regime"])

    def add(self, context: str, regime: str) -> None:
        control = regime in CONTROLS
        common = {
            "cell": self.job["cell"],
            "dataset": "base",
            "regime": regime,
            "compress": self.job["compress"],
            "context_id": context,
        }
        self.states.append(
            {
                **common,
                "state": "ok",
                "reason": "",
                "context_tokens": 0 if control else TOKENS,
                "region_start": 0 if control else REGION[0],
                "region_end": 0 if control else REGION[1],
                "achieved_ratio": self.job["ratio"],
            }
        )
        self.answers.append(
            {
                **common,
                "question_id": f"{context}-q00",
                "answer": "I do not know" if control else ANSWER[context],
                "answer_tokens": [5, 6, 7],
                "stop": "stop",
                "question_tokens": 9,
                "margin": 0.5,
                "entropies": np.array([1.5, 0.5, 0.25], dtype=np.float16),
                "evidence": [] if control else EVIDENCE[context],
            }
        )
        if control:
            return
        for layer, heads in enumerate(KEPT[context]):
            for head, positions in enumerate(heads):
                kept = np.zeros(TOKENS, dtype=bool)
                kept[[0, 1, *(range(*REGION) if self.job["policy"] is None else positions)]] = True
                bitmap = np.packbits(kept).tobytes()
                self.survivors.append(
                    {**common, "layer": layer, "head": head, "kept": int(kept.sum()), "bitmap": bitmap}
                )
            for head in range(4):
                self.attention.append(
                    {
                        **common,
                        "question_id": f"{context}-q00",
                        "layer": layer,
                        "head": head,
                        "top": TOPS[layer][head],
                        "top_weight": 0.5,
                        "top_beyond_sinks": BEYOND[layer][head],
                        "context_mass": 0.9,
                        "evidence_mass": 0.1,
                        "entropy": 1.0,
                    }
                )

            for token, layers in enumerate(zip(DECODED, DECODED_BEYOND, strict=True), 1):
                tops, beyond = (of[layer] for of in layers)
                looked = {"token": token, "layer": layer, "tops": tops, "tops_beyond_sinks": beyond}
                self.decoded.append({**common, "question_id": f"{context}-q00", **looked})

    def write(self, folder: Path) -> Path:
        write_facts(
            folder,
            (STATE, self.states),
            (ANSWERS, self.answers),
            (SURVIVORS, self.survivors),
            (ATTENTION, self.attention),
            (DECODED_ATTENTION, self.decoded),
            (ROUTES, self.routes),
        )
        return folder


@pytest.fixture
def cell() -> Cell:
    return Cell(JOB)


@pytest.fixture
def baseline() -> Cell:
    return Cell(BASELINE)
