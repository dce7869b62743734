"""The facts of cells whose job failed at every attempt: no answers, and the reason."""

import json
from pathlib import Path

import pandas as pd

from kvstudy.cells.job import Job
from kvstudy.cells.parts import list_parts, write_part
from kvstudy.cells.run import TABLES
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.files import RECORD, atomic
from kvstudy.contracts.vocabulary import FAILED, tables


def failed_states(job: Job, datasets: Path, reason: str) -> pd.DataFrame:
    """The table `states` in which every context of a cell failed."""
    rows = []
    for setting in job.settings:
        name = tables(setting.dataset)[0]
        for context in TABLES[name].read(datasets / setting.dataset / f"{name}.parquet").context_id:
            labels = {"cell": job.cell, "dataset": setting.dataset, "regime": setting.regime, "compress": job.compress}
            rows.append({**labels, "context_id": context, "state": FAILED, "reason": reason})
    nothing = {"context_tokens": 0, "region_start": 0, "region_end": 0, "achieved_ratio": float("nan")}
    return pd.DataFrame(rows).assign(**nothing)


def write_failed(job: Job, datasets: Path, reason: str, out: Path) -> None:
    """Write a cell's only part, its record and its list."""
    write_part(out, FAILED, {STATE.name: failed_states(job, datasets, reason)}, {})
    record = {
        "cell": job.cell,
        "job": {name: value for name, value in vars(job).items() if name != "settings"},
        "depends": {},
        "model_source": {},
        "machine": "",
        "seconds": 0,
        "tokens": 0,
        "bytes": 0,
        "states": [{**vars(setting), "state": FAILED, "reason": reason} for setting in job.settings],
    }
    with atomic(out / RECORD) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    list_parts(out, [FAILED])
