"""Run one cell: every part, shard by shard, each context on its own."""

import resource
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch

from kvstudy.cells.facts import Facts, add_answers, add_attention, add_state, add_survivors
from kvstudy.cells.job import Job, Part
from kvstudy.cells.shards import shard_name, write_shard
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.vocabulary import CONTROL
from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import Unsupported, prefill
from kvstudy.engine.trace import AttentionTrace
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.prompt import Prompter
from kvstudy.policies.build import build


@dataclass
class Runner:
    """A job with its paths; the model is loaded when the first shard is missing.

    Parameters
    ----------
    job : Job
    model_folder, datasets, examples, work : Path
    depends : dict
        Hashes of the code, the model's files and the worked examples: part of every shard's name.
    """

    job: Job
    model_folder: Path
    datasets: Path
    examples: Path
    work: Path
    depends: dict
    computed: int = 0
    loaded: "Loaded | None" = None

    def run(self) -> list[Path]:
        """Compute what is missing; the folders of all shards, in order."""
        return [folder for part in self.job.parts for folder in self.run_part(part)]

    def run_part(self, part: Part) -> list[Path]:
        """The shards of one dataset in one regime."""
        folder = self.datasets / part.dataset
        contexts, questions = CONTEXTS.read(folder / "contexts.parquet"), QUESTIONS.read(folder / "questions.parquet")
        asked = dict(tuple(questions.groupby("context_id")))
        shards = []
        for first in range(0, len(contexts), self.job.shard):
            rows = [(row, asked[row.context_id]) for row in contexts[first : first + self.job.shard].itertuples()]
            content = [[row.context_id, row.passage, plain(table)] for row, table in rows]
            name = shard_name({"content": content, **self.depends, **self.job.identity(part)})
            shards.append(self.work / name)
            if not shards[-1].is_dir():
                self.compute(part, rows, shards[-1])
        return shards

    def compute(self, part: Part, rows: list[tuple], folder: Path) -> None:
        """Answer the questions of some contexts and write them as one shard."""
        self.loaded = self.loaded or Loaded(self.job, self.model_folder, self.examples)
        facts, tokens, start = Facts(), 0, time.perf_counter()
        for context, questions in rows:
            tokens += self.loaded.context(facts, part, context, questions)
        cost = {
            "seconds": time.perf_counter() - start,
            "tokens": tokens,
            "contexts": len(rows),
            "peak_memory_bytes": peak_memory(self.loaded.model.device),
        }
        write_shard(folder, facts, cost)
        self.computed += 1


def plain(questions: pd.DataFrame) -> list[list]:
    """What a shard's name takes from the questions: ids, texts and evidence."""
    return [
        [q.question_id, q.question, [[int(s["start"]), int(s["end"])] for s in q.evidence]]
        for q in questions.itertuples()
    ]


def peak_memory(device: torch.device) -> int:
    """Largest memory this process has held, in bytes: on the GPU when there is one, else resident."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Loaded:
    """The model in memory, with the job's prompt, policy and stop rule."""

    def __init__(self, job: Job, model_folder: Path, examples: Path):
        self.job = job
        self.model = load_model(model_folder, job.device, job.model["dtype"])
        self.tokenizer = load_tokenizer(model_folder)
        self.prompter = Prompter(self.tokenizer, job.model["prompt"], job.compress, examples)
        self.press = build(job.policy, job.ratio) if job.policy else None
        eos = self.model.generation_config.eos_token_id
        stops = tuple(self.tokenizer.encode(text, add_special_tokens=False)[0] for text in job.model["stop"])
        self.decoding = Decoding(job.max_new_tokens, tuple(eos) if isinstance(eos, list) else (eos,), stops)

    def context(self, facts: Facts, part: Part, context: pd.Series, questions: pd.DataFrame) -> int:
        """Add the facts of one context; returns the tokens that the model ran."""
        labels = {
            "cell": self.job.cell,
            "dataset": part.dataset,
            "regime": part.regime,
            "compress": self.job.compress,
            "context_id": context.context_id,
        }
        prompt = self.prompter.context(context.passage, questions.question.tolist(), part.regime)
        control = part.regime == CONTROL
        spans = [[] if control else [(s["start"], s["end"]) for s in spans] for spans in questions.evidence]
        evidence = [prompt.positions(of) for of in spans]
        suffixes = [self.prompter.question(question) for question in questions.question]
        torch.manual_seed(self.job.seed)
        try:
            (compressed,) = prefill(self.model, prompt.tokens, prompt.region, [self.press])
            if isinstance(compressed, Unsupported):
                add_state(facts, labels, prompt, "unsupported", str(compressed), 0.0)
                return len(prompt.tokens)
            trace = AttentionTrace(marked(evidence, len(prompt.tokens)).to(self.model.device))
            (answers,) = answer(self.model, [Asked(compressed, suffixes, trace)], self.decoding)
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            add_state(facts, labels, prompt, "out_of_memory", str(error).splitlines()[0], 0.0)
            return len(prompt.tokens)
        ids = questions.question_id.tolist()
        add_state(facts, labels, prompt, "ok", "", compressed.achieved_ratio())
        add_answers(facts, labels, ids, suffixes, evidence, answers, self.tokenizer)
        if not control:
            add_survivors(facts, labels, compressed)
            add_attention(facts, labels, ids, trace)
        return len(prompt.tokens) + sum(map(len, suffixes)) + sum(len(a.tokens) for a in answers)


def marked(evidence: list[list[int]], length: int) -> torch.Tensor:
    """(questions, length) bool from positions."""
    mask = torch.zeros(len(evidence), length, dtype=torch.bool)
    for row, positions in enumerate(evidence):
        mask[row, positions] = True
    return mask
