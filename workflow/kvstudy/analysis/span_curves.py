"""What compression leaves of directive, defence and instructions at every ratio, and how alike it treats them.

`python -m kvstudy.analysis.span_curves --cells C --scores S --resamples 1000 --confidence 0.95 --seed 1 --out O`
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis import cli
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import PLACE, scores_of, unrotated
from kvstudy.analysis.instructions import in_groups
from kvstudy.analysis.means import means_by, stack
from kvstudy.contracts.instruction_analysis import SPAN_CURVES
from kvstudy.contracts.instruction_scores import FAIRNESS_SCORES, SPAN_SCORES
from kvstudy.contracts.judgements import FAIR_BETWEEN
from kvstudy.contracts.vocabulary import INSTRUCTIONS, SPANS

RETENTIONS = ["retention_elsewhere", *(f"retention_{kind}" for kind in SPANS)]
MEASURES = ("index", "gap", "excess")
FAIRNESSES = [f"fairness_{between}_{measure}" for between in FAIR_BETWEEN for measure in MEASURES]


def span_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `span_curves`, of system prompts whose instructions stand in their own order.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for table, file, wide, metrics in (
        (SPAN_SCORES, "spans.parquet", retentions, RETENTIONS),
        (FAIRNESS_SCORES, "fairness.parquet", fairnesses, FAIRNESSES),
    ):
        for rows in scores_of(cells, scores, table, file):
            found += means_by(in_groups(wide(unrotated(rows))), [*PLACE, "group"], metrics, bootstrap, unit="key")
    return stack(found, SPAN_CURVES)


def retentions(spans: pd.DataFrame) -> pd.DataFrame:
    """A column of kept shares for each kind of span, missing in the rows of the others."""
    columns = {f"retention_{kind}": spans["retention"].where(spans["kind"] == kind) for kind in SPANS}
    return spans.assign(retention_elsewhere=spans["elsewhere"], **columns)


def fairnesses(scores: pd.DataFrame) -> pd.DataFrame:
    """A column for each measure of fairness and what it is between, missing in the other rows."""
    return scores.assign(
        **{
            f"fairness_{between}_{measure}": scores[measure].where(scores["between"] == between)
            for between in FAIR_BETWEEN
            for measure in MEASURES
        }
    )


if __name__ == "__main__":
    cli.run(span_curves, SPAN_CURVES, __doc__, INSTRUCTIONS)
