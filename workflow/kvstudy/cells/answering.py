"""Answer the questions of some contexts in some cells: one prefill a context, batches within a token budget."""

import sys
from dataclasses import dataclass

import pandas as pd
import torch
from kvpress import BasePress

from kvstudy.cells.facts import (
    Facts,
    add_answers,
    add_attention,
    add_decoded_attention,
    add_hidden_states,
    add_routes,
    add_spans,
    add_state,
    add_survivors,
)
from kvstudy.cells.floors import floors
from kvstudy.cells.job import Job, Setting
from kvstudy.cells.length import too_long
from kvstudy.cells.loaded import Loaded
from kvstudy.cells.spans import TokenSpans, places, token_spans
from kvstudy.contracts.instruction_classes import ATTACK
from kvstudy.contracts.vocabulary import CONTROLS
from kvstudy.engine.answer import Answered, Asked, answer
from kvstudy.engine.context import CompressedContext, Unsupported, is_out_of_memory
from kvstudy.engine.prefill import prefill
from kvstudy.engine.reach import ReachSets
from kvstudy.models.prompt import ControlToken, Prompt
from kvstudy.policies.build import build
from kvstudy.policies.variants import NothingToRepair, vary

OUT_OF_MEMORY = "out of memory"


@dataclass
class Pending:
    """A compressed context that waits for its answers, with what its rows are labelled with."""

    asked: Asked
    labels: dict
    prompt: Prompt
    question_ids: list[str]
    evidence: list[list[int]]
    spans: TokenSpans


