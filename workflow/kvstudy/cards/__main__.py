"""Write the cards of datasets, as HTML.

`python -m kvstudy.cards base system_prompts --datasets results/demo/datasets --models results/models/* --out DIR`
"""

import argparse
import sys
from pathlib import Path

from kvstudy.cards import page
from kvstudy.cards.card import card
from kvstudy.cards.lengths import CountTokens, token_counter
from kvstudy.cards.system_prompts import page as prompts_page
from kvstudy.cards.system_prompts.card import card as prompts_card
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.each import each
from kvstudy.contracts.files import atomic
from kvstudy.contracts.instructions import REQUESTS_MADE
from kvstudy.contracts.instructions import SYSTEM_PROMPTS as PROMPTS
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS


def html(name: str, folder: Path, counters: dict[str, CountTokens]) -> str:
    """The card of one dataset, from the folder of its tables."""

    def rows(table: str, contract: Table) -> list[dict]:
        return contract.read(folder / f"{table}.parquet").to_dict("records")

    if name == SYSTEM_PROMPTS:
        prompts, requests = rows("system_prompts", PROMPTS), rows("requests", REQUESTS_MADE)
        return prompts_page.html(prompts_card(prompts, requests, counters))
    return page.html(card(rows("contexts", CONTEXTS), rows("questions", QUESTIONS), counters))


def main() -> bool:
    """Write <out>/<name>.html of every name; whether all could be made."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.cards", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="datasets")
    parser.add_argument("--datasets", required=True, type=Path, help="folder with a folder of tables a dataset")
    parser.add_argument("--models", required=True, type=Path, nargs="+", help="folders of materialised models")
    parser.add_argument("--out", required=True, type=Path, help="folder")
    given = parser.parse_args()
    counters = {folder.name: token_counter(folder) for folder in given.models}

    def make(name: str) -> None:
        with atomic(given.out / f"{name}.html") as path:
            path.write_text(html(name, given.datasets / name, counters), encoding="utf-8")

    return each(given.names, make)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
