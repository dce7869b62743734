"""The cells of the instructions experiment, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kvstudy.contracts.instruction_analysis import VERDICT_NAMES
from kvstudy.contracts.instruction_classes import ATTACK, TASK
from kvstudy.contracts.instruction_scores import VERDICTS
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import BASELINE

PLACE = ["model", "policy", "variant", "ratio", "layout"]


def scores_of(cells: pd.DataFrame, scores: Path, table: Table, file: str) -> Iterator[pd.DataFrame]:
    """One table of scores of each cell that has rows; one cell is in memory at a time.

    Parameters
    ----------
    cells : pandas.DataFrame
        The experiment's rows of the table of cells.
    scores : pathlib.Path
        Folder with a folder of scores for each cell.
    table : Table
        Its contract.
    file : str
        Its file in a cell's folder.
    """
    for cell in cells["cell"]:
        rows = table.read(scores / cell / file)
        if len(rows):
            yield rows


def with_baseline(cells: pd.DataFrame, scores: Path, table: Table, file: str) -> Iterator[tuple[pd.DataFrame, ...]]:
    """As `scores_of`, each table with that of the uncompressed cell of its model."""
    for _, of_model in cells.groupby("model"):
        uncompressed = of_model.loc[of_model["policy"] == BASELINE, "cell"].item()
        baseline = table.read(scores / uncompressed / file)
        for rows in scores_of(of_model, scores, table, file):
            yield rows, baseline


def by_verdict(cells: pd.DataFrame, scores: Path) -> Iterator[tuple[dict[str, object], pd.DataFrame, pd.DataFrame]]:
    """For each cell, layout and verdict: labels, its verdicts in the rows' own order, those of the uncompressed cell.

    Arguments as `scores_of`.
    """
    for verdicts, baseline in with_baseline(cells, scores, VERDICTS, "verdicts.parquet"):
        for names, rows in unrotated(verdicts).groupby(PLACE):
            for verdict in VERDICT_NAMES:
                yield {**dict(zip(PLACE, names, strict=True)), "verdict": verdict}, rows, baseline


def unrotated(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of system prompts whose instructions stand in their own order: one a row of the dataset and layout."""
    return rows[rows["rotation"] == 0]


def by_request(responses: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The responses to tasks, to all attacks, and to each kind of attack."""
    for kind in (TASK, ATTACK):
        rows = responses[responses["kind"] == kind]
        if len(rows):
            yield kind, rows
    yield from responses.groupby("attack")
