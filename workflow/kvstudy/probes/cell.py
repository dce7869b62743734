"""All probes of one cell: every layer and their mean, both targets with their control tasks."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kvstudy.contracts.probes import POOLED, PREDICTIONS
from kvstudy.probes.answer_type import AnswerTypes, answer_types
from kvstudy.probes.candidate import Candidates, choices
from kvstudy.probes.fit import folds

PART = ["cell", "dataset", "regime", "compress"]


def predictions(
    hidden_states: pd.DataFrame, datasets: dict[str, tuple[pd.DataFrame, pd.DataFrame]], names: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """The table `probe_predictions`; a dataset of fewer than five passages has no rows in it.

    Parameters
    ----------
    hidden_states : pandas.DataFrame
        The cell's table.
    datasets : dict of str to tuple of pandas.DataFrame
        Name -> contexts and questions, of every dataset in `hidden_states`.
    names : pandas.DataFrame
        The table `probe_names` of the cell's model.
    seed : int
        The study's.
    """
    found = []
    for labels, rows in hidden_states.groupby(PART):
        part = dict(zip(PART, labels, strict=True))
        contexts, questions = datasets[part["dataset"]]
        tasks = [*answer_types(questions, contexts, seed), *choices(questions, contexts, names, seed)]
        passages = dict(zip(questions["question_id"], questions["context_id"], strict=True))
        for frame in asked(*stacked(rows), folds(questions), tasks):
            found.append(frame.assign(**part, context_id=frame["question_id"].map(passages)))
    columns = [column.name for column in PREDICTIONS.columns]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def stacked(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The questions of one part, sorted, and their states (questions, layers + 1, hidden size)."""
    rows = rows.sort_values(["question_id", "layer"])
    ids = rows["question_id"].drop_duplicates().to_numpy(dtype=object)
    states = np.stack(rows["state"].to_list()).astype(np.float32)
    return ids, states.reshape(len(ids), -1, states.shape[-1])


def asked(
    ids: np.ndarray, states: np.ndarray, fold: dict[str, int], tasks: list[AnswerTypes | Candidates]
) -> Iterator[pd.DataFrame]:
    """The predictions of one part: a frame for each task and layer; none for a task within one fold."""
    layers = {POOLED: states[:, 1:].mean(axis=1), **dict(enumerate(states.swapaxes(0, 1)))}
    for task in tasks:
        own = np.array([question in task.labels and question in fold for question in ids])
        questions, of = ids[own], np.array([fold[question] for question in ids[own]])
        if len(set(of)) < 2:
            continue
        known = {
            "target": task.target,
            "task": task.task,
            "question_id": questions,
            "label": [task.labels[question] for question in questions],
            "choices": [task.choices(question) for question in questions],
        }
        for layer, features in layers.items():
            predicted, converged = task.predict(features[own], questions, of)
            yield pd.DataFrame({**known, "layer": layer, "predicted": predicted, "converged": converged})
