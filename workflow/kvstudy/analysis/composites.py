"""What each repair of a policy is worth: its composite score against the plain policy."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import by_request, unrotated
from kvstudy.analysis.instructions import composite_score
from kvstudy.contracts.instruction_analysis import COMPOSITES, LEAKAGES
from kvstudy.contracts.instruction_classes import TASK
from kvstudy.contracts.instruction_scores import RESPONSE_SCORES, VERDICTS
from kvstudy.contracts.vocabulary import INSTRUCTIONS, LOWEST, PLAIN
from kvstudy.metrics.composite import WIDER, in_range

PART = ["model", "policy", "layout"]
COLUMNS = ["dataset", "key", "question_id", "ratio", "stop", "accuracy", "leakage"]


def composites(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The rows of `composites`: accuracy is that of single instructions, strict, in their own order.

    The scores of one policy are in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    compressed = cells[cells["ratio"] > 0]
    if compressed.empty:
        return []
    policies = compressed["policy"].str.partition("+")[0]
    of_a_policy = compressed.groupby(["model", policies], sort=False)["cell"]
    return [row for _, names in of_a_policy for row in of_policy(list(names), scores, bootstrap)]


def of_policy(names: list[str], scores: Path, bootstrap: Bootstrap) -> list[dict]:
    """The rows of one model's policy, from its cells in all variants."""
    verdicts = pd.concat([VERDICTS.read(scores / cell / "verdicts.parquet") for cell in names])
    responses = pd.concat([RESPONSE_SCORES.read(scores / cell / "responses.parquet") for cell in names])
    found = []
    for labels, request, followed, attacked in series(unrotated(verdicts), unrotated(responses)):
        for leakage in LEAKAGES:
            leaked = attacked.assign(leakage=attacked[f"directive_{leakage}"], accuracy=np.nan)
            both = pd.concat([followed[[*COLUMNS, "variant"]], leaked[[*COLUMNS, "variant"]]])
            plain = both[both["variant"] == PLAIN]
            further = in_range(both["ratio"], WIDER) & ~in_range(both["ratio"])
            lowests = (LOWEST, WIDER) if further.any() else (LOWEST,)
            for variant, changed in both[both["variant"] != PLAIN].groupby("variant"):
                for lowest in lowests:
                    score = composite_score(changed, plain, bootstrap, lowest)
                    row = {**labels, "variant": variant, "request": request, "leakage": leakage, "lowest": lowest}
                    found.append({**row, **score})
    return found


def series(
    verdicts: pd.DataFrame, responses: pd.DataFrame
) -> Iterator[tuple[dict[str, str], str, pd.DataFrame, pd.DataFrame]]:
    """For each model, policy, layout and kind of attack: labels, that kind, its verdicts and its responses."""
    places = verdicts["question_id"] + "#" + verdicts["instruction"].astype(str)
    followed = verdicts.assign(question_id=places, accuracy=verdicts["strict"], leakage=np.nan)
    of = dict(list(followed.groupby(PART)))
    for names, rows in responses.groupby(PART):
        for request, attacked in by_request(rows):
            if request != TASK and names in of:
                yield dict(zip(PART, names, strict=True)), request, of[names], attacked


ANALYSIS = OfScores(composites, COMPOSITES, INSTRUCTIONS)
