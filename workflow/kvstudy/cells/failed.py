"""The facts of cells whose job failed at every attempt: no answers, and the reason."""

import json
from pathlib import Path

import pandas as pd

from kvstudy.cells.facts import FACTS
from kvstudy.cells.job import Job
from kvstudy.cells.run import TABLES
from kvstudy.contracts.files import FACTS_LIST, RECORD, atomic, write_list
from kvstudy.contracts.vocabulary import FAILED, tables


def failed_states(job: Job, datasets: Path, reason: str) -> pd.DataFrame:
    """The table `states` in which every context of a cell failed."""
    rows = []
    for part in job.parts:
        name = tables(part.dataset)[0]
        for context in TABLES[name].read(datasets / part.dataset / f"{name}.parquet").context_id:
            labels = {"cell": job.cell, "dataset": part.dataset, "regime": part.regime, "compress": job.compress}
            rows.append({**labels, "context_id": context, "state": FAILED, "reason": reason})
    nothing = {"context_tokens": 0, "region_start": 0, "region_end": 0, "achieved_ratio": float("nan")}
    return pd.DataFrame(rows).assign(**nothing)


def write_failed(job: Job, datasets: Path, reason: str, out: Path) -> None:
    """Write every table of a cell's facts and its record."""
    for name, table in FACTS.items():
        empty = pd.DataFrame(columns=[column.name for column in table.columns])
        table.write(failed_states(job, datasets, reason) if name == "states" else empty, out / f"{name}.parquet")
    record = {
        "cell": job.cell,
        "job": {name: value for name, value in vars(job).items() if name != "parts"},
        "depends": {},
        "model_source": {},
        "machine": "",
        "seconds": 0,
        "tokens": 0,
        "parts": [{**vars(part), "state": FAILED, "reason": reason} for part in job.parts],
    }
    with atomic(out / RECORD) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    write_list(out / FACTS_LIST, [f"{name}.parquet" for name in FACTS], beside=[RECORD])
