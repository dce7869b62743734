"""The one prompt path: the part that is compressed, then the question part.

Two formats for questions about a passage. `chat` is the papers' (arXiv 2603.01426, Appendix A), in a user turn of the
model's own chat template, cut where the passage ends exactly as kvpress's pipeline cuts it. `examples` is plain
completion after worked examples, which a small model needs. Both know two regimes: question-agnostic, and
question-aware, where all the passage's questions stand before it in the compressed part. Two controls leave the passage
out: `no_context` keeps the rest, `question_only` has nothing before the question part but what starts a text: the
beginning-of-sequence token or the head of the turn. Where a tokenizer has neither it is a line break, since a context
has at least one token.

A third format, `system`, is that of arXiv 2510.00231 for requests under a system prompt: the compressed part is the
system turn with all its marks, the other part is what the chat template puts behind it with the user's turn.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerFast

from kvstudy.contracts.vocabulary import CONTROLS, QUESTION_ONLY

INSTRUCTION = "Read the following text and answer briefly based on it. Return only the answer. Do not generate extra. "
TEMPLATE = {
    "add_generation_prompt": True,
    "enable_thinking": False,
    "strftime_now": datetime(2024, 7, 26).strftime,  # some templates write the day; a prompt may not change overnight
}
ANNOUNCEMENT = "You will be given one of the following questions: "


class NoSystemTurn(ValueError):
    """A chat template without a system turn of its own, to which a user's turn can be appended."""


class ControlToken(ValueError):
    """A text of a dataset that holds what the model reads as a mark of its own, such as the end of a turn."""


@dataclass(frozen=True)
class Prompt:
    """A context in tokens.

    Parameters
    ----------
    tokens : list of int
        The context, template tokens included.
    region : tuple of int
        [start, end) of the tokens that may be evicted.
    offsets : list of tuple
        For every token its [start, end) in characters of the context's text.
    passage_start : int
        Where the passage starts in the context's text, in characters.
    """

    tokens: list[int]
    region: tuple[int, int]
    offsets: list[tuple[int, int]]
    passage_start: int

    def positions(self, spans: list[tuple[int, int]]) -> list[int]:
        """Positions of the tokens that overlap any of the passage's character spans [start, end), ascending."""
        shifted = [(start + self.passage_start, end + self.passage_start) for start, end in spans]
        return [i for i, (a, b) in enumerate(self.offsets) if any(a < end and b > start for start, end in shifted)]


class Prompter:
    """Turns passages and questions into tokens, in one format for one model.

    Parameters
    ----------
    tokenizer : PreTrainedTokenizerFast
    form : str
        chat, examples or system.
    compress : str
        context (everything may be evicted) or passage (what stands around it is protected).
    examples : Path
        The worked examples: `{"instruction": text, "passages": [{"passage", "questions": [{"question", "answer"}]}]}`.

    Raises
    ------
    NoSystemTurn
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast, form: str, compress: str, examples: Path):
        self.tokenizer = tokenizer
        self.compress = compress
        self.control = sorted({token.content for token in tokenizer.added_tokens_decoder.values() if token.special})
        if form == "system":
            self.form = System(tokenizer)
        elif form == "chat":
            self.form = Chat(tokenizer)
        else:
            self.form = Examples(tokenizer, json.loads(examples.read_text()))

    def context(self, passage: str, questions: list[str], regime: str) -> Prompt:
        """The part that is compressed; of the controls, what stands before the question. Raises `ControlToken`."""
        passage = "" if regime in CONTROLS else passage
        self.check(passage, *questions)
        if regime == QUESTION_ONLY:
            text = self.form.start() or "\n"
        else:
            text = self.form.context(passage, questions if regime == "aware" else [])
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        start = text.rindex(passage) if passage else len(text)
        first = next((i for i, (_, end) in enumerate(encoded.offset_mapping) if end > start), len(encoded.input_ids))
        whole = self.compress == "context" and bool(passage)
        region = (0 if whole else first, len(encoded.input_ids))
        return Prompt(encoded.input_ids, region, encoded.offset_mapping, start)

    def question(self, question: str) -> list[int]:
        """The part that follows the compressed context, up to where the model answers. Raises `ControlToken`."""
        self.check(question)
        return self.tokenizer.encode(self.form.question(question), add_special_tokens=False)

    def check(self, *texts: str) -> None:
        """Refuse texts that hold a special token: one would end a turn, or begin another, in the middle of a text."""
        for token in self.control:
            if any(token in text for text in texts):
                raise ControlToken(f"the text {token!r} is a control token of this model, and may not be in a dataset")


class Chat:
    """The papers' prompt in a user turn of the model's chat template."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast):
        self.tokenizer = tokenizer

    def start(self) -> str:
        """The head of a user turn; a template may put a system message of its own before it."""
        return self.split("")[0]

    def context(self, passage: str, questions: list[str]) -> str:
        """The user turn up to the end of the passage."""
        announced = ANNOUNCEMENT + " ".join(questions) + " " if questions else ""
        return self.split(INSTRUCTION + announced + passage)[0]

    def question(self, question: str) -> str:
        """The question, the end of the turn and the head of the answer."""
        return question + self.split(INSTRUCTION)[1]

    def split(self, content: str) -> tuple[str, str]:
        """The templated turn, before and after the end of its content."""
        mark = "#" * (len(content) + 10)
        turn = [{"role": "user", "content": content + mark}]
        before, after = self.tokenizer.apply_chat_template(turn, tokenize=False, **TEMPLATE).split(mark)
        return before, after


