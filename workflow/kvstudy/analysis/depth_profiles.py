"""How agreement of heads changes with depth: its mean, early layers, late layers, and slopes over both and over all.

A consensus that rises with depth (slope above 0) is early agreement and late diversity, one that falls the reverse; the
overlap of evicted sets and the agreement fraction count agreement the other way round.

Source: arXiv 2603.01426, figures 16 to 18 and 33 to 35.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.layer_curves import METRICS, PART, WITHOUT_EVICTION
from kvstudy.analysis.means import means, stack
from kvstudy.contracts.analysis import DEPTH_PROFILES
from kvstudy.contracts.scores import LAYER_SCORES

PARTS = 3  # early and late are the first and the last third of the layers
SUMMARIES = ("mean", "slope", "early_slope", "late_slope", "early", "late")


def depth_profiles(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `depth_profiles`; arguments as `curves.curves`."""
    found = []
    for cell in cells.to_dict("records"):
        for names, rows in LAYER_SCORES.read(scores / cell["cell"] / "layers.parquet").groupby(PART):
            for metric in METRICS if cell["ratio"] else WITHOUT_EVICTION:
                profile = means(profiles(rows, metric), SUMMARIES, bootstrap)
                labels = {**dict(zip(PART, names, strict=True)), "metric": metric}
                found.append(profile.rename(columns={"metric": "summary"}).assign(**labels))
    return stack(found, DEPTH_PROFILES)


def profiles(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Each context's means over all, early and late layers, and its slopes; missing where a layer has no value."""
    wide = rows.pivot(index="context_id", columns="layer", values=metric).sort_index()
    values, layers = wide.to_numpy(dtype=float), wide.shape[1]
    third, half = max(1, layers // PARTS), (layers + 1) // 2
    columns = {
        "mean": values.mean(axis=1),
        "slope": slope(values, layers),
        "early_slope": slope(values[:, :half], layers),
        "late_slope": slope(values[:, -half:], layers),
        "early": values[:, :third].mean(axis=1),
        "late": values[:, -third:].mean(axis=1),
    }
    found = pd.DataFrame(columns, index=wide.index).reset_index()
    return found.assign(dataset=rows["dataset"].iloc[0])


def slope(values: np.ndarray, layers: int) -> np.ndarray:
    """(contexts,) slope of the least-squares line through neighbouring layers; missing where there is only one.

    Depth is 0 at the first of all layers and 1 at the last.

    Parameters
    ----------
    values : numpy.ndarray
        (contexts, neighbouring layers).
    layers : int
        Layers of the model.
    """
    number = values.shape[1]
    if number == 1:
        return np.full(len(values), np.nan)
    depth = (np.arange(number) - (number - 1) / 2) / (layers - 1)
    return values @ depth / (depth @ depth)


ANALYSIS = OfScores(depth_profiles, DEPTH_PROFILES, by_cell=True)
