"""The closed world as a lexicon: every form that an answer can assert."""

from pathlib import Path

from kvstudy.datasets.world import forms, load
from kvstudy.metrics.forms import Lexicon


def world_lexicon(resources: Path) -> Lexicon:
    """Every form of the world, with full names: another person's full name is not that person's part.

    A full place is not a form of its own: however it is worded, it says its city, its region and its country.

    Parameters
    ----------
    resources : pathlib.Path
        Folder that holds words/.
    """
    world, found = load(resources), forms(resources)
    names = [f"{first} {last}" for first in world.lists["first_names"] for last in world.lists["last_names"]]
    return Lexicon({**found, "Person": [*found["Person"], *names]})
