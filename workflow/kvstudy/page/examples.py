"""The survival explorer: sampled passages, which KV heads kept each of their tokens, and what was answered."""

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.cards.card import spread
from kvstudy.contracts.facts import ANSWERS, STATE, SURVIVORS
from kvstudy.contracts.instruction_classes import TASK
from kvstudy.contracts.instruction_scores import RESPONSE_SCORES
from kvstudy.contracts.judgements import OK
from kvstudy.contracts.parts import read_facts
from kvstudy.contracts.scores import QUESTION_SCORES
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import BASELINE, INSTRUCTIONS, REGIMES
from kvstudy.models.load import load_tokenizer
from kvstudy.models.prompt import Prompter
from kvstudy.page.curves import looks
from kvstudy.page.pieces import Piece, kept, marked, pieces
from kvstudy.page.results import ORDER, Results

EACH = 3  # passages of a model and dataset
BYTES = 6_000_000  # of all examples together, as JSON
DIGITS = 3
ABOUT_CONTEXT = ["dataset", "regime", "context_id"]


@dataclass(frozen=True)
class Sampled:
    """A passage of which the page has the survivors: the cells of one experiment and model that read it."""

    experiment: str
    model: str
    dataset: str
    context_id: str


@dataclass(frozen=True)
class Passage:
    """What there is to know of a sampled passage before any cell read it.

    Parameters
    ----------
    sampled : Sampled
    text : str
    asked : list of dict
        Rows of the questions, or of the requests.
    cells : list of dict
        Rows of the table of cells: those of its experiment and model.
    prompter : Prompter
        Makes its tokens, as in these cells.
    """

    sampled: Sampled
    text: str
    asked: list[dict]
    cells: list[dict]
    prompter: Prompter


@dataclass(frozen=True)
class Facts:
    """What one cell did with the sampled passages.

    Parameters
    ----------
    states, answers : pandas.DataFrame
        The rows of the tables; `answers` has what the answers were judged as.
    counts : dict
        (dataset, regime, context_id) -> (positions,): how many KV heads, of all layers, kept each position.
    heads : int
        How many there are.
    """

    states: pd.DataFrame
    answers: pd.DataFrame
    counts: dict[tuple, np.ndarray]
    heads: int


def facts(results: Results) -> dict:
    """As many sampled passages as fit, the first of every dataset first."""
    wanted, all_contexts = sample(results)
    cells = results.cells
    read = {}
    for cell, experiment in zip(cells["cell"], cells["experiment"], strict=True):
        read[cell] = of_cell(results, cell, experiment, sorted({s.context_id for s in wanted}))
    examples, size = [], 0
    for sampled in wanted:
        made = example(results, sampled, read)
        size += len(json.dumps(made, separators=(",", ":")))
        if size > BYTES:
            break
        examples.append(made)
    examples.sort(key=lambda made: (ORDER.index(made["experiment"]), made["model"], made["dataset"], made["name"]))
    return {
        "examples": examples,
        "sampled": f"{len(examples)} of {all_contexts} passages, counted for each model; sampled evenly, at most "
        f"{EACH} of a dataset.",
        "policies": {name: looks(part["policy"]) for name, part in cells.groupby("experiment")},
    }


def sample(results: Results) -> tuple[list[Sampled], int]:
    """Passages, evenly spread over each dataset, in rounds of one a model and dataset; and how many there are."""
    found: list[tuple[int, Sampled]] = []
    every = 0
    for (experiment, model), cells in results.cells.groupby(["experiment", "model"]):
        if not any(part["state"] == OK for cell in cells["cell"] for part in results.records[cell]["states"]):
            continue  # there may be no model to make a prompt for
        for dataset in sorted({part["dataset"] for cell in cells["cell"] for part in results.records[cell]["states"]}):
            contexts, _ = results.datasets[dataset]
            names = sorted(contexts["context_id"])
            every += len(names)
            found += [
                (rank, Sampled(experiment, model, dataset, name)) for rank, name in enumerate(spread(names, EACH))
            ]
    return [sampled for _, sampled in sorted(found, key=lambda pair: pair[0])], every


def of_cell(results: Results, cell: str, experiment: str, contexts: list[str]) -> Facts:
    """What a cell did with some passages."""
    folder, scores = results.of_cell(cell), results.folder / "scores" / cell
    here = [("context_id", "in", contexts)]
    answers = read_facts(folder, ANSWERS, here)
    judged = judgements(experiment, scores, contexts)
    survivors = read_facts(folder, SURVIVORS, here)
    counts = {
        key: np.unpackbits(np.stack([np.frombuffer(bitmap, np.uint8) for bitmap in rows["bitmap"]]), axis=1).sum(0)
        for key, rows in survivors.groupby(ABOUT_CONTEXT)
    }
    return Facts(
        states=read_facts(folder, STATE, here),
        answers=answers.merge(judged, on=["regime", "question_id"], how="left"),
        counts=counts,
        heads=len(survivors[["layer", "head"]].drop_duplicates()),
    )


