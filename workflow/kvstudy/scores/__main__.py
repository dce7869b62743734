"""Score one cell: answers against accepted forms, survivors against evidence.

`python -m kvstudy.scores --job JSON --facts F --datasets D --resources R --out O`
"""

import argparse
import json
import sys
from pathlib import Path

from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.metrics.ratio import RatioError
from kvstudy.scores.cell import score
from kvstudy.scores.facts import read_facts
from kvstudy.scores.world import world_lexicon


def main() -> None:
    """Read the arguments and the facts, write the tables of scores.

    A policy that missed its ratio ends the job with a message and exit status 1.
    """
    parser = argparse.ArgumentParser(prog="python -m kvstudy.scores", description=__doc__.splitlines()[0])
    parser.add_argument("--job", type=json.loads, required=True, help="the cell's job, as JSON")
    parser.add_argument("--facts", type=Path, required=True, help="the cell's folder of facts")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--resources", type=Path, required=True, help="folder with the word lists of the world")
    parser.add_argument("--out", type=Path, required=True, help="folder of the scores")
    arguments = parser.parse_args()
    facts = read_facts(arguments.job, arguments.facts, arguments.datasets)
    try:
        scores = score(arguments.job, facts, world_lexicon(arguments.resources))
    except RatioError as error:
        sys.exit(str(error))
    QUESTION_SCORES.write(scores.questions, arguments.out / "questions.parquet")
    CONTEXT_SCORES.write(scores.contexts, arguments.out / "contexts.parquet")
    LAYER_SCORES.write(scores.layers, arguments.out / "layers.parquet")
    HEAD_SCORES.write(scores.heads, arguments.out / "heads.parquet")
    ROUTE_SCORES.write(scores.routes, arguments.out / "routes.parquet")


if __name__ == "__main__":
    main()
