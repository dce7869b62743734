"""Run cells of one model: part by part, shard by shard, all missing cells of a context over one prefill."""

import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import torch
from kvpress import BasePress

from kvstudy.cells.facts import Facts, add_answers, add_attention, add_state, add_survivors, text
from kvstudy.cells.job import Job, Part
from kvstudy.cells.shards import is_finished, shard_name, write_shard
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.vocabulary import CONTROL
from kvstudy.engine.answer import Answered, Asked, Decoding, answer
from kvstudy.engine.prefill import CompressedContext, Unsupported, is_out_of_memory, prefill
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.prompt import Prompt, Prompter
from kvstudy.policies.build import build


@dataclass
class Runner:
    """The cells of a bundle with their paths; the model is loaded when the first shard is missing.

    Parameters
    ----------
    jobs : list of Job
        Cells of one experiment and model.
    model_folder, datasets, examples, work : Path
    depends : dict
        Hashes of the code, the model's files and the worked examples: part of every shard's name.
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
    loaded: "Loaded | None" = None

    def run(self) -> None:
        """Compute every shard that is missing."""
        self.shards = {job.cell: [] for job in self.jobs}
        self.computed = {job.cell: 0 for job in self.jobs}
        for part in dict.fromkeys(part for job in self.jobs for part in job.parts):
            self.run_part(part)

    def run_part(self, part: Part) -> None:
        """One dataset in one regime, for the cells that have it."""
        folder, size = self.datasets / part.dataset, self.jobs[0].shard
        contexts, questions = CONTEXTS.read(folder / "contexts.parquet"), QUESTIONS.read(folder / "questions.parquet")
        asked = dict(tuple(questions.groupby("context_id")))
        for first in range(0, len(contexts), size):
            rows = [(row, asked[row.context_id]) for row in contexts[first : first + size].itertuples()]
            content = [[row.context_id, row.passage, plain(table)] for row, table in rows]
            missing = {}
            for job in self.jobs:
                if part in job.parts:
                    name = shard_name({"content": content, **self.depends, **job.identity(part)})
                    self.shards[job.cell].append(self.work / name)
                    if not is_finished(self.work / name):
                        missing[self.work / name] = job
            if missing:
                self.compute(part, rows, missing)

    def compute(self, part: Part, rows: list[tuple], missing: dict[Path, Job]) -> None:
        """Answer the questions of some contexts in some cells, and write a shard for each of them."""
        self.loaded = self.loaded or Loaded(self.jobs[0], self.model_folder, self.examples)
        start = time.perf_counter()
        work = ShardWork(self.loaded, part, list(missing.values()))
        for context, questions in rows:
            work.add(context, questions)
        work.flush()
        seconds = (time.perf_counter() - start) / len(missing)
        for folder, job in missing.items():
            cost = {
                "seconds": seconds,
                "tokens": work.tokens[job.cell],
                "contexts": len(rows),
                "peak_memory_bytes": peak_memory(self.loaded.model.device),
            }
            write_shard(folder, work.facts[job.cell], cost)
            self.computed[job.cell] += 1


def plain(questions: pd.DataFrame) -> list[list]:
    """What a shard's name takes from the questions: ids, texts and evidence."""
    spans = [[[int(span["start"]), int(span["end"])] for span in spans] for spans in questions.evidence]
    return [list(row) for row in zip(questions.question_id, questions.question, spans, strict=True)]


