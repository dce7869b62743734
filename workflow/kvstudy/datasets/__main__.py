"""Write one dataset: python -m kvstudy.datasets --dataset NAME --passages N --seed S --resources DIR --out DIR."""

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.datasets.generators import generator, passages
from kvstudy.datasets.passages import Passage, rows

PORTION = 500  # passages in memory at a time


def main() -> None:
    """Write contexts.parquet and questions.parquet into the folder `out`."""
    parser = argparse.ArgumentParser(description="Generate one dataset.")
    parser.add_argument("--dataset", required=True, help="name of a module of this package that generates")
    parser.add_argument("--passages", required=True, type=int)
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--shares", type=json.loads, help="answer type to share of the questions, as JSON")
    parser.add_argument("--resources", required=True, type=Path, help="folder that holds words/")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    if arguments.passages < 1:
        parser.exit(2, f"--passages: must be at least 1 (got {arguments.passages})\n")
    try:
        generator(arguments.dataset)
    except KeyError:
        parser.exit(2, f"--dataset: there is no {arguments.dataset!r}\n")
    drawn = passages(arguments.dataset, arguments.passages, arguments.seed, arguments.resources, arguments.shares)
    write(arguments.dataset, drawn, arguments.out)


def write(dataset: str, drawn: Iterator[Passage], out: Path) -> None:
    """Write both tables, a portion at a time."""
    numbered = enumerate(drawn)
    with CONTEXTS.writing(out / "contexts.parquet") as contexts, QUESTIONS.writing(out / "questions.parquet") as asked:
        while portion := [rows(passage, dataset, index) for index, passage in islice(numbered, PORTION)]:
            contexts([context for context, _ in portion])
            asked([question for _, questions in portion for question in questions])


if __name__ == "__main__":
    main()
