"""How many passages and questions every dataset has, and how long its passages are.

`python -m kvstudy.analysis.dataset_sizes --datasets D --names base hops --out O`
"""

import argparse
from pathlib import Path

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


def main(argv: list[str] | None = None) -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", type=Path, required=True, help="folder with a folder for each dataset")
    parser.add_argument("--names", nargs="+", required=True, help="the datasets")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args(argv)
    DATASET_SIZES.write([size(name, arguments.datasets / name) for name in arguments.names], arguments.out)


if __name__ == "__main__":
    main()
