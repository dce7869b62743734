"""Which file of the study shows what a figure or table of a paper shows, and why some have none.

Source: the figures and tables of arXiv 2603.01426 and arXiv 2510.00231 by their numbers.
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import Analysis, Results
from kvstudy.contracts.comparisons import FIGURE_MAP, FIGURES
from kvstudy.contracts.setup import EARLY_RATIO, SEVERAL_MODELS, Setup
from kvstudy.contracts.vocabulary import LOWEST

WORDS = {
    "instructions": "instructions experiment",
    "routing": "routing experiment",
    "llama": "a LLaMA model",
    "qwen": "a Qwen model",
    SEVERAL_MODELS: "several models",
    EARLY_RATIO: f"a ratio below {LOWEST:g}",
}


def read(path: Path) -> pd.DataFrame:
    """Read and check the list of the papers' figures and tables."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    FIGURES.check(frame, str(path))
    return frame


def figure_map(figures: pd.DataFrame, setup: Setup) -> pd.DataFrame:
    """The table `figure_map`: what this study shows of the papers' figures.

    Parameters
    ----------
    figures : pandas.DataFrame
        The list of the papers' figures and tables.
    setup : Setup
    """
    reasons = [
        reason or lacking(needs, setup) for reason, needs in zip(figures["reason"], figures["needs"], strict=True)
    ]
    shown = figures.assign(reason=reasons)
    absent = shown["reason"] != ""
    found = shown.assign(kind=shown["kind"].mask(absent, ""), name=shown["name"].mask(absent, ""))
    return found.drop(columns="needs")


def lacking(needs: str, setup: Setup) -> str:
    """What the study does not have of all that a figure needs, in words; empty where it has everything."""
    missing = [need for need in needs.split() if need not in setup.parts]
    return f"not in this study: {', '.join(map(in_words, missing))}" if missing else ""


def in_words(need: str) -> str:
    """What a figure needs, in words."""
    name, _, dataset = need.partition(":")
    return WORDS.get(name, name.replace("_", " ")) + (f" of {dataset}" if dataset else "")


def of_study(results: Results) -> pd.DataFrame:
    """The table `figure_map` of a study."""
    return figure_map(read(results.resources / "figure_map.csv"), Setup.of(results.settings["setup"]))


ANALYSIS = Analysis(of_study, FIGURE_MAP)
