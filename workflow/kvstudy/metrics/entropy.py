"""How sure the model was of a response.

Source: arXiv 2510.00231, released code: stored for every response.
"""

from collections.abc import Collection, Sequence
from math import fsum


def response_entropy(entropies: Sequence[float], tokens: Sequence[int], ends: Collection[int]) -> float:
    """Mean entropy of the next-token distribution over the generated tokens that do not end the response, nats.

    Parameters
    ----------
    entropies : sequence of float
        One a generated token: the entropy of the distribution that it was taken from.
    tokens : sequence of int
        The generated tokens.
    ends : collection of int
        Ids of end and padding tokens.

    Returns
    -------
    float
        0 and up; nan when the response has no other token.

    Raises
    ------
    ValueError
        Not one entropy a token.
    """
    inner = [float(entropy) for entropy, token in zip(entropies, tokens, strict=True) if token not in ends]
    return fsum(inner) / len(inner) if inner else float("nan")
