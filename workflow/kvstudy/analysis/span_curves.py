"""What compression leaves of directive, defence and instructions at every ratio, and how alike it treats them."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import PLACE, scores_of, unrotated
from kvstudy.analysis.instructions import in_groups
from kvstudy.analysis.means import means_by, stack
from kvstudy.contracts.instruction_analysis import SPAN_CURVES
from kvstudy.contracts.instruction_scores import FAIRNESS_SCORES, SPAN_SCORES
from kvstudy.contracts.judgements import FAIR_BETWEEN
from kvstudy.contracts.vocabulary import INSTRUCTIONS, SPANS

OF_SPANS = {  # kind of span -> column of its scores -> metric
    kind: {"retention": f"retention_{kind}"} | ({"elsewhere": "retention_elsewhere"} if kind == "directive" else {})
    for kind in SPANS
}
OF_FAIRNESS = {
    between: {measure: f"fairness_{between}_{measure}" for measure in ("index", "gap", "excess")}
    for between in FAIR_BETWEEN
}


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
    for table, file, label, metrics in (
        (SPAN_SCORES, "spans.parquet", "kind", OF_SPANS),
        (FAIRNESS_SCORES, "fairness.parquet", "between", OF_FAIRNESS),
    ):
        for rows in scores_of(cells, scores, table, file):
            for name, part in in_groups(unrotated(rows)).groupby(label):
                named = part.rename(columns=metrics[name])
                found += means_by(named, [*PLACE, "group"], list(metrics[name].values()), bootstrap, unit="key")
    return stack(found, SPAN_CURVES)


ANALYSIS = OfScores(span_curves, SPAN_CURVES, INSTRUCTIONS)
