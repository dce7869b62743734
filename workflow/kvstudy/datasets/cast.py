"""Draws the entities of one passage, so that none is drawn twice and none is a part of another."""

import hashlib
from collections.abc import Callable
from random import Random

from kvstudy.datasets import entities
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.world import LISTS, MONTHS, World


def passage_random(seed: int, dataset: str, index: int) -> Random:
    """The random numbers of one passage: a function of its seed, dataset and index alone."""
    digest = hashlib.sha256(f"{seed}:{dataset}:{index}".encode()).digest()
    return Random(int.from_bytes(digest, "big"))


class Cast:
    """The entities of one passage.

    Parameters
    ----------
    world : World
    random : Random
    epoch : int
        The year in which the passage's story begins; years and dates are drawn relative to it.
    """

    def __init__(self, world: World, random: Random, epoch: int):
        self.world = world
        self.random = random
        self.epoch = epoch
        self.day_first = random.random() < 0.5
        self.taken: list[str] = []

    def draw(self, what: str) -> Entity:
        """A new entity.

        Parameters
        ----------
        what : str
            person, place, month, the name of a word list, or one of `year LOW HIGH`, `date LOW HIGH` (years after the
            epoch) and `number LOW HIGH`, bounds included.
        """
        kind, *bounds = what.split()
        low, high = (int(bound) for bound in bounds) if bounds else (0, 0)
        if kind == "person":
            return entities.person(self.pick("first_names"), self.pick("last_names"))
        if kind == "place":
            return entities.place(*self.fresh(lambda: self.random.choice(self.world.places)))
        if kind == "month":
            return Entity("Date/Time", self.fresh(lambda: (self.random.choice(MONTHS),))[0])
        if kind == "year":
            return Entity("Date/Time", self.year(low, high))
        if kind == "date":
            year = int(self.year(low, high))
            month = MONTHS.index(self.fresh(lambda: (self.random.choice(MONTHS),))[0]) + 1
            day = int(self.fresh(lambda: (str(self.random.randint(1, 28)),))[0])
            return entities.date(day, month, year, self.day_first)
        if kind == "number":
            return Entity("Numerals", self.fresh(lambda: (str(self.random.randint(low, high)),))[0])
        form = self.pick(kind)
        if kind == "occupations":
            return entities.trade(form)
        if kind in ("materials", "plants", "foods"):
            return Entity("Thing", form)
        if kind == "rivers":
            return Entity("Location", form, (f"river {form}", f"the {form}", f"the river {form}"))
        return entities.named(LISTS[kind], form, kind != "universities" or takes_article(form))

    def pick(self, name: str) -> str:
        """An entry of a word list that this passage does not use yet."""
        return self.fresh(lambda: (self.random.choice(self.world.lists[name]),))[0]

    def year(self, low: int, high: int) -> str:
        """A year between `low` and `high` years after the epoch. A single year is what it is, taken or not."""
        if low == high:
            self.taken.append(str(self.epoch + low))
            return str(self.epoch + low)
        return self.fresh(lambda: (str(self.epoch + self.random.randint(low, high)),))[0]

    def fresh(self, draw: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Draw forms until none of them is taken, then take them."""
        forms = draw()
        while any(form in self.taken for form in forms):
            forms = draw()
        self.taken.extend(forms)
        return forms


def type_of(what: str) -> str:
    """The type of the entity that `Cast.draw` makes of these words."""
    kind = what.split()[0]
    return {"person": "Person", "place": "Location", "number": "Numerals"}.get(kind) or LISTS.get(kind, "Date/Time")


def takes_article(university: str) -> bool:
    """Whether a sentence says "the" before this university's name."""
    return university.split()[-1] not in ("University", "College", "Polytechnic")
