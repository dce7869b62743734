"""The datasets by name."""

from collections.abc import Iterator
from pathlib import Path

from kvstudy.datasets import base, knowledge_manipulation, world
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.passages import Passage

GENERATORS = {
    "base": base.generate,
    "knowledge_manipulation": knowledge_manipulation.generate,
}


def passages(dataset: str, count: int, seed: int, resources: Path) -> Iterator[Passage]:
    """The first `count` passages of a dataset; each depends on the seed, the dataset and its index alone.

    Raises
    ------
    KeyError
        There is no such dataset.
    """
    generate, words = GENERATORS[dataset], world.load(resources)
    for index in range(count):
        yield generate(words, passage_random(seed, dataset, index), index)
