"""How many passages and questions every dataset has, and how long its passages are."""

from pathlib import Path

from kvstudy.analysis.analysis import Analysis, Results
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.sizes import DATASET_SIZES


def size(name: str, folder: Path) -> dict:
    """The row of one dataset, from its folder."""
    words = CONTEXTS.read(folder / "contexts.parquet")["words"]
    asked = QUESTIONS.read(folder / "questions.parquet").groupby("context_id").size()
    return {
        "dataset": name,
        "passages": len(words),
        "words": words.mean(),
        "words_sd": words.std(),
        "shortest": words.min(),
        "longest": words.max(),
        "questions": asked.sum(),
        "fewest": asked.min(),
        "most": asked.max(),
    }


def dataset_sizes(results: Results) -> list[dict]:
    """The table `dataset_sizes`."""
    return [size(name, results.folder / "datasets" / name) for name in results.settings["datasets"]]


ANALYSIS = Analysis(dataset_sizes, DATASET_SIZES)