class System:
    """A system turn, and a user's turn behind it."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast):
        self.tokenizer = tokenizer
        system, rest = self.split("Be brief.", "Hello.")
        alone, behind, whole = (
            tokenizer.encode(text, add_special_tokens=False) for text in (system, rest, system + rest)
        )
        if alone + behind != whole:
            raise NoSystemTurn("the tokens at the end of a system turn depend on what follows it")

    def context(self, content: str, requests: list[str]) -> str:
        """The system turn with its marks; the requests are not announced."""
        return self.split(content, "Hello.")[0]

    def question(self, request: str) -> str:
        """The user's turn and the head of the answer."""
        return self.split("Be brief.", request)[1]

    def split(self, content: str, request: str) -> tuple[str, str]:
        """The system turn, and what follows it."""
        system, user = {"role": "system", "content": content}, {"role": "user", "content": request}
        try:
            alone = self.tokenizer.apply_chat_template(
                [system], tokenize=False, **{**TEMPLATE, "add_generation_prompt": False}
            )
            whole = self.tokenizer.apply_chat_template([system, user], tokenize=False, **TEMPLATE)
        except (TemplateError, ValueError) as error:  # no template, or one that raises where it meets a system turn
            raise NoSystemTurn(f"it refuses a system turn ({error})") from None
        if content not in alone or not whole.startswith(alone):
            raise NoSystemTurn("a system turn does not stand by itself before the user's turn")
        return alone, whole.removeprefix(alone)


class Examples:
    """Completion after worked examples: instruction, answered passages, then the passage.

    The instruction is repeated with every question, because a small model forgets it over a passage. Questions that
    are known beforehand stand under a heading of their own, before the passage.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast, examples: dict):
        self.bos = tokenizer.bos_token or ""
        self.instruction = examples["instruction"] + "\n\n"
        self.shown = "".join(f"{self.answered(example)}\n\n" for example in examples["passages"])

    def start(self) -> str:
        """The beginning-of-sequence token, empty where the model has none."""
        return self.bos

    def answered(self, example: dict) -> str:
        """A worked example: its passage, its questions and their answers."""
        questions = (f"{self.question(q['question'])} {q['answer']}" for q in example["questions"])
        return f"Passage: {example['passage']}{''.join(questions)}"

    def context(self, passage: str, questions: list[str]) -> str:
        """Everything up to the end of the passage."""
        known = f"Questions about the next passage: {' '.join(questions)}\n\n" if questions else ""
        return f"{self.bos}{self.instruction}{self.shown}{known}Passage: {passage}"

    def question(self, question: str) -> str:
        """The question and the word that asks for its answer."""
        return f"\n\nAnswer with a few words from the passage.\nQuestion: {question}\nAnswer:"
