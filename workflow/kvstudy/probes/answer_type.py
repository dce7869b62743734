"""The paper's probe: which type of answer the question asks for (arXiv 2603.01426, algorithm 2).

A softmax classifier on one layer's state. The words of a question give its type away, so this says little about what
was read from the passage. Its control task (Hewitt and Liang, arXiv 1909.03368) gives each form of question a type
drawn at random: a probe that is as good at it tells forms of questions apart, whatever these ask for.
"""

import hashlib
import random
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kvstudy.contracts.probes import ANSWER_TYPE, CONTROL, TASK
from kvstudy.probes.fit import ITERATIONS, SOLVER, held_out, train
from kvstudy.probes.questions import answered, forms

STRENGTH = 0.01  # inverse of the L2 penalty on standardised features, the same for every probe of every study


@dataclass(frozen=True)
class AnswerTypes:
    """A type for each question.

    Parameters
    ----------
    task : str
        task or control.
    labels : dict of str to str
        question_id -> type.
    """

    task: str
    labels: dict[str, str]
    target = ANSWER_TYPE

    def choices(self, question: str) -> int:
        """How many types there are."""
        return len(set(self.labels.values()))

    def predict(self, states: np.ndarray, questions: np.ndarray, fold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What probes say that were trained on the other folds.

        Parameters
        ----------
        states : numpy.ndarray
            (questions, features): one layer's states.
        questions : numpy.ndarray
            (questions,) ids.
        fold : numpy.ndarray
            (questions,) the fold of each.

        Returns
        -------
        predicted : numpy.ndarray
            (questions,) types.
        converged : numpy.ndarray
            (questions,) bool: whether the training of the probe that said it converged.
        """
        labels = np.array([self.labels[question] for question in questions])
        predicted, converged = np.empty_like(labels), np.ones(len(labels), dtype=bool)
        for test in held_out(fold):
            seen = np.unique(labels[~test])
            if len(seen) == 1:
                predicted[test] = seen
                continue
            probe = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, solver=SOLVER, max_iter=ITERATIONS))
            converged[test] = train(probe, states[~test], labels[~test])
            predicted[test] = probe.predict(states[test])
        return predicted, converged


def answer_types(questions: pd.DataFrame, contexts: pd.DataFrame, seed: int) -> list[AnswerTypes]:
    """The task and its control task for one dataset; none where answers or forms of questions are all of one kind."""
    asked = answered(questions)
    types = dict(zip(asked["question_id"], asked["answer_type"], strict=True))
    form_of = forms(questions, contexts)
    if len(set(types.values())) < 2 or len(set(form_of.values())) < 2:
        return []
    control = controls(form_of, sorted(types.values()), seed)
    return [AnswerTypes(TASK, types), AnswerTypes(CONTROL, control)]


def controls(form_of: dict[str, str], pool: list[str], seed: int) -> dict[str, str]:
    """question_id -> the random type of its form; drawn again with the next seed where all are the same."""
    for again in count():
        found = {question: drawn(form, pool, seed + again) for question, form in form_of.items()}
        if len(set(found.values())) > 1:
            return found


def drawn(form: str, pool: list[str], seed: int) -> str:
    """The random type of a form of question: types come up as often as in `pool`."""
    return random.Random(hashlib.sha256(f"{seed}:{form}".encode()).digest()).choice(pool)
