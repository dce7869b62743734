"""A passage cut where it states the answers to its questions and the links that lead to them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A part of a passage.

    Parameters
    ----------
    text : str
    answers : tuple of int
        Numbers, from 1, of the questions whose evidence it holds.
    links : tuple of int
        Numbers of the questions whose bridge it holds.
    """

    text: str
    answers: tuple[int, ...] = ()
    links: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """The numbers in the order of the questions, those of links in brackets; empty for plain text."""
        numbers = [(number, f"{number}") for number in self.answers]
        numbers += [(number, f"({number})") for number in self.links]
        return ", ".join(text for _, text in sorted(numbers))


@dataclass
class _Mark:
    start: int
    end: int
    answers: set[int]
    links: set[int]


def pieces(passage: str, questions: list[dict]) -> list[Piece]:
    """The passage in pieces, in order; spans that overlap are one piece.

    Parameters
    ----------
    passage : str
    questions : list of dict
        Rows of the questions table.
    """
    found, at = [], 0
    for mark in _marks(questions):
        if at < mark.start:
            found.append(Piece(passage[at : mark.start]))
        at = mark.end
        found.append(Piece(passage[mark.start : at], tuple(sorted(mark.answers)), tuple(sorted(mark.links))))
    if at < len(passage):
        found.append(Piece(passage[at:]))
    return found


def _marks(questions: list[dict]) -> list[_Mark]:
    """The spans of all questions, joined where they overlap."""
    spans = [
        (span["start"], span["end"], kind, number)
        for number, question in enumerate(questions, 1)
        for kind in ("evidence", "bridge")
        for span in question[kind]
    ]
    marks: list[_Mark] = []
    for start, end, kind, number in sorted(spans):
        if not marks or start >= marks[-1].end:
            marks.append(_Mark(start, end, set(), set()))
        marks[-1].end = max(marks[-1].end, end)
        (marks[-1].answers if kind == "evidence" else marks[-1].links).add(number)
    return marks
