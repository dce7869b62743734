"""The contenders: kvpress's pipeline in its two modes, and the engine. Each answers a workload in some cells."""

from dataclasses import dataclass

from kvpress import KVPressTextGenerationPipeline
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from benchmarks.clock import now
from benchmarks.models import Source
from benchmarks.workload import NEW_TOKENS, Cell, Ending, Task, Workload
from kvstudy.config.model import Execution
from kvstudy.engine.answer import Answer, Answered, Asked, Decoding, answer
from kvstudy.engine.context import CompressedContext
from kvstudy.engine.prefill import prefill

SINGLE, MULTI = "kvpress per question", "kvpress multi-question"
PACKED, ENGINE = "kvpress multi-question, packed", "kvstudy"


@dataclass(frozen=True)
class Run:
    """What a contender did.

    Parameters
    ----------
    seconds : float
    texts : list of list of str
        Each cell's answers.
    lengths : list of int or None
        Tokens of each answer, cell by cell, if the contender says them.
    """

    seconds: float
    texts: list[list[str]]
    lengths: list[int] | None = None


class Pipeline:
    """kvpress's pipeline; with `per_question` one call a question, as kvpress's evaluation runs it."""

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, per_question: bool):
        self.model, self.tokenizer = model, tokenizer
        self.pipeline = KVPressTextGenerationPipeline(model=model, tokenizer=tokenizer)
        self.per_question = per_question

    def run(self, task: Task) -> Run:
        """Each cell by itself, from its own prefill."""
        self.model.generation_config.eos_token_id = list(task.ending.stops)
        start = now()
        texts = [self.answers(task.work, cell) for cell in task.cells]
        return Run(now() - start, texts)

    def answers(self, work: Workload, cell: Cell) -> list[str]:
        """One cell's answers."""
        calls = [[question] for question in work.questions] if self.per_question else [work.questions]
        options = {"answer_prefix": "Answer:", "press": cell.press(), "max_new_tokens": NEW_TOKENS}
        return [text for asked in calls for text in self.pipeline(work.text, questions=asked, **options)["answers"]]


class Engine:
    """kvstudy's engine: one prefill for all cells, all questions in one batch, traces taken on the way."""

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast):
        self.model, self.tokenizer = model, tokenizer

    def run(self, task: Task) -> Run:
        """All cells over one prefill, survivors and attention included."""
        start = now()
        contexts = self.compress(task.work, task.cells)
        batches = in_batches([Asked(context, task.work.suffixes, task.work.evidence) for context in contexts])
        found = [one.answers for batch in batches for one in self.answer(batch, task.ending)]
        for context in contexts:
            context.achieved_ratio()
        texts = [[self.text(one) for one in answers] for answers in found]
        return Run(now() - start, texts, [len(one.tokens) for answers in found for one in answers])

    def compress(self, work: Workload, cells: list[Cell]) -> list[CompressedContext]:
        """The context as each cell leaves it; as in kvpress all of it may be evicted."""
        return prefill(self.model, work.tokens, (0, len(work.tokens)), [cell.press() for cell in cells])

    def answer(self, batch: list[Asked], ending: Ending) -> list[Answered]:
        """Answers of one batch."""
        return answer(self.model, batch, Decoding(NEW_TOKENS, eos=ending.stops))

    def text(self, one: Answer) -> str:
        """An answer's text."""
        return self.tokenizer.decode(one.tokens, skip_special_tokens=True)


def in_batches(asked: list[Asked]) -> list[list[Asked]]:
    """Batches of the size that a study has by default."""
    batches: list[list[Asked]] = [[]]
    for one in asked:
        if sum(other.held for other in batches[-1]) >= Execution().batch_tokens:
            batches.append([])
        batches[-1].append(one)
    return batches


def contender(name: str, source: Source) -> Pipeline | Engine:
    """One contender with a model of its own."""
    model, tokenizer = source.model(plain=name in (MULTI, SINGLE)), source.tokenizer()
    if name == ENGINE:
        return Engine(model, tokenizer)
    return Pipeline(model, tokenizer, per_question=name == SINGLE)


def contenders(source: Source) -> dict[str, Pipeline | Engine]:
    """All contenders, over the plain and the packed model where these differ."""
    tokenizer = source.tokenizer()
    plain = source.model(plain=True)
    packed = source.model(plain=False) if source.packs else plain
    found = {SINGLE: Pipeline(plain, tokenizer, True), MULTI: Pipeline(plain, tokenizer, False)}
    if source.packs:
        found[PACKED] = Pipeline(packed, tokenizer, False)
    return {**found, ENGINE: Engine(packed, tokenizer)}
