"""The subjects a passage can be about, in the order in which passages take turns."""

from kvstudy.datasets.subjects.creature import CREATURE
from kvstudy.datasets.subjects.event import EVENT
from kvstudy.datasets.subjects.organization import ORGANIZATION
from kvstudy.datasets.subjects.person import PERSON
from kvstudy.datasets.subjects.place import PLACE
from kvstudy.datasets.subjects.thing import THING

SUBJECTS = (ORGANIZATION, PERSON, THING, CREATURE, PLACE, EVENT)
