"""Run cells of one model: part by part, shard by shard, all missing cells of a context over one prefill."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kvstudy.cells.answering import Answering
from kvstudy.cells.job import Job, Part
from kvstudy.cells.loaded import Loaded, peak_memory
from kvstudy.cells.shards import is_finished, is_whole, shard_name, write_shard
from kvstudy.cells.spans import character_spans, has_spans
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.contracts.vocabulary import tables
from kvstudy.plan.fingerprint import fingerprint

TABLES = {table.name: table for table in (CONTEXTS, QUESTIONS, SYSTEM_PROMPTS, REQUESTS_MADE)}


@dataclass
class Runner:
    """The cells of a bundle with their paths; the model is loaded when the first shard is missing.

    Parameters
    ----------
    jobs : list of Job
        Cells of one experiment and model.
    model_folder, datasets, examples, work : Path
    depends : dict
        The version of the facts, and hashes of the model's files and the worked examples: part of every shard's name.
    shards : dict
        Cell -> the folders of its shards, in order, once `run` has returned.
    computed : dict
        Cell -> how many of them this run computed.
    """

    jobs: list[Job]
    model_folder: Path
    datasets: Path
    examples: Path
    work: Path
    depends: dict
    shards: dict[str, list[Path]] = field(default_factory=dict)
    computed: dict[str, int] = field(default_factory=dict)
    loaded: Loaded | None = None

    def run(self) -> None:
        """Compute every shard that is missing."""
        self.shards = {job.cell: [] for job in self.jobs}
        self.computed = {job.cell: 0 for job in self.jobs}
        for part in dict.fromkeys(part for job in self.jobs for part in job.parts):
            self.run_part(part)

    def run_part(self, part: Part) -> None:
        """One dataset in one regime, for the cells that have it."""
        folder, size = self.datasets / part.dataset, self.jobs[0].shard
        contexts, questions = (TABLES[name].read(folder / f"{name}.parquet") for name in tables(part.dataset))
        asked = dict(tuple(questions.groupby("context_id")))
        routes = self.jobs[0].routes or {"datasets": [], "contexts": 0, "epsilons": []}
        sampled = set(contexts.context_id[: routes["contexts"]]) if part.dataset in routes["datasets"] else set()
        for first in range(0, len(contexts), size):
            rows = [
                (row, asked[row.context_id], routes["epsilons"] if row.context_id in sampled else [])
                for row in contexts[first : first + size].itertuples()
            ]
            content = [[*plain(context, asked), epsilons] for context, asked, epsilons in rows]
            missing = {}
            for job in self.jobs:
                if part in job.parts:
                    name = shard_name({"content": content, **self.depends, **job.identity(part)})
                    self.shards[job.cell].append(self.work / name)
                    if not (is_finished(self.work / name) and is_whole(self.work / name)):
                        missing[self.work / name] = job
            if missing:
                self.compute(part, rows, missing)

    def compute(self, part: Part, rows: list[tuple], missing: dict[Path, Job]) -> None:
        """Answer the questions of some contexts in some cells, and write a shard for each of them."""
        self.loaded = self.loaded or Loaded(self.jobs[0], self.model_folder, self.examples)
        start = time.perf_counter()
        answering = Answering(self.loaded, part, list(missing.values()))
        for context, questions, epsilons in rows:
            answering.add(context, questions, epsilons)
        answering.flush()
        seconds = (time.perf_counter() - start) / len(missing)
        for folder, job in missing.items():
            cost = {
                "seconds": seconds,
                "tokens": answering.tokens[job.cell],
                "contexts": len(rows),
                "peak_memory_bytes": peak_memory(self.loaded.model.device),
                "code": fingerprint("kvstudy.cells"),
            }
            write_shard(folder, answering.facts[job.cell], cost)
            self.computed[job.cell] += 1


def plain(context: Any, questions: pd.DataFrame) -> list:
    """What a shard's name takes from a context and its questions: ids, texts, evidence, and a system prompt's spans."""
    evidence = [[[int(span["start"]), int(span["end"])] for span in spans] for spans in questions.evidence]
    asked = [list(row) for row in zip(questions.question_id, questions.question, evidence, strict=True)]
    spans = character_spans(context) if has_spans(context) else {}
    return [context.context_id, context.passage, asked, spans]
