"""The plan as a person reads it: cells, jobs and why they run, and what they will cost."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST, RECORD
from kvstudy.contracts.versions import FACTS
from kvstudy.plan.cells import cells, datasets, experiments
from kvstudy.plan.estimate import Cost, Rate, cost, rate, sizes
from kvstudy.plan.hidden_states import kept, shape
from kvstudy.plan.long_contexts import warnings

TARGET = "all"
UNKNOWN = "it is not known how it was made"


@dataclass(frozen=True)
class Job:
    """One job of a dry run."""

    rule: str
    reason: str
    wildcards: dict[str, str] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def cells(self) -> set[str]:
        """The cells that this job has to run; a cell of a bundle that is finished is only written again."""
        folders = [Path(path).parent for path in self.output if Path(path).name == FACTS_LIST]
        only_missing = self.reason.startswith("Missing output files")
        return {folder.name for folder in folders if not (only_missing and finished(folder))}


def kind(rule: str) -> str:
    """A rule, under one name for all bundles: cell of cells_1, cells_2, ..."""
    return re.sub(r"s_\d+$", "", rule)


def finished(folder: Path) -> bool:
    """Whether a cell was run, to facts of today's version: a missing file hides other reasons to run it again."""
    return (folder / FACTS_LIST).exists() and _record(folder / RECORD).get("depends", {}).get("facts") == FACTS


def real(jobs: Iterable[Job]) -> list[Job]:
    """The jobs without the target rule, which makes nothing."""
    return [job for job in jobs if job.rule != TARGET]


def why(reason: str) -> str:
    """Snakemake's reason for a job in a few words."""
    if "Incomplete output" in reason:
        return "was interrupted"
    if reason.startswith("Forced"):
        return "was interrupted or deleted, or is tried again"
    if UNKNOWN in reason:
        return UNKNOWN
    if "Params have changed" in reason:
        return _params(reason.partition("Params have changed")[2])
    if "Code has changed" in reason:
        return "its rule changed"
    if "Software environment" in reason:
        return "its environment changed"
    if "Set of input files has changed" in reason:
        return "its list of inputs changed"
    if "Updated input files" in reason:
        return "its input changed"
    if "Missing output files" in reason:
        return "not made yet"
    if "Input files updated by another job" in reason:
        return "follows from a job above"
    return reason.partition("\n")[0]


def _params(change: str) -> str:
    """Which kind of parameter changed: fingerprints are 16 hex digits, locked packages are name==version.

    `version N` is one of `kvstudy.contracts.versions`.
    """
    values = [v.strip().strip("'\"") for v in change.replace(" now: ", ",").replace("before: ", ",").split(",")]
    if any(len(v) == 16 and set(v) <= set("0123456789abcdef") for v in values):
        return "its code changed"
    if any(v.startswith("version ") for v in values):
        return "what it writes has another version"
    if any("==" in v for v in values):
        return "its packages changed"
    return "its settings changed"


def text(study: Study, jobs: list[Job], results: Path, cores: int) -> str:
    """The whole plan.

    Parameters
    ----------
    study : Study
    jobs : list of Job
        What a dry run would do.
    results : Path
        The folder of results, where finished cells are looked up.
    cores : int
        Jobs that may run at the same time.
    """
    waiting = set().union(*(job.cells() for job in jobs))
    blocks = [_head(study), _cells(study, waiting), _jobs(jobs), *_codes(study, waiting, results / study.study)]
    if waiting:
        blocks += _hidden_states(study, waiting, results / "models")
        left = [cell for cell in cells(study) if cell.id in waiting]
        blocks += warnings(study, left, results / "models")
        at_once = min(cores, sum(bool(job.cells()) for job in jobs))
        blocks.append(_costs(study, waiting, results / study.study / "cells", at_once))
    return "\n\n".join(blocks)


def _head(study: Study) -> str:
    held = sizes(study)
    counts = ", ".join(f"{name} {held[name].passages if name in held else '?'}" for name in datasets(study))
    return f"Study {study.study}: {len(cells(study))} cells; contexts: {counts}"


