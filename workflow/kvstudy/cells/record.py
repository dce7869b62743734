"""The record of a cell's run: what it is, what it was made with, what it cost, what became of its contexts."""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import torch

from kvstudy.cells.job import Job
from kvstudy.cells.parts import files_of, read_record
from kvstudy.contracts.facts import HIDDEN_STATES, STATE
from kvstudy.contracts.files import RECORD, atomic

STACK = ("torch", "transformers", "kvpress")  # what facts follow from: with another version they are another's
PACKAGES = (*STACK, "tokenizers", "numpy")


def package_versions() -> dict[str, str]:
    """Versions of the packages that a cell is run with."""
    return {name: version(name) for name in PACKAGES}


def stack(packages: dict[str, str]) -> dict[str, str]:
    """Those by which the plan, too, tells facts apart, without the build: else cells that it takes for made are not."""
    return {name: packages[name].partition("+")[0] for name in STACK}


def write_record(cell: Path, job: Job, depends: dict, source: dict, parts: list[str], computed: int) -> None:
    """Write run.json.

    Parameters
    ----------
    cell : Path
        The cell's folder.
    job : Job
    depends : dict
        Version of the facts; hashes of model files, worked examples and data; package versions, device and dtype.
    source : dict
        Where the model came from, revision included.
    parts : list of str
        Their names; each has a record of what it cost, whichever run computed it.
    computed : int
        Parts that this run computed; the others were there.
    """
    costs, files = [read_record(cell, name) for name in parts], files_of(cell, parts)
    states = STATE.read_parts(cell, [file for file in files if file.startswith(f"{STATE.name}/")])
    states = states.groupby(["dataset", "regime", "state", "reason"]).agg(
        contexts=("context_id", "size"), achieved_ratio=("achieved_ratio", "mean")
    )
    record = {
        "cell": job.cell,
        "job": {name: value for name, value in vars(job).items() if name != "settings"},
        "depends": depends,
        "code": sorted({cost["code"] for cost in costs}),
        "model_source": source,
        "machine": torch.cuda.get_device_name() if depends["device"] == "cuda" else platform.machine(),
        "seconds": sum(cost["seconds"] for cost in costs),
        "tokens": sum(cost["tokens"] for cost in costs),
        "bytes": sum((cell / file).stat().st_size for file in files if not file.startswith(f"{HIDDEN_STATES.name}/")),
        "peak_memory_bytes": max(cost["peak_memory_bytes"] for cost in costs),
        "parts": {"all": len(costs), "computed_now": computed},
        "requested_ratio": job.ratio,
        "states": states.reset_index().to_dict("records"),
    }
    with atomic(cell / RECORD) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
