"""Write the card of one dataset: python -m kvstudy.cards --contexts FILE --questions FILE --models DIR --out FILE."""

import argparse
from pathlib import Path

from kvstudy.cards.card import card
from kvstudy.cards.lengths import token_counter
from kvstudy.cards.page import html
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.files import atomic


def main() -> None:
    """Write the card as HTML."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.cards", description=__doc__.splitlines()[0])
    parser.add_argument("--contexts", required=True, type=Path, help="Parquet file: one passage a row")
    parser.add_argument("--questions", required=True, type=Path, help="Parquet file: one question a row")
    parser.add_argument("--models", required=True, type=Path, nargs="+", help="folders of materialised models")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    contexts = CONTEXTS.read(arguments.contexts).to_dict("records")
    questions = QUESTIONS.read(arguments.questions).to_dict("records")
    found = card(contexts, questions, {folder.name: token_counter(folder) for folder in arguments.models})
    with atomic(arguments.out) as path:
        path.write_text(html(found), encoding="utf-8")


if __name__ == "__main__":
    main()
