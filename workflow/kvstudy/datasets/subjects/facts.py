"""What a subject's sentences are made of: facts with several sentence plans each, and the questions they answer."""

from dataclasses import dataclass

ORIGIN, EARLY, LIFE, TODAY = 1, 2, 3, 4  # the parts of a passage, after its opening


@dataclass(frozen=True)
class Ask:
    """A question that a fact answers.

    Parameters
    ----------
    answer : str
        The slot that answers it; `subj` is the passage's subject, `home.city` a part of the entity in `home`.
    direction : str
        forward: from an entity to its attribute; reverse: from the attribute to the entity that has it.
    texts : tuple of str
        Wordings; one is chosen.
    unit : str
        What a number counts; the number with its unit is accepted, too.
    """

    answer: str
    direction: str
    texts: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Fact:
    """Some attributes that one sentence binds together.

    Parameters
    ----------
    slots : dict of str to str
        What fills each slot, in the words of `cast.Cast.draw`.
    plans : tuple of str
        Sentence plans; one is chosen. `{subj}` becomes a name, a description or a pronoun, `{it}`, `{its}` and `{him}`
        the subject's pronoun or description, `{a x}` the entity in slot x after a or an; of `[x|y]` one is taken.
    asks : tuple of Ask
    part : int
        The part of the passage the sentence belongs to.
    """

    slots: dict[str, str]
    plans: tuple[str, ...]
    asks: tuple[Ask, ...]
    part: int = LIFE


@dataclass(frozen=True)
class Subject:
    """A kind of subject.

    Parameters
    ----------
    draw : str
        Where its entity comes from, in the words of `cast.Cast.draw`.
    noun : str
        What it is called when not by name; empty: the last word of its name (or a person's last name).
    epochs : tuple of int
        First and last year in which its story can begin.
    opening : Fact
        Its first sentence.
    facts : tuple of Fact
        A passage tells the first and most of the others.
    asides : tuple of str
        Sentences without an entity of their own, for pace.
    timeless : bool
        Whether a passage may begin with the subject as it is today, before its origin.
    """

    draw: str
    epochs: tuple[int, int]
    opening: Fact
    facts: tuple[Fact, ...]
    asides: tuple[str, ...]
    noun: str = ""
    timeless: bool = True


def forward(answer: str, *texts: str, unit: str = "") -> Ask:
    """A question from an entity to its attribute."""
    return Ask(answer, "forward", texts, unit)


def reverse(answer: str, *texts: str) -> Ask:
    """A question from an attribute to the entity that has it."""
    return Ask(answer, "reverse", texts)
