"""The timings: every contender on the same contexts and questions, in turn, again and again.

A repetition takes a context of its own; within it each contender answers the same questions, and the order of the
contenders moves on by one from repetition to repetition. Ratios are of times within one repetition.
"""

import sys
from dataclasses import asdict, dataclass, field

import pandas as pd

from benchmarks.contenders import ENGINE, MULTI, SINGLE, Engine, Pipeline, Run
from benchmarks.roofline import Arithmetic, Machine
from benchmarks.workload import FIXED, ONE_CELL, QUESTIONS, SWEEP, Ending, Prompts, Task, Workload

QUESTION_COUNTS = (1, 4, 16)
CELL_COUNTS = (1, 6, len(SWEEP))
SHARE = 6  # the pipeline runs every sixth cell of the sweep in a repetition, and others in the next


@dataclass(frozen=True)
class Timing:
    """One contender in one repetition.

    Parameters
    ----------
    measure : str
        cell, sweep, questions or cells.
    repetition : int
    contender, ending : str
    length, tokens, questions, cells : int
        Context tokens asked for, and had; questions a context, cells answered.
    seconds : float
    same : int
        Answers, of questions x cells, whose text is the engine's.
    answer_tokens : int or None
        Tokens of all answers, where the contender says them.
    bound_seconds : float or None
        Least time of the engine's arithmetic on this machine.
    """

    measure: str
    repetition: int
    contender: str
    ending: str
    length: int
    tokens: int
    questions: int
    cells: int
    seconds: float
    same: int
    answer_tokens: int | None
    bound_seconds: float | None


@dataclass
class Timings:
    """Collects timings.

    Parameters
    ----------
    contenders : dict
        Name -> contender, the engine among them.
    prompts : Prompts
    machine : Machine
    endings : list of Ending
        All are timed for one cell and for the sweep; the first for everything else.
    lengths : list of int
        Context lengths in tokens, ascending; numbers of questions and cells are varied at the middle one.
    repetitions : int
    """

    contenders: dict[str, Pipeline | Engine]
    prompts: Prompts
    machine: Machine
    endings: list[Ending]
    lengths: list[int]
    repetitions: int
    rows: list[Timing] = field(default_factory=list)

    def run(self) -> pd.DataFrame:
        """All timings, a row each."""
        (first, *_) = self.prompts.workloads(self.lengths[0], 1, 2)
        for one in self.contenders.values():
            one.run(Task(first, ONE_CELL, FIXED))  # not counted: what a process does once
        for length in self.lengths:
            for repetition, work in enumerate(self.prompts.workloads(length, self.repetitions, QUESTIONS)):
                print(
                    f"{length} tokens, repetition {repetition + 1} of {self.repetitions}", file=sys.stderr, flush=True
                )
                self.one_cell(work, repetition)
                for ending in self.endings:
                    self.sweep(work, repetition, ending)
        middle = self.lengths[len(self.lengths) // 2]
        for repetition, work in enumerate(self.prompts.workloads(middle, self.repetitions, max(QUESTION_COUNTS))):
            for count in QUESTION_COUNTS:
                task = Task(work.asking(count), ONE_CELL, self.endings[0])
                self.compare("questions", repetition, self.multi_question, task)
            for count in CELL_COUNTS:
                task = Task(work.asking(QUESTIONS), SWEEP[:count], self.endings[0])
                self.compare("cells", repetition, [ENGINE], task)
        return pd.DataFrame(map(asdict, self.rows))

    @property
    def multi_question(self) -> list[str]:
        """The contenders that prefill a context once for all its questions."""
        return [name for name in self.contenders if name != SINGLE]

    def one_cell(self, work: Workload, repetition: int) -> None:
        """One cell with each ending; one call a question is timed with the first ending only."""
        for ending in self.endings:
            names = list(self.contenders) if ending is self.endings[0] else self.multi_question
            self.compare("cell", repetition, names, Task(work, ONE_CELL, ending))

    def sweep(self, work: Workload, repetition: int, ending: Ending) -> None:
        """All cells by the engine; by the pipeline this repetition's share of them."""
        task = Task(work, SWEEP, ending)
        share = Task(work, SWEEP[repetition % SHARE :: SHARE], ending)
        ours, theirs = self.contenders[ENGINE].run(task), self.contenders[MULTI].run(share)
        self.record("sweep", repetition, ENGINE, task, ours, ours.texts)
        self.record("sweep", repetition, MULTI, share, theirs, ours.texts[repetition % SHARE :: SHARE])

    def compare(self, measure: str, repetition: int, names: list[str], task: Task) -> None:
        """Run some contenders in this repetition's order."""
        first = repetition % len(names)
        runs = {name: self.contenders[name].run(task) for name in names[first:] + names[:first]}
        for name, run in runs.items():
            self.record(measure, repetition, name, task, run, runs[ENGINE].texts)

    def record(
        self, measure: str, repetition: int, name: str, task: Task, run: Run, engine_texts: list[list[str]]
    ) -> None:
        """Add a row."""
        arithmetic = Arithmetic.of(self.contenders[ENGINE].model)
        pairs = [
            pair
            for texts, others in zip(run.texts, engine_texts, strict=True)
            for pair in zip(texts, others, strict=True)
        ]
        self.rows.append(
            Timing(
                measure=measure,
                repetition=repetition,
                contender=name,
                ending=task.ending.name,
                length=task.work.length,
                tokens=len(task.work.tokens),
                questions=len(task.work.questions),
                cells=len(task.cells),
                seconds=run.seconds,
                same=sum(text.strip() == other.strip() for text, other in pairs),
                answer_tokens=sum(run.lengths) if run.lengths else None,
                bound_seconds=arithmetic.bound(self.machine, task, run.lengths) if run.lengths else None,
            )
        )
