"""What wrong answers are put down to, at every ratio, and how the rate of failures splits at erasure.

Pr(F) = Pr(F|E) Pr(E) + Pr(F|not E) Pr(not E), where F is a wrong answer and E that its evidence is gone. Whether it is
gone is judged twice: of all questions by what survived, and of those whose routes were found by whether any route leads
to the evidence.

Source: arXiv 2603.01426, decomposition of the failure probability.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import cut_share, means, stack
from kvstudy.analysis.series import failed, scores_by_model
from kvstudy.contracts.analysis import BY_SURVIVAL, FAILURE_CURVES
from kvstudy.contracts.judgements import FAILURE_MODES
from kvstudy.contracts.scores import QUESTION_SCORES, ROUTE_SCORES
from kvstudy.contracts.vocabulary import EVIDENCE
from kvstudy.metrics.failure_modes import Thresholds, failure_modes

PART = ["policy", "ratio", "compress", "regime", "dataset"]
QUESTION = ["regime", "question_id"]
SHARES = (*FAILURE_MODES, "failed", "erased", "failed_if_erased", "failed_if_kept", "failed_before_if_kept")


def failure_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap, thresholds: Thresholds) -> pd.DataFrame:
    """The table `failure_curves`.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    thresholds : Thresholds
    """
    found = []
    routes = scores_by_model(cells, scores, ROUTE_SCORES, "routes")
    for (study, questions), (_, reached) in zip(
        scores_by_model(cells, scores, QUESTION_SCORES, "questions"), routes, strict=True
    ):
        asked = with_failures(questions)
        survival = asked.assign(epsilon=BY_SURVIVAL, erased=asked["ger_layer"] >= thresholds.erased)
        reached = reached[reached["target"] == EVIDENCE]
        linked = reached[["cell", *QUESTION, "epsilon"]].assign(erased=reached["reached"] == 0)
        for rows in (survival, asked.merge(linked, on=["cell", *QUESTION])):
            judged = with_modes(rows, thresholds)
            for names, part in judged.groupby(["epsilon", *PART]):
                labels = {**study, **dict(zip(["epsilon", *PART], names, strict=True))}
                found.append(shares(part, bootstrap).assign(**labels))
    return stack(found, FAILURE_CURVES)


def shares(rows: pd.DataFrame, bootstrap: Bootstrap) -> pd.DataFrame:
    """`means` of SHARES; that of `failed_before_if_kept` is of answers at ratio 0, and `erased` of none."""
    found = means(rows, SHARES, bootstrap).set_index("metric")
    before = rows.assign(stop=rows["stop_before"])
    found.loc["failed_before_if_kept", "cut"] = cut_share(before, ["failed_before_if_kept"]).iloc[0]
    found.loc["erased", "cut"] = np.nan
    return found.reset_index()


def with_failures(questions: pd.DataFrame) -> pd.DataFrame:
    """The questions with evidence that ratio 0 answered, too; `failed` and `failed_before`, 0 or 1; `stop_before`."""
    rows = questions.dropna(subset=["ger_layer"])
    rows = rows.assign(failed=failed(rows))
    names = {"failed": "failed_before", "stop": "stop_before"}
    before = rows.loc[rows["ratio"] == 0, [*QUESTION, *names]].rename(columns=names)
    return rows.merge(before, on=QUESTION)


def with_modes(rows: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Add the columns of SHARES, 0 or 1; the conditional ones are not defined where their condition does not hold."""
    mode = failure_modes(
        rows["failed_before"].to_numpy() > 0,
        rows["erased"].to_numpy(),
        rows["evidence_mass"].to_numpy(),
        rows["agreement"].to_numpy(),
        thresholds,
    )
    wrong = rows["failed"] > 0
    shares = {name: (wrong & (mode == name)).astype(float) for name in FAILURE_MODES}
    conditional = {
        "failed_if_erased": rows["failed"].where(rows["erased"], np.nan),
        "failed_if_kept": rows["failed"].where(~rows["erased"], np.nan),
        "failed_before_if_kept": rows["failed_before"].where(~rows["erased"], np.nan),
    }
    return rows.assign(**shares, **conditional, erased=rows["erased"].astype(float))


ANALYSIS = OfScores(
    failure_curves, FAILURE_CURVES, more={"thresholds": lambda results: Thresholds(**results.settings["thresholds"])}
)
