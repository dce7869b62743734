"""How long the passages of a dataset are."""

from dataclasses import dataclass

import numpy as np

BINS = 20
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Lengths:
    """The distribution of some lengths.

    Parameters
    ----------
    quartiles : tuple of float
        Least, lower quartile, median, upper quartile, greatest.
    mean : float
    histogram : tuple of int
        How many lie in each of BINS equal parts between the least and the greatest; one part where these are the same.
    """

    quartiles: tuple[float, ...]
    mean: float
    histogram: tuple[int, ...]

    @property
    def bars(self) -> str:
        """The histogram as a line of text; the lowest bar stands for none."""
        top = max(self.histogram)
        return "".join(BARS[-(-count * (len(BARS) - 1) // top)] for count in self.histogram)


def lengths(values: list[int]) -> Lengths:
    """The distribution of at least one length."""
    least, *_, greatest = quartiles = np.quantile(values, (0, 0.25, 0.5, 0.75, 1)).tolist()
    histogram, _ = np.histogram(values, bins=BINS if least < greatest else 1)
    return Lengths(tuple(quartiles), float(np.mean(values)), tuple(histogram.tolist()))
