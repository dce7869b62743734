"""Questions as probes see them: in what form they ask, and among which names they choose."""

from collections.abc import Iterable

import pandas as pd


def answered(questions: pd.DataFrame) -> pd.DataFrame:
    """The questions that their passage answers; a probe is asked no others."""
    return questions[~questions["altered"]]


def candidates(questions: pd.DataFrame, contexts: pd.DataFrame) -> dict[str, set[str]]:
    """question_id -> the answer and all that the passage names of its type, but for what the question itself names."""
    entities = dict(zip(contexts["context_id"], contexts["entities"], strict=True))
    found = {}
    for question in answered(questions).itertuples():
        named = {e["form"] for e in entities[question.context_id] if e["type"] == question.answer_type}
        found[question.question_id] = {name for name in named if name not in question.question} | {question.answers[0]}
    return found


def forms(questions: pd.DataFrame, contexts: pd.DataFrame) -> dict[str, str]:
    """question_id -> its text with every name of the passage replaced by what it is the name of."""
    entities = dict(zip(contexts["context_id"], contexts["entities"], strict=True))
    return {q.question_id: form(q.question, entities[q.context_id]) for q in answered(questions).itertuples()}


def form(question: str, entities: Iterable[dict]) -> str:
    """A question with names replaced, the longest first."""
    for name, kind in sorted({(e["form"], e["type"]) for e in entities}, key=lambda e: (-len(e[0]), e)):
        question = question.replace(name, f"<{kind}>")
    return question
