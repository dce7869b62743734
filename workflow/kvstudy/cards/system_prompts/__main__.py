"""Write the card of the system prompts, as HTML.

python -m kvstudy.cards.system_prompts --prompts FILE --requests FILE --models DIR --out FILE.
"""

import argparse
from pathlib import Path

from kvstudy.cards.lengths import token_counter
from kvstudy.cards.system_prompts.card import card
from kvstudy.cards.system_prompts.page import html
from kvstudy.contracts.files import atomic
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS


def main() -> None:
    """Write the card as HTML."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.cards.system_prompts", description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", required=True, type=Path, help="Parquet file: one system prompt a row")
    parser.add_argument("--requests", required=True, type=Path, help="Parquet file: one request a row")
    parser.add_argument("--models", required=True, type=Path, nargs="+", help="folders of materialised models")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    prompts = SYSTEM_PROMPTS.read(arguments.prompts).to_dict("records")
    requests = REQUESTS_MADE.read(arguments.requests).to_dict("records")
    found = card(prompts, requests, {folder.name: token_counter(folder) for folder in arguments.models})
    with atomic(arguments.out) as path:
        path.write_text(html(found), encoding="utf-8")


if __name__ == "__main__":
    main()
