"""How agreement of heads changes with depth: over all layers, early ones and late ones, and its slope over them.

A consensus that rises with depth (slope above 0) is early agreement and late diversity, one that falls the reverse; the
overlap of evicted sets and the agreement fraction count agreement the other way round.

`python -m kvstudy.analysis.depth_profiles --cells C --scores S --resamples 1000 --confidence 0.95 --seed 1 --out O`

Source: arXiv 2603.01426, figures 16 to 18 and 33 to 35.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis import cli
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.layer_curves import METRICS, PART
from kvstudy.analysis.means import means, stack
from kvstudy.contracts.analysis import DEPTH_PROFILES
from kvstudy.contracts.scores import LAYER_SCORES

SUMMARIES = ("mean", "slope", "early", "late")
PARTS = 3  # early and late are the first and the last third of the layers


def depth_profiles(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `depth_profiles`; arguments as `curves.curves`."""
    found = []
    for cell in cells["cell"]:
        for names, rows in LAYER_SCORES.read(scores / cell / "layers.parquet").groupby(PART):
            for metric in METRICS:
                profile = means(profiles(rows, metric), SUMMARIES, bootstrap)
                labels = {**dict(zip(PART, names, strict=True)), "metric": metric}
                found.append(profile.rename(columns={"metric": "summary"}).assign(**labels))
    return stack(found, DEPTH_PROFILES)


def profiles(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Each context's mean over all layers, slope, early and late mean; missing where a layer has no value.

    The slope is that of the least-squares line over relative depth, 0 at the first layer and 1 at the last; missing
    where there is one layer.
    """
    wide = rows.pivot(index="context_id", columns="layer", values=metric).sort_index()
    values, layers = wide.to_numpy(dtype=float), wide.shape[1]
    depth = np.linspace(-0.5, 0.5, layers)
    third = max(1, layers // PARTS)
    columns = {
        "mean": values.mean(axis=1),
        "slope": values @ depth / (depth @ depth) if layers > 1 else np.full(len(values), np.nan),
        "early": values[:, :third].mean(axis=1),
        "late": values[:, -third:].mean(axis=1),
    }
    found = pd.DataFrame(columns, index=wide.index).reset_index()
    return found.assign(dataset=rows["dataset"].iloc[0])


if __name__ == "__main__":
    cli.run(depth_profiles, DEPTH_PROFILES, __doc__)
