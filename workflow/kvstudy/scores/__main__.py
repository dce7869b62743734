"""Score the cells of a bundle: answers against accepted forms, survivors against evidence.

`python -m kvstudy.scores --jobs J --cells C --facts F --datasets D --resources R --out O`
"""

import argparse
from pathlib import Path

from kvstudy.contracts.jobs import read_jobs
from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.scores.bundle import score_bundle
from kvstudy.scores.cell import Scores, score
from kvstudy.scores.facts import read_cell
from kvstudy.scores.world import world_lexicon

TABLES = {
    "questions": QUESTION_SCORES,
    "contexts": CONTEXT_SCORES,
    "layers": LAYER_SCORES,
    "heads": HEAD_SCORES,
    "routes": ROUTE_SCORES,
}


def main() -> None:
    """Read the arguments, score the cells."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.scores", description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=Path, required=True, help="the study's file of jobs")
    parser.add_argument("--cells", required=True, nargs="+", help="the cells to score")
    parser.add_argument("--facts", type=Path, required=True, help="folder of facts, with a folder a cell")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--resources", type=Path, required=True, help="folder with the word lists of the world")
    parser.add_argument("--out", type=Path, required=True, help="folder of scores, with a folder a cell")
    arguments = parser.parse_args()
    world = world_lexicon(arguments.resources)

    def scores(job: dict, facts: Path) -> Scores:
        return score(job, read_cell(job, facts, arguments.datasets), world)

    score_bundle(read_jobs(arguments.jobs, arguments.cells), scores, TABLES, arguments.facts, arguments.out)


if __name__ == "__main__":
    main()