def judgements(experiment: str, scores: Path, contexts: list[str]) -> pd.DataFrame:
    """What each answer was judged as, and its score; regime and question_id tell which."""
    if experiment == INSTRUCTIONS:
        frame = _rows(RESPONSE_SCORES, scores / "responses.parquet", contexts)
        score = frame["strict"].where(frame["kind"] == TASK, frame["directive_recall"])
        return frame.assign(regime=REGIMES[0], judged=frame["response"], score=score)[
            ["regime", "question_id", "judged", "score"]
        ]
    frame = _rows(QUESTION_SCORES, scores / "questions.parquet", contexts)
    return frame.rename(columns={"outcome": "judged", "token_f1": "score"})[
        ["regime", "question_id", "judged", "score"]
    ]


def example(results: Results, sampled: Sampled, read: dict[str, Facts]) -> dict:
    """One passage: its tokens in each regime, and for every cell what was kept and answered."""
    cells = results.cells
    cells = cells[(cells["experiment"] == sampled.experiment) & (cells["model"] == sampled.model)]
    contexts, questions = results.datasets[sampled.dataset]
    job = results.records[cells["cell"].iloc[0]]["job"]
    passage = Passage(
        sampled,
        text=contexts.loc[contexts["context_id"] == sampled.context_id, "passage"].iloc[0],
        asked=questions[questions["context_id"] == sampled.context_id].to_dict("records"),
        cells=cells.to_dict("records"),
        prompter=_prompter(results.models / sampled.model, job["model"]["prompt"], job["compress"], results.examples),
    )
    regimes = [_regime(passage, regime, read) for regime in REGIMES]
    return {
        "experiment": sampled.experiment,
        "model": sampled.model,
        "dataset": sampled.dataset,
        "name": sampled.context_id,
        "heads": max(read[cell].heads for cell in cells["cell"]),
        "questions": [_question(question) for question in passage.asked],
        "regimes": [regime for regime in regimes if regime["cells"]],
    }


def _question(question: dict) -> dict:
    """A question with its accepted answers, or a request with what its score is."""
    if "kind" in question:
        score = "instructions followed" if question["kind"] == TASK else "directive leaked"
        return {"text": question["question"], "accepted": [], "score": score, "underlined": question["kind"]}
    return {
        "text": question["question"],
        "accepted": list(question["answers"]),
        "score": "token F1",
        "underlined": "evidence",
    }


def _regime(passage: Passage, regime: str, read: dict[str, Facts]) -> dict:
    """The passage's tokens in one regime and what each cell made of them; no cells where none has that regime."""
    sampled = passage.sampled
    prompt = passage.prompter.context(passage.text, [question["question"] for question in passage.asked], regime)
    found = pieces(prompt, passage.text)
    key = (sampled.dataset, regime, sampled.context_id)
    made = []
    for row in passage.cells:
        state = _of(read[row["cell"]].states, key)
        if state.empty:
            continue
        tokens = state["context_tokens"].iloc[0]
        if tokens not in (0, len(prompt.tokens)):  # 0 where the cell's job failed
            sys.exit(
                f"{row['cell']}: {sampled.context_id} has {tokens} tokens there and {len(prompt.tokens)} with the "
                f"tokenizer that {sampled.model} has now"
            )
        made.append(_cell(row, state.iloc[0], read[row["cell"]], key, found, passage.asked))
    return {
        "name": regime,
        "pieces": [piece.text for piece in found],
        "evidence": [marked(found, question["evidence"]) for question in passage.asked],
        "cells": made,
    }


def _cell(row: dict, state: pd.Series, of_cell: Facts, key: tuple, found: list[Piece], asked: list[dict]) -> dict:
    """What one cell kept and answered; `kept` is missing at ratio 0, where all is kept, and where nothing was run."""
    here = _of(of_cell.answers, key).set_index("question_id")
    answers = [_answer(here.loc[name]) if (name := q["question_id"]) in here.index else None for q in asked]
    counted = row["policy"] != BASELINE and key in of_cell.counts
    return {
        "policy": row["policy"],
        "ratio": row["ratio"],
        "reason": "" if state["state"] == OK else f"{state['state'].replace('_', ' ')}: {state['reason']}",
        "kept": kept(found, of_cell.counts[key]) if counted else None,
        "answers": answers,
    }


def _answer(row: pd.Series) -> list:
    """Text, what it was judged as, score."""
    score = None if pd.isna(row["score"]) else round(float(row["score"]), DIGITS)
    return [row["answer"], "" if pd.isna(row["judged"]) else row["judged"], score]


def _rows(table: Table, path: Path, contexts: list[str]) -> pd.DataFrame:
    return table.read(path, filters=[("context_id", "in", contexts)])


def _of(frame: pd.DataFrame, key: tuple) -> pd.DataFrame:
    dataset, regime, context = key
    return frame[(frame["dataset"] == dataset) & (frame["regime"] == regime) & (frame["context_id"] == context)]


@cache
def _prompter(model: Path, form: str, compress: str, examples: Path) -> Prompter:
    return Prompter(load_tokenizer(model), form, compress, examples)
