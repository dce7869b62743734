"""Every metric at every ratio: means over questions with contexts resampled."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import means_by, stack
from kvstudy.contracts.analysis import CURVES
from kvstudy.contracts.judgements import BROKEN, GERS, OUTCOMES
from kvstudy.contracts.scores import CONTEXT_SCORES, QUESTION_SCORES
from kvstudy.contracts.vocabulary import CONTROLS

PART = ["experiment", "model", "policy", "ratio", "compress", "regime", "dataset"]
ANSWER_METRICS = ("token_f1", "exact_match", "hallucinated")
CONTEXT_METRICS = ("achieved_ratio", "eviction_layer", "eviction_model", "eviction_head")
SHARES = (*(f"outcome_{outcome}" for outcome in OUTCOMES), "outcome_broken")


def curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `curves`; one cell is in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for cell in cells["cell"]:
        questions = with_shares(QUESTION_SCORES.read(scores / cell / "questions.parquet"))
        contexts = CONTEXT_SCORES.read(scores / cell / "contexts.parquet")
        found += means_by(questions, PART, (*ANSWER_METRICS, *SHARES), bootstrap)
        # GER is not of what is answered, and without a passage the evidence is nowhere
        passages = questions[~questions["regime"].isin(CONTROLS)].drop(columns="stop")
        found += means_by(passages, PART, GERS, bootstrap)
        found += means_by(contexts, PART, CONTEXT_METRICS, bootstrap)
    return stack(found, CURVES)


def with_shares(questions: pd.DataFrame) -> pd.DataFrame:
    """Add a 0/1 column for each outcome, whose means are the shares of the outcomes."""
    shares = {f"outcome_{outcome}": (questions["outcome"] == outcome).astype(float) for outcome in OUTCOMES}
    return questions.assign(**shares, outcome_broken=questions["outcome"].isin(BROKEN).astype(float))


ANALYSIS = OfScores(curves, CURVES, by_cell=True)
