"""How long the texts of a dataset are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

CountTokens = Callable[[list[str]], list[int]]

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


def token_counter(folder: Path) -> CountTokens:
    """What counts a model's tokens in each of some texts, by its tokenizer alone."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda texts: [len(text.ids) for text in tokenizer.encode_batch(texts, add_special_tokens=False)]
