"""Write the study page: python -m kvstudy.page --study S --results R --models M --examples E --templates T --out O."""

import argparse
from pathlib import Path

from kvstudy.contracts.files import atomic
from kvstudy.page.document import html
from kvstudy.page.results import Results


def main() -> None:
    """Read the arguments and the tables, write the page."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.page", description=__doc__.splitlines()[0])
    parser.add_argument("--study", required=True, help="name of the study")
    parser.add_argument("--results", required=True, type=Path, help="folder of the study's results")
    parser.add_argument("--models", required=True, type=Path, help="folder with one folder a materialised model")
    parser.add_argument("--examples", required=True, type=Path, help="JSON file: the worked examples")
    parser.add_argument("--templates", required=True, type=Path, help="folder of the page's templates and scripts")
    parser.add_argument("--out", required=True, type=Path, help="HTML file")
    arguments = parser.parse_args()
    results = Results(arguments.study, arguments.results, arguments.models, arguments.examples)
    page = html(results, arguments.templates)
    with atomic(arguments.out) as path:
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
