"""The record of a cell's run: what it is, what it was made with, what it cost, what became of every part."""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import torch

from kvstudy.cells.job import Job
from kvstudy.contracts.files import atomic

PACKAGES = ("torch", "transformers", "kvpress", "tokenizers", "numpy")


def package_versions() -> dict[str, str]:
    """Versions of the packages that facts depend on."""
    return {name: version(name) for name in PACKAGES}


def write_record(
    path: Path, job: Job, depends: dict, source: dict, costs: list[dict], computed: int, states: pd.DataFrame
) -> None:
    """Write run.json.

    Parameters
    ----------
    path : Path
    job : Job
    depends : dict
        Version of the facts; hashes of model files, worked examples and data; package versions, device and dtype.
    source : dict
        Where the model came from, revision included.
    costs : list of dict
        One a shard, whichever run computed it.
    computed : int
        Shards that this run computed; the others were there.
    states : pandas.DataFrame
        The cell's `states` table.
    """
    parts = states.groupby(["dataset", "regime", "state", "reason"]).agg(
        contexts=("context_id", "size"), achieved_ratio=("achieved_ratio", "mean")
    )
    record = {
        "cell": job.cell,
        "job": {name: value for name, value in vars(job).items() if name != "parts"},
        "depends": depends,
        "code": sorted({cost["code"] for cost in costs}),
        "model_source": source,
        "machine": torch.cuda.get_device_name() if depends["device"] == "cuda" else platform.machine(),
        "seconds": sum(cost["seconds"] for cost in costs),
        "tokens": sum(cost["tokens"] for cost in costs),
        "peak_memory_bytes": max(cost["peak_memory_bytes"] for cost in costs),
        "shards": {"all": len(costs), "computed_now": computed},
        "requested_ratio": job.ratio,
        "parts": parts.reset_index().to_dict("records"),
    }
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
