"""Every label of the questions at every ratio: how well questions of one kind are answered.

Source: arXiv 2603.01426, figures 4 to 6, 9 to 15 and 28 to 32.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.curves import PART, with_shares
from kvstudy.analysis.means import means_by, stack
from kvstudy.contracts.datasets import QUESTIONS
from kvstudy.contracts.scores import QUESTION_SCORES
from kvstudy.contracts.tags import ALTERED, AXES, METRICS, TAG_CURVES, UNALTERED

NO_TAGS = pd.DataFrame(columns=["dataset", "question_id", "axis", "tag"])


def tag_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap, datasets: Path) -> pd.DataFrame:
    """The table `tag_curves`; one cell is in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    datasets : pathlib.Path
        Folder with a folder for each dataset.
    """
    found = []
    for cell in cells["cell"]:
        questions = with_shares(QUESTION_SCORES.read(scores / cell / "questions.parquet"))
        questions = questions.drop(columns=[axis for axis in AXES if axis in questions])
        asked = sorted(set(questions["dataset"]))
        tags = pd.concat([tags_of(datasets / name / "questions.parquet") for name in asked]) if asked else NO_TAGS
        tagged = questions.merge(tags, on=["dataset", "question_id"])
        found += means_by(tagged, [*PART, "axis", "tag"], METRICS, bootstrap)
    return stack(found, TAG_CURVES)


@cache
def tags_of(path: Path) -> pd.DataFrame:
    """dataset, question_id, axis, tag of a dataset's questions, for every axis on which they differ."""
    questions = QUESTIONS.read(path)
    alteration = questions["altered"].map({False: UNALTERED, True: ALTERED})
    labelled = questions.assign(alteration=alteration, hop=questions["hop"].astype(str))
    several = [axis for axis in AXES if labelled[axis].nunique() > 1]
    return labelled.melt(["dataset", "question_id"], several, var_name="axis", value_name="tag")


ANALYSIS = OfScores(
    tag_curves, TAG_CURVES, by_cell=True, more={"datasets": lambda results: results.folder / "datasets"}
)
