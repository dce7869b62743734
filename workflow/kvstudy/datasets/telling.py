"""The facts of one passage: what fills them, which sentence states them, and the order of a story."""

from dataclasses import dataclass
from random import Random

from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Mention
from kvstudy.datasets.subjects.facts import EARLY, LIFE, ORIGIN, TODAY, Fact, Subject


@dataclass
class Told:
    """A fact with the entities that fill its slots and, once it is written, the mentions that state it."""

    fact: Fact
    slots: dict[str, Entity]
    stating: tuple[Mention, ...] = ()


def in_order(told: list[Told], subject: Subject, random: Random) -> list[Told]:
    """The facts as a story: part by part, and forward in time wherever a year is given."""
    past = (ORIGIN, EARLY, LIFE)
    parts = (TODAY, *past) if subject.timeless and random.random() < 0.3 else (*past, TODAY)
    ordered = sorted(told, key=lambda one: parts.index(one.fact.part))
    dated = [number for number, one in enumerate(ordered) if year(one)]
    for number, one in zip(dated, sorted((ordered[n] for n in dated), key=year), strict=True):
        ordered[number] = one
    return ordered


def after_life(fact: Fact, subject: Subject) -> bool:
    """Whether the fact tells a person's death or what is left behind, after which no aside speaks of the living."""
    return fact.part == TODAY and not subject.timeless


def year(one: Told) -> int:
    """The year that a fact tells; 0 when it tells none."""
    for entity in one.slots.values():
        if entity.type == "Date/Time" and entity.form[-4:].isdigit():
            return int(entity.form[-4:])
    return 0
