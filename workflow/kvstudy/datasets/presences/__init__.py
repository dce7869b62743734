"""The kinds of entity that appear in several instances, in the order in which passages take turns."""

from kvstudy.datasets.presences.branches import BRANCHES
from kvstudy.datasets.presences.copies import COPIES
from kvstudy.datasets.presences.editions import EDITIONS
from kvstudy.datasets.presences.journeys import JOURNEYS
from kvstudy.datasets.presences.settlements import SETTLEMENTS
from kvstudy.datasets.presences.sightings import SIGHTINGS

PRESENCES = (EDITIONS, COPIES, SIGHTINGS, BRANCHES, SETTLEMENTS, JOURNEYS)
