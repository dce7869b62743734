"""The facts of one cell, checked against its plan and its datasets: nothing that was to be answered may be missing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import ANSWERS, ATTENTION, DECODED_ATTENTION, ROUTES, STATE, SURVIVORS
from kvstudy.contracts.parts import read_facts

CONTEXT = ["dataset", "regime", "context_id"]


class FactsError(ValueError):
    """Facts that contradict the plan, the datasets or each other."""


@dataclass(frozen=True)
class CellFacts:
    """What one cell wrote, with the questions it was asked.

    Parameters
    ----------
    states, answers, survivors, attention, decoded_attention, routes : pandas.DataFrame
        The tables of `contracts.facts`; but for states of the contexts whose state is ok.
    contexts, questions : pandas.DataFrame
        The datasets of the cell's parts, one below the other.
    """

    states: pd.DataFrame
    answers: pd.DataFrame
    survivors: pd.DataFrame
    attention: pd.DataFrame
    decoded_attention: pd.DataFrame
    routes: pd.DataFrame
    contexts: pd.DataFrame
    questions: pd.DataFrame


def read_cell(job: dict, facts: Path, datasets: Path) -> CellFacts:
    """Read a cell's facts and its datasets.

    Raises
    ------
    FactsError
        A context of a part has no state, or an ok context has no answer to one of its questions.
    """
    names = sorted({setting["dataset"] for setting in job["settings"]})
    read = CellFacts(
        states=read_facts(facts, STATE),
        answers=read_facts(facts, ANSWERS),
        survivors=read_facts(facts, SURVIVORS),
        attention=read_facts(facts, ATTENTION),
        decoded_attention=read_facts(facts, DECODED_ATTENTION),
        routes=read_facts(facts, ROUTES),
        contexts=pd.concat([CONTEXTS.read(datasets / n / "contexts.parquet") for n in names], ignore_index=True),
        questions=pd.concat([QUESTIONS.read(datasets / n / "questions.parquet") for n in names], ignore_index=True),
    )
    check_complete(job, read.states, read.answers, read.contexts, read.questions)
    return read


def check_complete(
    job: dict, states: pd.DataFrame, answers: pd.DataFrame, contexts: pd.DataFrame, questions: pd.DataFrame
) -> None:
    """Raise FactsError unless states and answers are exactly those of the plan."""
    settings = pd.DataFrame(job["settings"])
    planned = settings.merge(contexts[["dataset", "context_id"]], on="dataset")
    compare("states", states[CONTEXT], planned[CONTEXT])
    scored = states.loc[states.state == "ok", CONTEXT]
    asked = scored.merge(questions[["context_id", "question_id"]], on="context_id")
    columns = [*CONTEXT, "question_id"]
    compare("answers", answers[columns], asked[columns])


def compare(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Raise FactsError unless two frames hold the same rows, in any order."""
    have, want = (set(frame.itertuples(index=False, name=None)) for frame in (found, expected))
    if have != want:
        raise FactsError(f"{name}: missing {sorted(want - have)[:5]}, not planned {sorted(have - want)[:5]}")


def by_context(frame: pd.DataFrame) -> Callable[[tuple[str, str, str]], pd.DataFrame]:
    """A function from (dataset, regime, context_id) to the rows of that context, in the frame's order."""
    rows = frame.groupby(CONTEXT, sort=False).indices
    return lambda context: frame.iloc[rows.get(context, [])]
