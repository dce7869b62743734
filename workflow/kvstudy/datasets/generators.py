"""The generated datasets by name: `kvstudy/datasets/<name>.py` holds the function `generate`.

The module is imported by its name, so that the code of a dataset's job is its own, not that of its neighbours, too.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random

from kvstudy.datasets import world
from kvstudy.datasets.cast import passage_random
from kvstudy.datasets.passages import Passage
from kvstudy.datasets.shares import Shares
from kvstudy.datasets.world import World

Generate = Callable[[World, Random, int], Passage]


def generator(dataset: str) -> Generate:
    """The function that makes one passage of a dataset from the world, its random numbers and its index.

    Raises
    ------
    KeyError
        There is no such dataset.
    """
    module = f"{__package__}.{dataset}"
    generate = getattr(import_module(module), "generate", None) if "." not in dataset and find_spec(module) else None
    if generate is None:
        raise KeyError(dataset)
    return generate


def passages(dataset: str, count: int, seed: int, resources: Path, shares: Shares | None = None) -> Iterator[Passage]:
    """The first `count` passages of a dataset; each depends on the seed, the dataset, its index and the shares alone.

    Parameters
    ----------
    shares : dict of str to float, optional
        Answer type -> share of the questions, for the datasets that can be asked for them.

    Raises
    ------
    KeyError
        There is no such dataset.
    """
    generate, words = generator(dataset), world.load(resources)
    options = {"shares": shares} if shares else {}
    for index in range(count):
        yield generate(words, passage_random(seed, dataset, index), index, **options)
