"""The diagnostic probe: which of the names that the passage offers the state points to.

Every passage has names of its own, so a classifier of names has nothing to learn from other passages. What passages
share is how a state points to a name: along the output weights of the name's first token. The score of candidate c for
state h is the sum over dimensions of w h u(c), with u(c) that direction and one weight w a dimension, learnt from
other passages by logistic regression on all their candidates; the highest score is the probe's choice. With w = 1 it
would be the logit lens. What a question alone says of its answer's name is in it, too: the controls are its floor.

Its control task shuffles the directions among the names: what is then still chosen right owes nothing to what the
state points to.
"""

import hashlib
import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kvstudy.contracts.probes import CANDIDATE, CONTROL, TASK
from kvstudy.probes.fit import ITERATIONS, SOLVER, held_out, train
from kvstudy.probes.questions import answered, candidates

STRENGTH = 0.001  # inverse of the L2 penalty on standardised features, the same for every probe of every study


@dataclass(frozen=True)
class Candidates:
    """Names to choose from, by their first tokens.

    Parameters
    ----------
    task : str
        task or control.
    labels : dict of str to str
        question_id -> the answer's token.
    among : dict of str to list of str
        question_id -> the two or more tokens to choose from, sorted.
    directions : dict of str to numpy.ndarray
        Token -> direction (hidden size,).
    """

    task: str
    labels: dict[str, str]
    among: dict[str, list[str]]
    directions: dict[str, np.ndarray]
    target = CANDIDATE

    def choices(self, question: str) -> int:
        """How many tokens the question chooses from."""
        return len(self.among[question])

    def predict(self, states: np.ndarray, questions: np.ndarray, fold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What probes choose that were trained on the other folds; as `AnswerTypes.predict`, with tokens for types."""
        tokens = [self.among[question] for question in questions]
        owner = np.repeat(np.arange(len(tokens)), [len(own) for own in tokens])
        right = np.array([token == self.labels[questions[i]] for i, own in enumerate(tokens) for token in own])
        directions = np.concatenate([centred([self.directions[token] for token in own]) for own in tokens])
        scores, converged = np.empty(len(owner)), np.empty(len(questions), dtype=bool)
        for test in held_out(fold):
            pointing = StandardScaler().fit(states[~test]).transform(states)[owner] * directions
            classifier = LogisticRegression(C=STRENGTH, solver=SOLVER, max_iter=ITERATIONS, fit_intercept=False)
            probe, held = make_pipeline(StandardScaler(with_mean=False), classifier), test[owner]
            converged[test] = train(probe, pointing[~held], right[~held])
            scores[held] = probe.decision_function(pointing[held])
        best = [int(own.argmax()) for own in np.split(scores, np.flatnonzero(np.diff(owner)) + 1)]
        return np.array([own[place] for own, place in zip(tokens, best, strict=True)], dtype=object), converged


def centred(directions: list[np.ndarray]) -> np.ndarray:
    """(candidates, hidden size): what is common to the candidates cannot tell them apart and is taken off."""
    together = np.stack(directions).astype(np.float32)
    return together - together.mean(axis=0)


def choices(questions: pd.DataFrame, contexts: pd.DataFrame, names: pd.DataFrame, seed: int) -> list[Candidates]:
    """The task and its control task for one dataset, of the questions with two candidates or more.

    Names that begin with the same token are one candidate.

    Parameters
    ----------
    questions, contexts : pandas.DataFrame
        The tables of the dataset.
    names : pandas.DataFrame
        The table `probe_names` of the model.
    seed : int
        The study's: decides how the control task shuffles.
    """
    token = dict(zip(names["name"], names["token"], strict=True))
    directions = dict(zip(names["token"], names["direction"], strict=True))
    asked = answered(questions)
    answers = {question.question_id: question.answers[0] for question in asked.itertuples()}
    offered = {q: sorted({token[name] for name in of}) for q, of in candidates(questions, contexts).items()}
    among = {question: tokens for question, tokens in offered.items() if len(tokens) > 1}
    labels = {question: token[answers[question]] for question in among}
    return [Candidates(TASK, labels, among, directions), Candidates(CONTROL, labels, among, shuffled(directions, seed))]


def shuffled(directions: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """Every token with the direction of another or its own, at random."""
    tokens = sorted(directions)
    others = random.Random(hashlib.sha256(f"{seed}:names".encode()).digest()).sample(tokens, len(tokens))
    return {token: directions[other] for token, other in zip(tokens, others, strict=True)}
