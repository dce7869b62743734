"""Every layer metric at every ratio: means over contexts, contexts resampled."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import layer_means, stack
from kvstudy.contracts.analysis import LAYER_CURVES
from kvstudy.contracts.scores import AGREEMENT, LAYER_SCORES

PART = ["experiment", "model", "policy", "ratio", "compress", "regime", "dataset"]
METRICS = ("eviction", "jaccard", *(column.name for column in AGREEMENT))
WITHOUT_EVICTION = tuple(metric for metric in METRICS if metric != "jaccard")  # ratio 0 has no evicted sets


def layer_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `layer_curves`; arguments as `curves.curves`."""
    found = []
    for cell in cells.to_dict("records"):
        metrics = METRICS if cell["ratio"] else WITHOUT_EVICTION
        for names, rows in LAYER_SCORES.read(scores / cell["cell"] / "layers.parquet").groupby(PART):
            found.append(layer_means(rows, metrics, bootstrap).assign(**dict(zip(PART, names, strict=True))))
    return stack(found, LAYER_CURVES)


ANALYSIS = OfScores(layer_curves, LAYER_CURVES, by_cell=True)
