"""Scores of contexts and their layers: what compression removed, and how far the heads agree."""

import numpy as np
import pandas as pd

from kvstudy.contracts.facts import DECODED
from kvstudy.metrics.consensus import agreement, consensus, jaccard
from kvstudy.metrics.eviction import eviction, eviction_by_head, eviction_by_layer
from kvstudy.metrics.ratio import RatioError, check_ratio
from kvstudy.scores.facts import FactsError


def context_scores(kept: np.ndarray, state: dict, ratio: float, policy: dict | None) -> dict:
    """The columns of `context_scores` that survivors decide; arguments and errors as `check_survivors`."""
    check_survivors(kept, state, ratio, policy)
    rate = eviction(kept, np.arange(state["region_start"], state["region_end"]))
    return {
        "achieved_ratio": state["achieved_ratio"],
        "eviction_layer": rate.layer,
        "eviction_model": rate.model,
        "eviction_head": rate.head,
    }


def check_survivors(kept: np.ndarray, state: dict, ratio: float, policy: dict | None) -> None:
    """Raise unless the survivors are what the state and the plan say.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    state : dict
        The context's row of states.
    ratio : float
        Requested compression ratio.
    policy : dict or None
        The policy's description; None is the uncompressed baseline.

    Raises
    ------
    FactsError
        A position outside the compressed region was evicted, or the state's achieved ratio is not the survivors'.
    RatioError
        The achieved ratio is not the requested one.
    """
    start, end = state["region_start"], state["region_end"]
    if not (kept[:, :, :start].all() and kept[:, :, end:].all()):
        raise FactsError(f"{state['context_id']}: a position outside the region {start} to {end} was evicted")
    share = float(kept[:, :, start:end].mean())
    if abs(1 - share - state["achieved_ratio"]) > 1e-6:
        raise FactsError(
            f"{state['context_id']}: the achieved ratio is {state['achieved_ratio']:.4f} in states and "
            f"{1 - share:.4f} by the survivors"
        )
    try:
        check_ratio(share * (end - start), end - start, ratio, policy)
    except RatioError as error:
        raise RatioError(f"{state['cell']}, {state['regime']}, {state['context_id']}: {error}") from None


def layer_scores(kept: np.ndarray, state: dict, attention: pd.DataFrame, decoded: dict[str, np.ndarray]) -> list[dict]:
    """The columns of `layer_scores` of one context, one row a layer.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    state : dict
        The context's row of states.
    attention : pandas.DataFrame
        The context's rows of attention, ordered by question, layer and query head.
    decoded : dict
        `decoded_tops` of the context.
    """
    start, end = state["region_start"], state["region_end"]
    tops = {
        "": attention_grid(attention, "top", state),
        "_beyond_sinks": attention_grid(attention, "top_beyond_sinks", state),
        "_decoded": decoded["tops"],
        "_decoded_beyond_sinks": decoded["tops_beyond_sinks"],
    }
    columns = {
        "layer": range(len(kept)),
        "eviction": eviction_by_layer(kept, np.arange(start, end)),
        "jaccard": jaccard(kept[:, :, start:end]),
        **{f"consensus{place}": mean_defined(consensus(of)) for place, of in tops.items()},
        **{f"agreement{place}": mean_defined(agreement(of)) for place, of in tops.items()},
    }
    return records(columns)


def head_scores(kept: np.ndarray, state: dict, evidence: list[np.ndarray]) -> list[dict]:
    """The columns of `head_scores` of one context, one row a layer and KV head.

    Parameters
    ----------
    kept : numpy.ndarray
        (layers, KV heads, context tokens) bool.
    state : dict
        The context's row of states.
    evidence : list of numpy.ndarray
        For each question that has evidence, its positions.
    """
    layers, heads, _ = kept.shape
    lost = [eviction_by_head(kept, positions) for positions in evidence]
    columns = {
        "layer": np.repeat(np.arange(layers), heads),
        "head": np.tile(np.arange(heads), layers),
        "eviction": eviction_by_head(kept, np.arange(state["region_start"], state["region_end"])).ravel(),
        "evidence_eviction": np.mean(lost, axis=0).ravel() if lost else np.full(layers * heads, np.nan),
    }
    return records(columns)


def attention_grid(attention: pd.DataFrame, name: str, state: dict) -> np.ndarray:
    """One column of a context's attention as (questions, layers, query heads).

    Raises
    ------
    FactsError
        A row is missing.
    """
    grid = tuple(attention[axis].nunique() for axis in ("question_id", "layer", "head"))
    if len(attention) == 0 or len(attention) != np.prod(grid):
        raise FactsError(
            f"{state['context_id']}: {len(attention)} rows of attention for {grid[0]} questions, {grid[1]} layers and "
            f"{grid[2]} query heads"
        )
    return attention[name].to_numpy().reshape(grid)


def decoded_tops(decoded: pd.DataFrame, answers: list[dict], layers: int) -> dict[str, np.ndarray]:
    """The top positions of a context's decoded attention: column -> (first tokens of all answers, layers, query heads).

    Parameters
    ----------
    decoded : pandas.DataFrame
        The context's rows of decoded_attention, ordered by question, token and layer.
    answers : list of dict
        Its rows of answers.
    layers : int

    Raises
    ------
    FactsError
        The rows are not those of the answers' first tokens.
    """
    lengths = {answer["question_id"]: len(answer["answer_tokens"]) for answer in answers}
    expected = [
        (question_id, token, layer)
        for question_id in sorted(lengths)
        for token in range(1, min(DECODED, lengths[question_id] - 1) + 1)
        for layer in range(layers)
    ]
    if list(zip(decoded["question_id"], decoded["token"], decoded["layer"], strict=True)) != expected:
        raise FactsError(f"decoded_attention: {len(decoded)} rows for answers of {sorted(lengths.items())} tokens")
    columns = ("tops", "tops_beyond_sinks")
    if not expected:
        return dict.fromkeys(columns, np.empty((0, layers, 1), dtype=int))
    return {name: np.stack(decoded[name].to_list()).reshape(-1, layers, len(decoded[name].iloc[0])) for name in columns}


def records(columns: dict) -> list[dict]:
    """Rows from columns of the same length."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def mean_defined(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of the values that are defined; nan where none is."""
    defined = ~np.isnan(values)
    total = np.where(defined, values, 0).sum(axis=0)
    return np.where(defined.any(axis=0), total / np.maximum(defined.sum(axis=0), 1), np.nan)
