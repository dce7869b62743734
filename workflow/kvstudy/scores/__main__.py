"""Score the cells of a bundle: answers against accepted forms, survivors against evidence.

`python -m kvstudy.scores --jobs JSON --facts F --datasets D --resources R --out O`
"""

import argparse
import sys
from pathlib import Path

from kvstudy.contracts.files import SCORES_LIST, write_list
from kvstudy.contracts.jobs import unbundled
from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.metrics.ratio import RatioError
from kvstudy.scores.cell import score
from kvstudy.scores.facts import read_facts
from kvstudy.scores.world import world_lexicon

TABLES = {
    "questions": QUESTION_SCORES,
    "contexts": CONTEXT_SCORES,
    "layers": LAYER_SCORES,
    "heads": HEAD_SCORES,
    "routes": ROUTE_SCORES,
}


def main() -> None:
    """Read the arguments and the facts, write the tables of scores of each cell.

    A policy that missed its ratio ends the job with a message and exit status 1.
    """
    parser = argparse.ArgumentParser(prog="python -m kvstudy.scores", description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=unbundled, required=True, help="the cells' jobs, as JSON from the plan")
    parser.add_argument("--facts", type=Path, required=True, help="folder of facts, with a folder a cell")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--resources", type=Path, required=True, help="folder with the word lists of the world")
    parser.add_argument("--out", type=Path, required=True, help="folder of scores, with a folder a cell")
    arguments = parser.parse_args()
    world = world_lexicon(arguments.resources)
    for job in arguments.jobs:
        facts, out = read_facts(job, arguments.facts / job["cell"], arguments.datasets), arguments.out / job["cell"]
        try:
            scores = score(job, facts, world)
        except RatioError as error:
            sys.exit(str(error))
        for name, table in TABLES.items():
            table.write(getattr(scores, name), out / f"{name}.parquet")
        write_list(out / SCORES_LIST, [f"{name}.parquet" for name in TABLES])


if __name__ == "__main__":
    main()