class Answering:
    """The facts of some contexts in some cells, as they come in."""

    def __init__(self, loaded: Loaded, setting: Setting, jobs: list[Job]):
        self.loaded, self.setting, self.jobs = loaded, setting, jobs
        self.facts = {job.cell: Facts() for job in jobs}
        self.tokens = {job.cell: 0 for job in jobs}
        self.pending: list[Pending] = []

    def add(self, context: pd.Series, questions: pd.DataFrame, epsilons: list[float]) -> None:
        """Prefill a context once, compress it for every cell, and queue its questions.

        Routes to the evidence and to its floor are found for every epsilon; for none where there is no evidence.
        """
        prompter = self.loaded.prompter
        try:
            prompt = prompter.context(context.passage, questions.question.tolist(), self.setting.regime)
        except ControlToken as reason:
            sys.exit(f"{self.setting.dataset}: {context.context_id} or one of its questions: {reason}")
        stated = [[] if self.setting.regime in CONTROLS else of for of in questions.evidence]
        evidence = [prompt.positions([(span["start"], span["end"]) for span in of]) for of in stated]
        suffixes = [prompter.question(question) for question in questions.question]
        ids = questions.question_id.tolist()
        answers = limits(self.jobs[0], questions) or [self.jobs[0].max_new_tokens] * len(suffixes)
        if why := too_long(len(prompt.tokens), suffixes, answers, self.loaded.most):
            for job in self.jobs:
                add_state(self.facts[job.cell], self.labels(job, context.context_id), prompt, "too_long", why, None)
            return
        spans = token_spans(prompt, context)
        stating = marked(evidence, len(prompt.tokens))
        reach = None
        if epsilons and any(evidence):
            drawn = floors(evidence, prompt.positions([(0, len(context.passage))]), ids, self.jobs[0].seed)
            reach = ReachSets(torch.stack([stating, marked(drawn, len(prompt.tokens))]), epsilons)
        for job, compressed in zip(self.jobs, self.compress(prompt, spans, reach), strict=True):
            labels = self.labels(job, context.context_id)
            self.tokens[job.cell] += len(prompt.tokens)
            if isinstance(compressed, CompressedContext):
                asked = Asked(compressed, suffixes, stating, reach, limits(job, questions))
                self.pending.append(Pending(asked, labels, prompt, ids, evidence, spans))
                if sum(pending.asked.held for pending in self.pending) >= self.loaded.budget:
                    self.flush()
            else:
                state = "unsupported" if isinstance(compressed, Unsupported) else "out_of_memory"
                add_state(self.facts[job.cell], labels, prompt, state, str(compressed), None)

    def labels(self, job: Job, context_id: str) -> dict:
        """What every row of one context in one cell is labelled with."""
        return {
            "cell": job.cell,
            "dataset": self.setting.dataset,
            "regime": self.setting.regime,
            "compress": job.compress,
            "context_id": context_id,
        }

    def compress(
        self, prompt: Prompt, spans: TokenSpans, reach: ReachSets | None
    ) -> list[CompressedContext | Exception]:
        """The context as each cell's policy leaves it, or why it has none."""
        presses = [make_press(job, prompt, spans) for job in self.jobs]
        able = [press for press in presses if not isinstance(press, Unsupported)]
        together = self.prefill(prompt, able, reach) if able else []
        if len(able) > 1 and isinstance(together[0], MemoryError):
            together = [self.prefill(prompt, [press], reach)[0] for press in able]
        compressed = iter(together)
        return [press if isinstance(press, Unsupported) else next(compressed) for press in presses]

    def prefill(
        self, prompt: Prompt, presses: list[BasePress | None], reach: ReachSets | None
    ) -> list[CompressedContext | Exception]:
        """One prefill; when memory runs out, that is what becomes of every press."""
        try:
            return prefill(self.loaded.model, prompt.tokens, prompt.region, presses, self.jobs[0].seed, reach)
        except RuntimeError as error:
            return [out_of_memory(error)] * len(presses)

    def flush(self) -> None:
        """Answer everything that is queued; when memory runs out, in halves, down to one context at a time."""
        pending, self.pending = self.pending, []
        if not pending:
            return
        answered = self.answer(pending)
        if answered is not None:
            for one, result in zip(pending, answered, strict=True):
                self.record(one, result)
        elif len(pending) == 1:
            (one,) = pending
            add_state(self.facts[one.labels["cell"]], one.labels, one.prompt, "out_of_memory", OUT_OF_MEMORY, None)
        else:
            self.loaded.budget = max(1, sum(one.asked.held for one in pending) // 2)
            for half in (pending[: len(pending) // 2], pending[len(pending) // 2 :]):
                self.pending = half
                self.flush()

    def answer(self, pending: list[Pending]) -> list[Answered] | None:
        """The answers, or None when memory ran out; then all that was computed for them is free again."""
        keep_hidden = self.setting.dataset in self.jobs[0].hidden_states
        try:
            return answer(self.loaded.model, [one.asked for one in pending], self.loaded.decoding, keep_hidden)
        except RuntimeError as error:
            out_of_memory(error)
        return None

    def record(self, one: Pending, result: Answered) -> None:
        """Add the facts of one answered context."""
        labels, asked, cell = one.labels, one.asked, one.labels["cell"]
        facts = self.facts[cell]
        add_state(facts, labels, one.prompt, "ok", "", asked.context.achieved_ratio())
        texts = [self.loaded.text(found) for found in result.answers]
        add_answers(facts, labels, one.question_ids, asked.questions, one.evidence, result.answers, texts)
        if self.setting.regime not in CONTROLS:
            add_survivors(facts, labels, asked.context)
            add_spans(facts, labels, one.spans)
            add_attention(facts, labels, one.question_ids, result.trace)
            add_decoded_attention(facts, labels, one.question_ids, result.trace)
        if result.hidden_states is not None:
            add_hidden_states(facts, labels, one.question_ids, result.hidden_states)
        if result.routes is not None:
            add_routes(facts, labels, one.question_ids, result.routes)
        self.tokens[cell] += asked.tokens + sum(len(found.tokens) for found in result.answers)


def make_press(job: Job, prompt: Prompt, spans: TokenSpans) -> BasePress | Unsupported | None:
    """The cell's policy for one context, or why it has none; None where nothing is compressed."""
    if job.policy is None:
        return None
    try:
        return vary(build(job.policy, job.ratio), job.variant, places(spans, len(prompt.tokens)))
    except NothingToRepair as reason:
        return Unsupported(str(reason))


def limits(job: Job, questions: pd.DataFrame) -> list[int] | None:
    """The most tokens of each answer, where those to attacks have a limit of their own."""
    if job.max_attack_tokens is None:
        return None
    return [job.max_attack_tokens if kind == ATTACK else job.max_new_tokens for kind in questions.kind]


def out_of_memory(error: RuntimeError) -> MemoryError:
    """What becomes of a context for which memory ran out; any other error is a bug and is raised again."""
    if not is_out_of_memory(error):
        raise error
    print(f"out of memory: {error}", file=sys.stderr, flush=True)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return MemoryError(OUT_OF_MEMORY)


def marked(evidence: list[list[int]], length: int) -> torch.Tensor:
    """(questions, length) bool from positions."""
    mask = torch.zeros(len(evidence), length, dtype=torch.bool)
    for row, positions in enumerate(evidence):
        mask[row, positions] = True
    return mask
