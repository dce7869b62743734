"""The closed world: every invented name and every ordinary word that can be an answer, by list and by type.

People are a first and a last name side by side; dates and numbers are open, and are told by pattern.
"""

import re
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

_MONTH = "|".join(MONTHS)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"1[6-9]\d\d|20\d\d"
PATTERNS = {
    "Date/Time": re.compile(
        rf"\b(?:(?:the )?{_DAY} (?:of )?(?:{_MONTH}),? (?:{_YEAR})|(?:{_MONTH}) {_DAY},? (?:{_YEAR})"
        rf"|(?:{_YEAR})-\d\d-\d\d|(?:{_MONTH}) (?:{_YEAR})|{_DAY} (?:of )?(?:{_MONTH})|(?:{_MONTH}) {_DAY}"
        rf"|{_MONTH}|{_YEAR})\b",
        re.IGNORECASE,
    ),
    "Numerals": re.compile(r"\b\d+(?:,\d{3})*\b"),
}
"""How a date (whole, or a month or year alone) and a number look in a text; a year is a date first."""


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
    numbers are told by PATTERNS.
    """
    world = load(resources)
    found = {kind: [] for kind in LISTS.values()}
    for name, kind in LISTS.items():
        found[kind] += [part for place in world.places for part in place] if name == "places" else world.lists[name]
    return {kind: sorted(set(entries)) for kind, entries in found.items()}