def peak_memory(device: torch.device) -> int:
    """Largest memory this process has held, in bytes: on the GPU when there is one, else resident."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Loaded:
    """The model in memory, with its prompt and stop rule: what all cells of a bundle share."""

    def __init__(self, job: Job, model_folder: Path, examples: Path):
        self.model = load_model(model_folder, job.device, job.model["dtype"])
        self.tokenizer = load_tokenizer(model_folder)
        self.prompter = Prompter(self.tokenizer, job.model["prompt"], job.compress, examples)
        eos = self.model.generation_config.eos_token_id
        stops = tuple(self.stop_token(stop) for stop in job.model["stop"])
        self.decoding = Decoding(job.max_new_tokens, tuple(eos) if isinstance(eos, list) else (eos,), stops)
        self.budget = job.batch_tokens

    def stop_token(self, stop: str) -> int:
        """The one token of a stop text; exits with a message when it is several."""
        tokens = self.tokenizer.encode(stop, add_special_tokens=False)
        if len(tokens) != 1:
            sys.exit(f"the stop text {stop!r} is {len(tokens)} tokens of this model; it must be one")
        return tokens[0]


@dataclass
class Pending:
    """A compressed context that waits for its answers, with what its rows are labelled with."""

    asked: Asked
    labels: dict
    prompt: Prompt
    question_ids: list[str]
    evidence: list[list[int]]


class ShardWork:
    """The facts of some contexts in some cells, as they come in."""

    def __init__(self, loaded: Loaded, part: Part, jobs: list[Job]):
        self.loaded, self.part, self.jobs = loaded, part, jobs
        self.facts = {job.cell: Facts() for job in jobs}
        self.tokens = {job.cell: 0 for job in jobs}
        self.pending: list[Pending] = []

    def add(self, context: pd.Series, questions: pd.DataFrame) -> None:
        """Prefill a context once, compress it for every cell, and queue its questions."""
        prompter = self.loaded.prompter
        prompt = prompter.context(context.passage, questions.question.tolist(), self.part.regime)
        spans = [[] if self.part.regime == CONTROL else spans for spans in questions.evidence]
        evidence = [prompt.positions([(span["start"], span["end"]) for span in of]) for of in spans]
        suffixes = [prompter.question(question) for question in questions.question]
        ids = questions.question_id.tolist()
        for job, compressed in zip(self.jobs, self.compress(prompt), strict=True):
            labels = self.labels(job, context.context_id)
            self.tokens[job.cell] += len(prompt.tokens)
            if isinstance(compressed, CompressedContext):
                asked = Asked(compressed, suffixes, marked(evidence, len(prompt.tokens)))
                self.pending.append(Pending(asked, labels, prompt, ids, evidence))
                if sum(pending.asked.tokens for pending in self.pending) >= self.loaded.budget:
                    self.flush()
            else:
                state = "unsupported" if isinstance(compressed, Unsupported) else "out_of_memory"
                add_state(self.facts[job.cell], labels, prompt, state, str(compressed), 0.0)

    def labels(self, job: Job, context_id: str) -> dict:
        """What every row of one context in one cell is labelled with."""
        return {
            "cell": job.cell,
            "dataset": self.part.dataset,
            "regime": self.part.regime,
            "compress": job.compress,
            "context_id": context_id,
        }

    def compress(self, prompt: Prompt) -> list[CompressedContext | Exception]:
        """The context as each cell's policy leaves it, or why it has none."""
        presses = [build(job.policy, job.ratio) if job.policy else None for job in self.jobs]
        together = self.prefill(prompt, presses)
        if len(presses) > 1 and isinstance(together[0], MemoryError):
            return [self.prefill(prompt, [press])[0] for press in presses]
        return together

    def prefill(self, prompt: Prompt, presses: list[BasePress | None]) -> list[CompressedContext | Exception]:
        """One prefill; when memory runs out, that is what becomes of every press."""
        try:
            return prefill(self.loaded.model, prompt.tokens, prompt.region, presses, self.jobs[0].seed)
        except RuntimeError as error:
            return [out_of_memory(error)] * len(presses)

    def flush(self) -> None:
        """Answer everything that is queued; when memory runs out, in halves, down to one context at a time."""
        pending, self.pending = self.pending, []
        if not pending:
            return
        try:
            answered = answer(self.loaded.model, [one.asked for one in pending], self.loaded.decoding)
        except RuntimeError as error:
            failure = out_of_memory(error)
            if len(pending) == 1:
                (one,) = pending
                add_state(self.facts[one.labels["cell"]], one.labels, one.prompt, "out_of_memory", str(failure), 0.0)
                return
            self.loaded.budget = max(1, sum(one.asked.tokens for one in pending) // 2)
            for half in (pending[: len(pending) // 2], pending[len(pending) // 2 :]):
                self.pending = half
                self.flush()
            return
        for one, result in zip(pending, answered, strict=True):
            self.record(one, result)

    def record(self, one: Pending, result: Answered) -> None:
        """Add the facts of one answered context."""
        labels, asked, cell = one.labels, one.asked, one.labels["cell"]
        facts = self.facts[cell]
        add_state(facts, labels, one.prompt, "ok", "", asked.context.achieved_ratio())
        texts = [text(self.loaded.tokenizer, found) for found in result.answers]
        add_answers(facts, labels, one.question_ids, asked.questions, one.evidence, result.answers, texts)
        if self.part.regime != CONTROL:
            add_survivors(facts, labels, asked.context)
            add_attention(facts, labels, one.question_ids, result.trace)
        self.tokens[cell] += asked.tokens + sum(len(found.tokens) for found in result.answers)


def out_of_memory(error: RuntimeError) -> MemoryError:
    """What becomes of a context for which memory ran out; any other error is a bug and is raised again."""
    if not is_out_of_memory(error):
        raise error
    print(f"out of memory: {error}", file=sys.stderr, flush=True)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return MemoryError("out of memory")


def marked(evidence: list[list[int]], length: int) -> torch.Tensor:
    """(questions, length) bool from positions."""
    mask = torch.zeros(len(evidence), length, dtype=torch.bool)
    for row, positions in enumerate(evidence):
        mask[row, positions] = True
    return mask
