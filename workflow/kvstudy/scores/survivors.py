"""From rows of survivors to an array."""

import numpy as np
import pandas as pd

from kvstudy.scores.facts import FactsError


def kept_array(rows: pd.DataFrame, tokens: int) -> np.ndarray:
    """What one context kept.

    Parameters
    ----------
    rows : pandas.DataFrame
        The survivors of one context, one row a layer and KV head, in that order.
    tokens : int
        Length of the context.

    Returns
    -------
    numpy.ndarray
        (layers, KV heads, tokens) bool.

    Raises
    ------
    FactsError
        A layer or head is missing, or a bitmap contradicts the context's length or its own count.
    """
    layers, heads = (int(rows[name].max()) + 1 if len(rows) else 0 for name in ("layer", "head"))
    grid = [(layer, head) for layer in range(layers) for head in range(heads)]
    if not grid or list(zip(rows.layer, rows["head"], strict=True)) != grid:
        raise FactsError(f"survivors: {len(rows)} rows for {layers} layers of {heads} KV heads")
    width = -(-tokens // 8)
    if any(len(bitmap) != width for bitmap in rows.bitmap):
        raise FactsError(f"survivors: a bitmap is not {width} bytes long, for {tokens} tokens")
    packed = np.frombuffer(b"".join(rows.bitmap), dtype=np.uint8).reshape(layers, heads, width)
    kept = np.unpackbits(packed, axis=-1, count=tokens).astype(bool)
    if not np.array_equal(kept.sum(axis=-1).ravel(), rows.kept.to_numpy()):
        raise FactsError("survivors: a bitmap holds another number of positions than its row says")
    return kept
