"""Write the table of cells.

`python -m kvstudy.plan.write --config config/demo.yaml --out results/demo/cells.parquet`
"""

import argparse
from pathlib import Path

from kvstudy.config.load import load_or_exit
from kvstudy.contracts.plan import CELLS
from kvstudy.plan.cells import cells


def main() -> None:
    """Read the config, write the table."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.plan.write", description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args()
    CELLS.write(
        [
            {"cell": c.id, "experiment": c.experiment, "model": c.model, "policy": c.label, "ratio": c.ratio}
            for c in cells(load_or_exit(arguments.config, warn=False))
        ],
        arguments.out,
    )


if __name__ == "__main__":
    main()
