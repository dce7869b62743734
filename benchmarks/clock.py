"""Wall time of the device's work, in seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import torch


def now() -> float:
    """Seconds on a steady clock, once the GPU, if there is one, has done all that it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


class Stopwatch:
    """Seconds spent in the blocks that it ran."""

    def __init__(self):
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add the block's time."""
        start = now()
        yield
        self.seconds += now() - start


@contextmanager
def timed(owner: object, name: str) -> Iterator[Stopwatch]:
    """Time every call of one function of a class or module while the block runs."""
    function, stopwatch = getattr(owner, name), Stopwatch()

    def measured(*arguments: object, **keywords: object) -> object:
        with stopwatch.running():
            return function(*arguments, **keywords)

    with patch.object(owner, name, measured):
        yield stopwatch
