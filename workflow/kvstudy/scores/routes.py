"""Scores of routes: how each question of a sampled context comes to its evidence, and to its floor."""

import numpy as np
import pandas as pd

from kvstudy.metrics.eviction import evicted_at
from kvstudy.metrics.reachability import reachability
from kvstudy.scores.facts import FactsError


def route_scores(kept: np.ndarray, routes: pd.DataFrame) -> list[dict]:
    """The columns of `route_scores` of one context, one row a question, target and epsilon.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    routes : pandas.DataFrame
        The context's rows of routes, ordered by layer within each question, target and epsilon.

    Raises
    ------
    FactsError
        A layer is missing.
    """
    rows = []
    for (question_id, target, epsilon), layers in routes.groupby(["question_id", "target", "epsilon"]):
        if layers.layer.tolist() != list(range(len(kept))):
            raise FactsError(f"routes: {question_id} has {len(layers)} layers of {len(kept)} to its {target}")
        positions = layers.positions.iloc[0]
        direct, copied = (np.stack([np.isin(positions, one) for one in layers[name]]) for name in ("direct", "copied"))
        heads, kv_heads = layers["heads"].to_numpy(), layers["kv_heads"].to_numpy()
        found = reachability(heads, kv_heads, direct, copied, evicted_at(kept, positions))
        rows.append({"question_id": question_id, "target": target, "epsilon": epsilon, **vars(found)})
    return rows
