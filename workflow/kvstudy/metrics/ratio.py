"""Requested against achieved compression ratio.

A policy keeps n * (1 - ratio) of n entries, rounded to a whole number: the mean over heads and layers may be one entry
off. A policy that compresses chunks one by one rounds once a chunk; a policy that drops whole chunks is off by up to
two of them, one for the rounded number of chunks and one for the short last chunk. A larger difference means that the
policy did not do what its curve is labelled with.
"""

import math

CHUNKS = {"ChunkPress": 1024, "FinchPress": None}  # rounds once a chunk; the default chunk length, in tokens
WHOLE_CHUNKS = {"ChunkKVPress": 20}  # keeps or drops whole chunks; the default chunk length, in tokens


class RatioError(ValueError):
    """A policy removed more or less than it was asked to."""


def check_ratio(kept: float, tokens: int, ratio: float, policy: dict | None) -> None:
    """Fail when a policy's achieved ratio is not the requested one, rounding apart.

    Parameters
    ----------
    kept : float
        Kept entries of the compressed region, mean over KV heads and layers.
    tokens : int
        Length of the region.
    ratio : float
        Requested fraction to remove, 0 <= ratio < 1.
    policy : dict or None
        `{"press": ..., "arguments": {...}}`; None is the uncompressed baseline.

    Raises
    ------
    RatioError
    """
    wanted = tokens * (1 - ratio)
    slack = rounding(policy, tokens) if ratio else 0
    if abs(kept - wanted) > slack + 1e-6:
        raise RatioError(
            f"requested ratio {ratio:g}, achieved {1 - kept / tokens:.4f}: a head keeps {kept:.2f} of {tokens} entries "
            f"on average, where {wanted:.2f} were to be kept and rounding explains a difference of {slack}"
        )


def rounding(policy: dict | None, tokens: int) -> int:
    """How many entries a head may be off by rounding alone, nested policies included; at least 1."""
    slack = 1
    while policy is not None:
        arguments = policy.get("arguments", {})
        length = arguments.get("chunk_length", CHUNKS.get(policy["press"]))
        if policy["press"] in CHUNKS and length:
            slack = max(slack, math.ceil(tokens / length))
        if policy["press"] in WHOLE_CHUNKS:
            slack = max(slack, 2 * arguments.get("chunk_length", WHOLE_CHUNKS[policy["press"]]))
        policy = arguments.get("press")
    return slack
