"""Run cells of one model, part by part: all cells in which a context is missing over one prefill."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kvstudy.cells.answering import Answering
from kvstudy.cells.facts import FACTS
from kvstudy.cells.job import Job, Setting
from kvstudy.cells.loaded import Loaded, peak_memory
from kvstudy.cells.parts import MOST, OF_PROMPTS, is_finished, names_of, part_name, ranges, write_part
from kvstudy.cells.record import stack
from kvstudy.cells.spans import character_spans, has_spans
from kvstudy.contracts.canonical import hashed
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS as PROMPTS
from kvstudy.contracts.vocabulary import tables
from kvstudy.plan.fingerprint import fingerprint

AT_ONCE = 100  # cells that share a prefill: the compressed contexts of all are in memory
TABLES = {table.name: table for table in (CONTEXTS, QUESTIONS, SYSTEM_PROMPTS, REQUESTS_MADE)}


@dataclass(frozen=True)
class Row:
    """A context with its questions, the least weights of the routes that are sought in it, and a hash of all three."""

    context: Any
    questions: pd.DataFrame
    epsilons: list[float]
    content: str


@dataclass
class Runner:
    """The cells of a bundle with their paths; the model is loaded when the first part is missing.

    Parameters
    ----------
    jobs : list of Job
        Cells of one experiment and model.
    model_folder, datasets, examples : Path
    out : Path
        Folder with a folder a cell.
    depends : dict
        The version of the facts, and hashes of the model's files and the worked examples: part of every part's name.
    parts : dict
        Cell -> the names of its parts, in order, once `run` has returned.
    computed : dict
        Cell -> how many of them this run computed.
    there : dict
        Cell -> the names of all parts that were there when `run` began.
    """

    jobs: list[Job]
    model_folder: Path
    datasets: Path
    examples: Path
    out: Path
    depends: dict
    parts: dict[str, list[str]] = field(default_factory=dict)
    computed: dict[str, int] = field(default_factory=dict)
    there: dict[str, set[str]] = field(default_factory=dict)
    loaded: Loaded | None = None

    def run(self) -> None:
        """Compute every part that is missing."""
        self.parts = {job.cell: [] for job in self.jobs}
        self.computed = {job.cell: 0 for job in self.jobs}
        self.there = {job.cell: names_of(self.out / job.cell) for job in self.jobs}
        for setting in dict.fromkeys(setting for job in self.jobs for setting in job.settings):
            self.walk(setting)

    def walk(self, setting: Setting) -> None:
        """One dataset in one regime, for the cells that have it."""
        rows = self.rows(setting)
        most = OF_PROMPTS if setting.dataset == PROMPTS else MOST
        for start, end in ranges([len(row.context.passage) for row in rows], most):
            missing: dict[int, list[Job]] = {}
            for job in self.jobs:
                if setting in job.settings and (first := self.note_finished(job, setting, rows, start, end)) < end:
                    missing.setdefault(first, []).append(job)
            for first, jobs in missing.items():
                for some in range(0, len(jobs), AT_ONCE):
                    self.compute(setting, rows[first:end], jobs[some : some + AT_ONCE])

    def rows(self, setting: Setting) -> list[Row]:
        """The contexts of a dataset, in its order."""
        folder = self.datasets / setting.dataset
        contexts, questions = (TABLES[name].read(folder / f"{name}.parquet") for name in tables(setting.dataset))
        asked = dict(tuple(questions.groupby("context_id")))
        routes = self.jobs[0].routes or {"datasets": [], "contexts": 0, "epsilons": []}
        sampled = set(contexts.context_id[: routes["contexts"]]) if setting.dataset in routes["datasets"] else set()
        found = []
        for context in contexts.itertuples():
            of, epsilons = asked[context.context_id], routes["epsilons"] if context.context_id in sampled else []
            found.append(Row(context, of, epsilons, content(context, of, epsilons)))
        return found

    def note_finished(self, job: Job, setting: Setting, rows: list[Row], start: int, end: int) -> int:
        """Note the parts of a range that a cell has; the first context that is missing, `end` where none is.

        A dataset that has grown since then goes on behind the part that its last contexts were.
        """
        while start < end:
            for last in range(end, start, -1):
                name = self.name(job, setting, rows[start:last])
                if name in self.there[job.cell] and is_finished(self.out / job.cell, name):
                    self.parts[job.cell].append(name)
                    start = last
                    break
            else:
                break
        return start

    def name(self, job: Job, setting: Setting, rows: list[Row]) -> str:
        """The name of the part that holds a cell's facts of some contexts."""
        depends = {**self.depends, "packages": stack(self.depends["packages"])}
        return part_name({"content": [row.content for row in rows], **depends, **job.identity(setting)})

    def compute(self, setting: Setting, rows: list[Row], jobs: list[Job]) -> None:
        """Answer the questions of some contexts in some cells, and write a part of each of them."""
        self.loaded = self.loaded or Loaded(self.jobs[0], self.model_folder, self.examples)
        start = time.perf_counter()
        answering = Answering(self.loaded, setting, jobs)
        for row in rows:
            answering.add(row.context, row.questions, row.epsilons)
        answering.flush()
        seconds = (time.perf_counter() - start) / len(jobs)
        for job in jobs:
            cost = {
                "seconds": seconds,
                "tokens": answering.tokens[job.cell],
                "contexts": len(rows),
                "peak_memory_bytes": peak_memory(self.loaded.model.device),
                "code": fingerprint("kvstudy.cells"),
            }
            name, facts = self.name(job, setting, rows), answering.facts[job.cell]
            write_part(self.out / job.cell, name, {table: facts.table(table) for table in FACTS}, cost)
            self.parts[job.cell].append(name)
            self.computed[job.cell] += 1


def content(context: Any, questions: pd.DataFrame, epsilons: list[float]) -> str:
    """A hash of ids, texts and evidence of a context and its questions, of a system prompt's spans, and of epsilons."""
    evidence = [[[int(span["start"]), int(span["end"])] for span in spans] for spans in questions.evidence]
    asked = [list(row) for row in zip(questions.question_id, questions.question, evidence, strict=True)]
    spans = character_spans(context) if has_spans(context) else {}
    return hashed([context.context_id, context.passage, asked, spans, epsilons])
