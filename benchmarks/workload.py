"""What is answered: contexts of a given length with questions, the same text for every contender."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from kvstudy.cells.answering import marked
from kvstudy.datasets.generators import passages
from kvstudy.datasets.passages import Passage
from kvstudy.models.prompt import Prompter
from kvstudy.policies.build import build

RESOURCES = Path("resources")
EXAMPLES = RESOURCES / "prompts" / "examples.json"
SEED = 1
TOKENS_PER_PASSAGE, QUESTIONS_PER_PASSAGE = 200, 6  # of the dataset `base`, at least
NEW_TOKENS, QUESTIONS = 24, 8
POLICIES = {
    "snapkv": {"press": "SnapKVPress", "arguments": {"window_size": 16}},
    "streaming-llm": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}},
}


@dataclass(frozen=True)
class Cell:
    """A policy at a ratio; no policy at ratio 0."""

    policy: str | None
    ratio: float

    def press(self) -> object:
        """A new press."""
        return build(POLICIES[self.policy], self.ratio) if self.policy else None


ONE_CELL = [Cell("snapkv", 0.5)]
SWEEP = [Cell(None, 0.0)] + [Cell(policy, tenths / 10) for tenths in range(1, 10) for policy in POLICIES]


@dataclass(frozen=True)
class Ending:
    """When answers end, after NEW_TOKENS at most: at these tokens, or never before."""

    name: str
    stops: tuple[int, ...] = ()


FIXED = Ending(f"{NEW_TOKENS} tokens")


def short(tokenizer: PreTrainedTokenizerFast) -> Ending:
    """Answers end with their line."""
    (newline,) = tokenizer.encode("\n", add_special_tokens=False)
    return Ending("newline", (tokenizer.eos_token_id, newline))


@dataclass(frozen=True)
class Workload:
    """A context with questions.

    Parameters
    ----------
    length : int
        The length that was asked for, in tokens; the context's own may differ from it by one or two.
    text : str
        The context without the model's first token, which kvpress's pipeline adds.
    tokens : list of int
        The context, first token included.
    questions : list of str
        Without "\\nAnswer:", which the pipeline adds.
    suffixes : list of list of int
        The questions in tokens, "\\nAnswer:" included.
    evidence : torch.Tensor
        (questions, context tokens) bool: where the context states each answer.
    """

    length: int
    text: str
    tokens: list[int]
    questions: list[str]
    suffixes: list[list[int]]
    evidence: torch.Tensor

    def asking(self, count: int) -> "Workload":
        """The same context with its first questions only."""
        kept = slice(count)
        return replace(self, questions=self.questions[kept], suffixes=self.suffixes[kept], evidence=self.evidence[kept])


@dataclass(frozen=True)
class Task:
    """What a contender is given: a workload to answer in some cells."""

    work: Workload
    cells: list[Cell]
    ending: Ending


class Prompts:
    """Makes workloads for one tokenizer: contexts and questions in the study's own prompt format."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast):
        self.prompter = Prompter(tokenizer, "examples", "context", EXAMPLES)

    def workloads(self, length: int, count: int, questions: int) -> list[Workload]:
        """`count` contexts of `length` tokens, the worked examples included, with so many questions each."""
        each = max(length // TOKENS_PER_PASSAGE, questions // QUESTIONS_PER_PASSAGE) + 1
        drawn = list(passages("base", each * count, SEED, RESOURCES))
        return [self.workload(drawn[i * each : (i + 1) * each], length, questions) for i in range(count)]

    def workload(self, drawn: list[Passage], length: int, questions: int) -> Workload:
        """Passages end to end, cut at the length, and their first questions."""
        text, asked, spans = "", [], []
        for passage in drawn:
            asked += [question.text for question in passage.questions]
            spans += [shifted(question.evidence, len(text)) for question in passage.questions]
            text += passage.text + " "
        asked, spans = asked[:questions], spans[:questions]
        uncut = self.prompter.context(text, [], "agnostic")
        text = text[: uncut.offsets[length - 1][1] - uncut.passage_start]
        prompt, form = self.prompter.context(text, [], "agnostic"), self.prompter.form
        return Workload(
            length=length,
            text=form.context(text, []).removeprefix(self.prompter.tokenizer.bos_token),
            tokens=prompt.tokens,
            questions=[form.question(question).removesuffix("\nAnswer:") for question in asked],
            suffixes=[self.prompter.question(question) for question in asked],
            evidence=marked([prompt.positions(of) for of in spans], len(prompt.tokens)),
        )


def shifted(spans: tuple[tuple[int, int], ...], by: int) -> list[tuple[int, int]]:
    """[start, end) spans, further back in a longer text."""
    return [(start + by, end + by) for start, end in spans]
