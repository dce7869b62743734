"""Write one dataset: python -m kvstudy.datasets --dataset NAME --passages N --seed S --resources DIR --out DIR."""

import argparse
from pathlib import Path

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.datasets.generators import GENERATORS, passages
from kvstudy.datasets.passages import rows


def main() -> None:
    """Write contexts.parquet and questions.parquet into the folder `out`."""
    parser = argparse.ArgumentParser(description="Generate one dataset.")
    parser.add_argument("--dataset", required=True, choices=sorted(GENERATORS))
    parser.add_argument("--passages", required=True, type=int)
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--resources", required=True, type=Path, help="folder that holds words/")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    contexts, questions = [], []
    drawn = passages(arguments.dataset, arguments.passages, arguments.seed, arguments.resources)
    for index, passage in enumerate(drawn):
        context, asked = rows(passage, arguments.dataset, index)
        contexts.append(context)
        questions += asked
    CONTEXTS.write(contexts, arguments.out / "contexts.parquet")
    QUESTIONS.write(questions, arguments.out / "questions.parquet")


if __name__ == "__main__":
    main()
