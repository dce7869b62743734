"""Every layer metric at every ratio: means over contexts, contexts resampled.

`python -m kvstudy.analysis.layer_curves --cells C --scores S --resamples 1000 --confidence 0.95 --seed 1 --out O`
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis import cli
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import layer_means, stack
from kvstudy.contracts.analysis import LAYER_CURVES
from kvstudy.contracts.scores import AGREEMENT, LAYER_SCORES

PART = ["experiment", "model", "policy", "ratio", "compress", "regime", "dataset"]
METRICS = ("eviction", "jaccard", *(column.name for column in AGREEMENT))


def layer_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `layer_curves`; arguments as `curves.curves`."""
    found = []
    for cell in cells["cell"]:
        for names, rows in LAYER_SCORES.read(scores / cell / "layers.parquet").groupby(PART):
            found.append(layer_means(rows, METRICS, bootstrap).assign(**dict(zip(PART, names, strict=True))))
    return stack(found, LAYER_CURVES)


if __name__ == "__main__":
    cli.run(layer_curves, LAYER_CURVES, __doc__, by_cell=True)
