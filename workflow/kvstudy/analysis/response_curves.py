"""Every metric of responses at every ratio: means over the responses to tasks and to attacks, rows resampled."""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.instruction_cells import PLACE, by_request, scores_of, unrotated
from kvstudy.analysis.means import means, stack
from kvstudy.contracts.instruction_analysis import RESPONSE_CURVES, VERDICT_NAMES
from kvstudy.contracts.instruction_classes import LAYOUTS, TASK
from kvstudy.contracts.instruction_scores import RESPONSE_SCORES, TEXTS, leakage
from kvstudy.contracts.judgements import RESPONSES
from kvstudy.contracts.vocabulary import INSTRUCTIONS

GIVEN_AWAY = [column.name for text in TEXTS for column in leakage(text)]
SHARES = [f"response_{response}" for response in RESPONSES]
METRICS = [*GIVEN_AWAY, *SHARES, "degenerate", "entropy", "tokens", *VERDICT_NAMES]


def response_curves(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `response_curves`, of system prompts whose instructions stand in their own order.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    bootstrap : Bootstrap
    """
    found = []
    for responses in scores_of(cells, scores, RESPONSE_SCORES, "responses.parquet"):
        for names, rows in with_shares(unrotated(responses)).groupby(PLACE):
            for request, part in by_request(rows):
                labels = {**dict(zip(PLACE, names, strict=True)), "request": request}
                metrics = [name for name in METRICS if applies(name, **labels)]
                found.append(means(part, metrics, bootstrap, unit="key").assign(**labels))
    return stack(found, RESPONSE_CURVES)


def applies(metric: str, request: str, layout: str, **labels: object) -> bool:
    """Whether there is such a thing: no attack has a verdict, and without a defence none of it is given away."""
    if metric in VERDICT_NAMES:
        return request == TASK
    return not (metric.startswith("defence_") and layout == LAYOUTS[0])


def with_shares(responses: pd.DataFrame) -> pd.DataFrame:
    """Add a 0/1 column for each kind of response, whose means are their shares."""
    shares = {f"response_{kind}": (responses["response"] == kind).astype(float) for kind in RESPONSES}
    return responses.assign(**shares, degenerate=responses["degenerate"].astype(float))


ANALYSIS = OfScores(response_curves, RESPONSE_CURVES, INSTRUCTIONS)
