"""Arbitrary places of a passage, to be compared with a question's evidence.

A question's floor has as many tokens as its evidence, in runs of the same lengths, among the passage's tokens that are
evidence of none of its questions. The runs are placed at random, the longest first; where one does not fit any more,
the question has no floor.
"""

import random
from itertools import groupby


def floors(evidence: list[list[int]], passage: list[int], question_ids: list[str], seed: int) -> list[list[int]]:
    """A floor for each question, the same in every cell.

    Parameters
    ----------
    evidence : list of list of int
        The positions of each question's evidence, ascending.
    passage : list of int
        The positions of the passage.
    question_ids : list of str
    seed : int

    Returns
    -------
    list of list of int
        Positions, ascending; none for a question that has no evidence, or for which the passage is too short.
    """
    free = set(passage).difference(*evidence)
    return [
        floor(runs(of), free, random.Random(f"{seed} {question_id}"))
        for of, question_id in zip(evidence, question_ids, strict=True)
    ]


def floor(lengths: list[int], free: set[int], drawn: random.Random) -> list[int]:
    """Free positions in runs of these lengths; none where they do not fit."""
    found: set[int] = set()
    for length in sorted(lengths, reverse=True):
        left = free - found
        starts = [start for start in sorted(left) if left.issuperset(range(start, start + length))]
        if not starts:
            return []
        start = drawn.choice(starts)
        found.update(range(start, start + length))
    return sorted(found)


def runs(positions: list[int]) -> list[int]:
    """The lengths of the runs of positions that follow each other."""
    return [len(list(run)) for _, run in groupby(enumerate(positions), lambda place: place[1] - place[0])]
