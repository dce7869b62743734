"""Train the linear probes of one cell.

`python -m kvstudy.probes --facts F --datasets D --names N --seed 1 --out O`
"""

import argparse
from pathlib import Path

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import HIDDEN_STATES
from kvstudy.contracts.parts import read_facts
from kvstudy.contracts.probes import NAMES, PREDICTIONS
from kvstudy.probes.cell import predictions


def main() -> None:
    """Read the arguments and the facts, train, write the table."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.probes", description=__doc__.splitlines()[0])
    parser.add_argument("--facts", type=Path, required=True, help="the cell's folder of facts")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--names", type=Path, required=True, help="the directions of names in the cell's model")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args()
    states = read_facts(arguments.facts, HIDDEN_STATES)
    folders = {name: arguments.datasets / name for name in states["dataset"].unique()}
    datasets = {
        name: (CONTEXTS.read(folder / "contexts.parquet"), QUESTIONS.read(folder / "questions.parquet"))
        for name, folder in folders.items()
    }
    found = predictions(states, datasets, NAMES.read(arguments.names), arguments.seed)
    PREDICTIONS.write(found, arguments.out)


if __name__ == "__main__":
    main()
