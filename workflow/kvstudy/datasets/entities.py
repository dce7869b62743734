"""One entity as a passage shows it: its type, its surface forms, and the parts it is composed of."""

from dataclasses import dataclass

from kvstudy.datasets.world import MONTHS

SPELLED_OUT = (  # a place that says which of its names is the city's, which the region's and which the country's
    "city of {} in the region of {} in the country of {}",
    "{} in the region of {} in the country of {}",
    "{}, a city in the region of {} in the country of {}",
)


@dataclass(frozen=True)
class Entity:
    """An entity of the world.

    Parameters
    ----------
    type : str
        One of the answer types.
    form : str
        The surface form in the passage, without its article.
    others : tuple of str
        Further forms that are accepted as an answer.
    article : bool
        Whether a sentence says "the" before it.
    parts : tuple of (str, Entity)
        What a full name, place or date is made of, by role, in the order of the form.
    """

    type: str
    form: str
    others: tuple[str, ...] = ()
    article: bool = False
    parts: tuple[tuple[str, "Entity"], ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """Accepted forms, the one in the passage first."""
        return (self.form, *self.others)

    def part(self, role: str) -> "Entity":
        """The part with this role; KeyError when there is none."""
        return dict(self.parts)[role]


def person(first: str, last: str) -> Entity:
    """A person; the last name alone is accepted for the whole."""
    parts = (("first", Entity("Person", first)), ("last", Entity("Person", last)))
    return Entity("Person", f"{first} {last}", (last,), parts=parts)


def place(city: str, region: str, country: str) -> Entity:
    """A city with its region and country, by their names side by side; spelled out they are accepted, too."""
    names = {"city": city, "region": region, "country": country}
    others = tuple(wording.format(*names.values()) for wording in SPELLED_OUT)
    parts = tuple((role, Entity("Location", form)) for role, form in names.items())
    return Entity("Location", f"{city}, {region}, {country}", others, parts=parts)


def spelled_out(place: Entity, form: str) -> Entity:
    """The place in a passage that spells it out in this of its forms."""
    others = tuple(other for other in place.answers if other != form)
    return Entity("Location", form, others, article=form.startswith("city"), parts=place.parts)


def date(day: int, month: int, year: int, day_first: bool) -> Entity:
    """A full date, "14 March 1874" or "March 14, 1874"; the other ways of writing it are accepted."""
    name, nth = MONTHS[month - 1], ordinal(day)
    little, big = f"{day} {name} {year}", f"{name} {day}, {year}"
    form, other = (little, big) if day_first else (big, little)
    others = (other, f"{nth} {name} {year}", f"{name} {nth}, {year}", f"{nth} of {name} {year}")
    parts = [
        ("day", Entity("Date/Time", str(day), (nth,))),
        ("month", Entity("Date/Time", name)),
        ("year", Entity("Date/Time", str(year))),
    ]
    if not day_first:
        parts[:2] = parts[1::-1]
    return Entity("Date/Time", form, (*others, f"{year}-{month:02d}-{day:02d}"), parts=tuple(parts))


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, ..."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def named(kind: str, form: str, article: bool) -> Entity:
    """An entity with a proper name, or an animal; with or without its article."""
    return Entity(kind, form, (f"the {form}",) if article else (), article)


def trade(form: str) -> Entity:
    """An occupation; "a baker" is accepted for "baker"."""
    return Entity("Thing", form, (indefinite(form),))


def indefinite(form: str) -> str:
    """The form after a or an. Told by the first letter, which is right for every entry of the word lists."""
    return f"{'an' if form[0].lower() in 'aeiou' else 'a'} {form}"
