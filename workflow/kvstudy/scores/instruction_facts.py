"""The facts of one cell of the instructions experiment, checked against its plan and its dataset."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kvstudy.contracts.facts import ANSWERS, STATE, SURVIVORS, TOKEN_SPANS
from kvstudy.contracts.instructions import REQUESTS_MADE, SPAN_COLUMNS, SYSTEM_PROMPTS
from kvstudy.contracts.parts import read_facts
from kvstudy.scores.facts import check_complete, compare


@dataclass(frozen=True)
class InstructionFacts:
    """What one cell wrote, with the system prompts and requests that it was given.

    Parameters
    ----------
    states, answers, survivors, spans : pandas.DataFrame
        The tables of `contracts.facts`; all but states of the contexts whose state is ok.
    prompts, requests : pandas.DataFrame
        The dataset's two tables.
    """

    states: pd.DataFrame
    answers: pd.DataFrame
    survivors: pd.DataFrame
    spans: pd.DataFrame
    prompts: pd.DataFrame
    requests: pd.DataFrame


def read_cell(job: dict, facts: Path, dataset: Path) -> InstructionFacts:
    """Read a cell's facts and its dataset.

    Raises
    ------
    FactsError
        A system prompt has no state, or an ok one has no answer to one of its requests, or lacks a span.
    """
    read = InstructionFacts(
        states=read_facts(facts, STATE),
        answers=read_facts(facts, ANSWERS),
        survivors=read_facts(facts, SURVIVORS),
        spans=read_facts(facts, TOKEN_SPANS),
        prompts=SYSTEM_PROMPTS.read(dataset / "system_prompts.parquet"),
        requests=REQUESTS_MADE.read(dataset / "requests.parquet"),
    )
    check_complete(job, read.states, read.answers, read.prompts, read.requests)
    answered = set(read.states.loc[read.states["state"] == "ok", "context_id"])
    compare("spans", read.spans[["context_id", "kind", "index"]], expected_spans(read.prompts, answered))
    return read


def expected_spans(prompts: pd.DataFrame, answered: set[str]) -> pd.DataFrame:
    """context_id, kind and index of every span of the answered system prompts."""
    rows = [
        (prompt["context_id"], kind, index)
        for prompt in prompts.to_dict("records")
        if prompt["context_id"] in answered
        for kind, column in SPAN_COLUMNS.items()
        for index in range(len(prompt[column]))
    ]
    return pd.DataFrame(rows, columns=["context_id", "kind", "index"])
