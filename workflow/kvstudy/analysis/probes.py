"""How well linear probes tell their targets, with intervals.

The score of the answer's type is macro-F1, as in arXiv 2603.01426; that of the candidate is accuracy, since candidates
are no classes, beside the accuracy of guessing. Selectivity is the score less that of the control task (arXiv
1909.03368), resample by resample.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import Analysis, Results
from kvstudy.analysis.bootstrap import DIGITS, Bootstrap, quotient
from kvstudy.analysis.means import stack
from kvstudy.contracts.probes import ANSWER_TYPE, CONTROL, PREDICTIONS, PROBES, SCORES, TASK
from kvstudy.metrics.class_f1 import class_f1, macro_f1

PART = ["cell", "compress", "regime", "dataset", "target", "layer"]


def probes(cells: pd.DataFrame, predictions: Sequence[Path], bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `probes`; the predictions of one cell are in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    predictions : sequence of pathlib.Path
        The predictions of each cell that has any.
    bootstrap : Bootstrap
    """
    found = []
    for path in predictions:
        for names, rows in PREDICTIONS.read(path).groupby(PART):
            labels = dict(zip(PART, names, strict=True))
            known = {"rows": rows["question_id"].nunique(), "converged": rows["converged"].mean()}
            metrics = pd.DataFrame(estimates(rows, labels["target"], labels["dataset"], bootstrap))
            found.append(metrics.assign(**labels, **known).merge(cells, on="cell"))
    return stack(found, PROBES)


def estimates(rows: pd.DataFrame, target: str, dataset: str, bootstrap: Bootstrap) -> list[dict]:
    """metric, value, low, high, contexts of all metrics of one target on one layer.

    Behind the F1 of one type of answer are the contexts that have it, or in which it was said to be.

    Parameters
    ----------
    rows : pandas.DataFrame
        The predictions of the task and of its control task.
    target, dataset : str
    bootstrap : Bootstrap
    """
    contexts = sorted(rows["context_id"].unique())
    weights = np.vstack([np.ones(len(contexts)), bootstrap.weights(dataset, len(contexts))])
    behind = {}
    task, control = (rows[rows["task"] == name] for name in (TASK, CONTROL))
    if target == ANSWER_TYPE:
        types = classes(task, contexts, weights)
        score, controlled = macro(types), macro(classes(control, contexts, weights))
        others = {f"f1_{name}": values for name, values in types.items()}
        with_type = {name: task[(task["label"] == name) | (task["predicted"] == name)] for name in types}
        behind = {f"f1_{name}": of["context_id"].nunique() for name, of in with_type.items()}
    else:
        score, controlled = hits(task, contexts, weights), hits(control, contexts, weights)
        others = {"chance": mean(1 / task["choices"], task["context_id"], contexts, weights)}
    metrics = {SCORES[target]: score, "control": controlled, "selectivity": score - controlled, **others}
    counts = [behind.get(metric, len(contexts)) for metric in metrics]
    low, high = bootstrap.interval(np.stack(list(metrics.values()), axis=1)[1:], np.array(counts))
    ends = zip(metrics.items(), low, high, counts, strict=True)
    return [
        {"metric": m, "value": round(float(v[0]), DIGITS), "low": a, "high": b, "contexts": n}
        for (m, v), a, b, n in ends
    ]


def classes(rows: pd.DataFrame, contexts: list[str], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Class -> its F1 in every resample (resamples,)."""
    names = sorted({*rows["label"], *rows["predicted"]})
    right = rows[rows["label"] == rows["predicted"]]
    counted = ((right, "label"), (rows, "predicted"), (rows, "label"))
    counts = [weights @ counts_of(of, column, contexts, names) for of, column in counted]
    return dict(zip(names, class_f1(*counts).T, strict=True))


def counts_of(rows: pd.DataFrame, column: str, contexts: list[str], names: list[str]) -> np.ndarray:
    """(contexts, names): how often each name is in the column of each context."""
    counts = np.zeros((len(contexts), len(names)))
    places = pd.Index(contexts).get_indexer(rows["context_id"]), pd.Index(names).get_indexer(rows[column])
    np.add.at(counts, places, 1)
    return counts


def macro(types: dict[str, np.ndarray]) -> np.ndarray:
    """Macro-F1 in every resample, from the F1 of every class."""
    return macro_f1(np.stack(list(types.values()), axis=-1))


def hits(rows: pd.DataFrame, contexts: list[str], weights: np.ndarray) -> np.ndarray:
    """Accuracy in every resample."""
    return mean((rows["label"] == rows["predicted"]).astype(float), rows["context_id"], contexts, weights)


def mean(values: pd.Series, owners: pd.Series, contexts: list[str], weights: np.ndarray) -> np.ndarray:
    """Mean of the questions' values in every resample, contexts resampled."""
    grouped = values.groupby(owners)
    total, count = (found.reindex(contexts, fill_value=0).to_numpy(float) for found in (grouped.sum(), grouped.size()))
    return quotient(weights @ total, weights @ count)


def of_study(results: Results) -> pd.DataFrame:
    """The table `probes` of a study."""
    predictions = [results.folder / f"probes/{cell}.parquet" for cell in results.settings["probed"]]
    return probes(results.cells, predictions, results.bootstrap)


ANALYSIS = Analysis(of_study, PROBES)
