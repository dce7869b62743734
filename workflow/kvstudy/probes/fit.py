"""What all probes share: grouped folds, and training that says whether it converged."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from sklearn.pipeline import Pipeline

FOLDS = 5
SOLVER = "newton-cg"  # as good as lbfgs on standardised features, in fewer steps
ITERATIONS = 1000


def folds(questions: pd.DataFrame) -> dict[str, int]:
    """question_id -> fold: all questions of a passage in one, types of answers spread evenly where some are common.

    No passage is in both the training and the test set of a probe. Fewer than FOLDS passages have no folds.
    """
    types, passages = questions["answer_type"], questions["context_id"]
    if passages.nunique() < FOLDS:
        return {}
    splitter = StratifiedGroupKFold(FOLDS) if types.value_counts().max() >= FOLDS else GroupKFold(FOLDS)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # a rare type spreads less evenly
        split = list(splitter.split(questions, types, passages))
    ids = questions["question_id"].to_numpy()
    return {question: fold for fold, (_, test) in enumerate(split) for question in ids[test]}


def held_out(fold: np.ndarray) -> Iterator[np.ndarray]:
    """For each fold, which of its questions (questions,) are tested by a probe that is trained on the others."""
    return (fold == number for number in np.unique(fold))


def train(probe: Pipeline, features: np.ndarray, labels: np.ndarray) -> bool:
    """Fit a probe; whether the fit converged."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        probe.fit(features, labels)
    return not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
