"""What every KV head evicts, at every ratio: means over contexts, contexts resampled.

Source: arXiv 2603.01426, figures 19, 20 and 36 to 39 (layer by KV head).
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import by_place, stack
from kvstudy.contracts.analysis import HEAD_CURVES
from kvstudy.contracts.scores import HEAD_SCORES

PART = ["experiment", "model", "policy", "ratio", "compress", "regime", "dataset"]
METRICS = ("eviction", "evidence_eviction")


def head_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `head_curves`; arguments as `curves.curves`."""
    found = []
    for cell in cells.loc[cells["ratio"] > 0, "cell"]:
        for names, rows in HEAD_SCORES.read(scores / cell / "heads.parquet").groupby(PART):
            curve = by_place(rows, ["layer", "head"], METRICS, bootstrap)
            found.append(curve.assign(**dict(zip(PART, names, strict=True))))
    return stack(found, HEAD_CURVES)


ANALYSIS = OfScores(head_curves, HEAD_CURVES, by_cell=True)
