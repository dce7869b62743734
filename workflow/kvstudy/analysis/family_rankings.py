"""Whether the families of instructions keep their order under compression.

`python -m kvstudy.analysis.family_rankings --cells C --scores S --resamples 1000 --confidence 0.95 --seed 1 --out O`
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis import cli
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import PLACE, unrotated, with_baseline
from kvstudy.analysis.instructions import family_rankings as rankings_of
from kvstudy.contracts.instruction_analysis import FAMILY_RANKINGS, VERDICT_NAMES
from kvstudy.contracts.instruction_scores import VERDICTS
from kvstudy.contracts.vocabulary import INSTRUCTIONS


def family_rankings(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The rows of `family_rankings`; arguments as `family_curves.family_curves`."""
    found = []
    for verdicts, baseline in with_baseline(cells, scores, VERDICTS, "verdicts.parquet"):
        for names, rows in unrotated(verdicts).groupby(PLACE):
            labels = dict(zip(PLACE, names, strict=True))
            for verdict in VERDICT_NAMES:
                ranked = rankings_of(rows, baseline, verdict, bootstrap)
                found += [{**labels, "verdict": verdict, **row} for row in ranked]
    return found


if __name__ == "__main__":
    cli.run(family_rankings, FAMILY_RANKINGS, __doc__, INSTRUCTIONS)
