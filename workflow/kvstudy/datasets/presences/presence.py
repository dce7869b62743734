"""What a passage about several instances of one entity is made of: keys to tell them apart, and traits that differ."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """Something that tells one instance from the others and is stated in its opening.

    Parameters
    ----------
    slot : str
    named : str
        The instance told by it: "the {noun} of {year}".
    short : str
        The same after another instance has been named: "the one of {year}".
    asked : str
        A question for it about the instance `{inst}`; empty if it is never asked for.
    """

    slot: str
    named: str
    short: str
    asked: str = ""


@dataclass(frozen=True)
class Trait:
    """An attribute that every instance has, each with a value of its own.

    Parameters
    ----------
    slot, draw : str
        Its slot, and what fills it in the words of `cast.Cast.draw`.
    plans : tuple of str
        Sentences about one instance, `{inst}`. As everywhere, of `[x|y]` one is taken, and `{noun}` is what an instance
        is called.
    pairs : tuple of str
        Sentences about two, `{inst}` and `{inst2}`, whose values are in the slot and the slot with a 2 after it.
    asked : str
        A question for it about `{inst}`.
    which : str
        The instance told by it, as a question may.
    unit : str
        What a number counts.
    """

    slot: str
    draw: str
    plans: tuple[str, ...]
    pairs: tuple[str, ...]
    asked: str
    which: str
    unit: str = ""


@dataclass(frozen=True)
class Presence:
    """A kind of entity of which there are several instances.

    Parameters
    ----------
    draw : str
        Where the entity comes from, in the words of `cast.Cast.draw`.
    noun : str
        What an instance is called; empty: the last word of the entity's name.
    epochs : tuple of int
        First and last year in which the oldest instance can begin.
    slots : dict of str to str
        What an instance is told apart by, besides `nth`; `year` is put in order.
    keys : tuple of Key
        The last one is the wordiest.
    intros : tuple of str
        First sentences of a passage; `{count}` is the number of instances.
    openings : tuple of str
        First sentences about an instance, which state all of its keys.
    traits : tuple of Trait
    asides : tuple of str
    """

    draw: str
    noun: str
    epochs: tuple[int, int]
    slots: dict[str, str]
    keys: tuple[Key, ...]
    intros: tuple[str, ...]
    openings: tuple[str, ...]
    traits: tuple[Trait, ...]
    asides: tuple[str, ...]


NTH = Key("nth", "the {nth} {noun}", "the {nth}")