def _cells(study: Study, waiting: set[str]) -> str:
    rows = [("experiment", "model", "policy", "ratios", "cells", "to run")]
    for name, experiment in experiments(study).items():
        for model in experiment.models:
            every = [c for c in cells(study) if (c.experiment, c.model) == (name, model)]
            for label in dict.fromkeys(c.label for c in every):
                own = [c for c in every if c.label == label]
                ratios = " ".join(f"{c.ratio:g}" for c in own)
                left = sum(c.id in waiting for c in own)
                rows.append((name, model, label, ratios, str(len(own)), str(left or "-")))
    return grid(rows, numbers=(4, 5))


def _jobs(jobs: list[Job]) -> str:
    counts: dict[str, Counter] = {}
    for job in real(jobs):
        counts.setdefault(kind(job.rule), Counter())[why(job.reason)] += 1
    if not counts:
        return "No jobs: nothing is to be done."
    rows = [("rule", "jobs", "why")]
    for rule, reasons in counts.items():
        total = sum(reasons.values())
        words = [reason if n == total else f"{reason} ({n})" for reason, n in reasons.most_common()]
        rows.append((rule, str(total), "; ".join(words)))
    rows.append(("all", str(sum(sum(r.values()) for r in counts.values())), ""))
    return grid(rows, numbers=(1,))


def _codes(study: Study, waiting: set[str], folder: Path) -> list[str]:
    """Whether the facts that are kept were computed by different code."""
    kept = [folder / "cells" / cell.id / RECORD for cell in cells(study) if cell.id not in waiting]
    codes = {code for path in kept for code in _record(path).get("code", ())}
    if len(codes) < 2:
        return []
    return [
        f"The finished cells were computed by {len(codes)} states of the code, all of which write facts of version "
        f"{FACTS}; the run.json of each says which."
    ]


def _record(path: Path) -> dict:
    """How a cell was run; nothing where it is not known."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _costs(study: Study, waiting: set[str], folder: Path, cores: int) -> str:
    rows = [("experiment", "model", "cells", "tokens", "time", "disk", "rate")]
    total = Cost(0, 0.0, 0.0)
    everything = cells(study)
    for name, model in dict.fromkeys((cell.experiment, cell.model) for cell in everything):
        own = [cell for cell in everything if (cell.experiment, cell.model) == (name, model)]
        left = [cell for cell in own if cell.id in waiting]
        used = rate(folder / cell.id for cell in own)
        if left:
            total += (price := cost(study, left, used))
            rows.append((name, model, str(len(left)), *amounts(price), _speed(used)))
    note = f"Estimated: {amounts(total)[1]} for the cells one after the other"
    if cores > 1:
        note += f", about {duration(total.seconds / cores)} on {cores} cores"
    uncounted = datasets(study).keys() - sizes(study).keys()
    if uncounted:
        note += f", without {', '.join(sorted(uncounted))}, which is counted when it is read"
    return f"{grid(rows, numbers=(2, 3, 4, 5))}\n{note}."


def _hidden_states(study: Study, waiting: set[str], models: Path) -> list[str]:
    rows = [("hidden states", "questions", "states", "width", "disk", "from")]
    for model in dict.fromkeys(cell.model for cell in cells(study)):
        left = [cell for cell in cells(study) if cell.model == model and cell.id in waiting]
        if questions := kept(study, left, sizes(study)):
            of = shape(study, model, models)
            disk = f"{questions * of.bytes / 1e6:,.1f} MB"
            rows.append((model, f"{questions:,}", str(of.states), str(of.width), disk, of.source))
    return [grid(rows, numbers=(1, 2, 3, 4))] if rows[1:] else []


def _speed(used: Rate) -> str:
    return f"{1 / used.seconds:.0f} tokens/s, {used.source}"


def amounts(price: Cost) -> tuple[str, str, str]:
    """Tokens, time and disk in words."""
    return f"{price.tokens:,}", duration(price.seconds), f"{price.bytes / 1e6:,.1f} MB"


def duration(seconds: float) -> str:
    """Time in its largest two units."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def grid(rows: list[tuple[str, ...]], numbers: tuple[int, ...] = ()) -> str:
    """Rows as aligned columns, the first row underlined; columns of numbers are aligned to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        parts = [t.rjust(w) if i in numbers else t.ljust(w) for i, (t, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(parts).rstrip())
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)
