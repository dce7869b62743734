"""A passage cut into its tokens."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kvstudy.models.prompt import Prompt


@dataclass(frozen=True)
class Piece:
    """Some characters of a passage and the tokens that make them.

    Parameters
    ----------
    text : str
    start, end : int
        [start, end) in characters of the passage.
    first, last : int
        [first, last) in positions of the context; more than one where tokens share a character.
    """

    text: str
    start: int
    end: int
    first: int
    last: int


def pieces(prompt: Prompt, passage: str) -> list[Piece]:
    """The whole passage in pieces, a token each where tokens end between characters.

    What lies between two tokens goes to the second; what follows the last one, to that.
    """
    found: list[Piece] = []
    at = 0
    for position, (start, end) in enumerate(prompt.offsets):
        start, end = start - prompt.passage_start, min(end - prompt.passage_start, len(passage))
        if end <= 0 or start >= len(passage):
            continue
        if end > at:
            found.append(Piece(passage[at:end], at, end, position, position + 1))
            at = end
        elif found:
            found.append(_longer(found.pop(), last=position + 1))
    if found and at < len(passage):
        found.append(_longer(found.pop(), rest=passage[at:]))
    return found


def _longer(piece: Piece, rest: str = "", last: int = 0) -> Piece:
    """A piece with more text, or with more tokens."""
    return Piece(piece.text + rest, piece.start, piece.end + len(rest), piece.first, max(piece.last, last))


def marked(found: list[Piece], spans: Iterable[dict]) -> list[int]:
    """Which pieces overlap any of some spans of characters, ascending."""
    spans = [(span["start"], span["end"]) for span in spans]
    return [i for i, piece in enumerate(found) if any(piece.start < end and piece.end > start for start, end in spans)]


def kept(found: list[Piece], counts: np.ndarray) -> list[int]:
    """How many KV heads, of all layers, kept each piece: the rounded mean over its tokens.

    Parameters
    ----------
    found : list of Piece
    counts : numpy.ndarray
        (positions,): the same for every position of the context.
    """
    return [round(float(counts[piece.first : piece.last].mean())) for piece in found]
