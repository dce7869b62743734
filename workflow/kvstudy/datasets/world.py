"""The closed world: every invented name and every ordinary word that can be an answer, by list and by type.

People are a first and a last name side by side; dates and numbers are open.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

LISTS = {
    "first_names": "Person",
    "last_names": "Person",
    "places": "Location",
    "rivers": "Location",
    "organizations": "Organization",
    "universities": "Organization",
    "things": "Thing",
    "occupations": "Thing",
    "materials": "Thing",
    "plants": "Thing",
    "foods": "Thing",
    "creatures": "Creature",
    "events": "Event",
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class World:
    """The entries of every word list, in the lists' order.

    `places` holds (city, region, country); each other list holds one surface form an entry.
    """

    lists: dict[str, tuple[str, ...]]

    @property
    def places(self) -> tuple[tuple[str, str, str], ...]:
        """Every city with its region and its country."""
        return tuple(tuple(line.split(", ")) for line in self.lists["places"])


@cache
def load(resources: Path) -> World:
    """Read the word lists in `resources`/words.

    Raises
    ------
    FileNotFoundError
        A list is missing.
    """
    read = {name: (resources / "words" / f"{name}.txt").read_text(encoding="utf-8") for name in LISTS}
    return World({name: tuple(text.splitlines()) for name, text in read.items()})


def forms(resources: Path) -> dict[str, list[str]]:
    """Every surface form of the world by its type, sorted; cities, regions and countries apart.

    Full names are not listed: a person is asserted by a first name, a last name, or one after the other. Dates and
    numbers are not, either.
    """
    world = load(resources)
    found = {kind: [] for kind in LISTS.values()}
    for name, kind in LISTS.items():
        found[kind] += [part for place in world.places for part in place] if name == "places" else world.lists[name]
    return {kind: sorted(set(entries)) for kind, entries in found.items()}
