"""A study's results as the sections of the page read them."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.files import RECORD
from kvstudy.contracts.instructions import REQUESTS_MADE
from kvstudy.contracts.instructions import SYSTEM_PROMPTS as PROMPTS
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import BASELINE, INSTRUCTIONS, ROUTING, SYSTEM_PROMPTS, tables

ORDER = (ROUTING, INSTRUCTIONS)


@dataclass(frozen=True)
class Results:
    """The folders that the page is made from.

    Parameters
    ----------
    study : str
        Name of the study.
    folder : Path
        results/<study>.
    models : Path
        Folder with one folder a materialised model.
    examples : Path
        The worked examples that stand before a passage.
    """

    study: str
    folder: Path
    models: Path
    examples: Path

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The table of cells: by experiment, in ORDER, and model; ratio 0 first, then by policy and ratio."""
        frame = CELLS.read(self.folder / "cells.parquet")
        frame = frame.assign(place=frame["experiment"].map(ORDER.index), later=frame["policy"] != BASELINE)
        frame = frame.sort_values(["place", "model", "later", "policy", "ratio"], ignore_index=True)
        return frame.drop(columns=["place", "later"])

    @cached_property
    def records(self) -> dict[str, dict]:
        """Cell -> the record of its run."""
        return {name: json.loads((self.of_cell(name) / RECORD).read_text()) for name in self.cells["cell"]}

    def has(self, experiment: str) -> bool:
        """Whether the study has an experiment."""
        return bool((self.cells["experiment"] == experiment).any())

    def analysis(self, table: Table) -> pd.DataFrame:
        """One table of estimates."""
        return table.read(self.folder / f"analysis/{table.name}.parquet")

    def of_cell(self, cell: str) -> Path:
        """The folder of a cell's facts."""
        return self.folder / "cells" / cell

    @cached_property
    def datasets(self) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
        """Dataset -> its contexts and what is asked about them."""
        names = {part["dataset"] for record in self.records.values() for part in record["states"]}
        return {name: self._dataset(name) for name in sorted(names)}

    def _dataset(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        contracts = (PROMPTS, REQUESTS_MADE) if name == SYSTEM_PROMPTS else (CONTEXTS, QUESTIONS)
        files = (self.folder / "datasets" / name / f"{table}.parquet" for table in tables(name))
        contexts, asked = (contract.read(file) for contract, file in zip(contracts, files, strict=True))
        return contexts, asked
