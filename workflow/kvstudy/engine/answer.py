"""Answer all questions of one or more contexts greedily in one batch, over one copy of each compressed context."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel

from kvstudy.engine.attention import EVERYONE, NAME, Group
from kvstudy.engine.context import CompressedContext
from kvstudy.engine.hidden_states import reading_hidden_states
from kvstudy.engine.implementation import using_attention
from kvstudy.engine.reach import ReachSets
from kvstudy.engine.routes import Routes
from kvstudy.engine.trace import AttentionTrace

PASS_TOKENS = 1024  # of questions in one pass: more of them are no faster and take more memory


@dataclass
class Answer:
    """One generated answer.

    Parameters
    ----------
    tokens : list of int
        The generated tokens, the one that ended the answer included.
    stop : str
        eos, stop (a text from the config) or length.
    margins : list of float
        For each token the gap between the two best logits: how close the choice was.
    entropies : list of float
        For each token the entropy, in nats, of the distribution that it was taken from.
    """

    tokens: list[int] = field(default_factory=list)
    stop: str = "length"
    margins: list[float] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Decoding:
    """When an answer ends.

    Parameters
    ----------
    max_new_tokens : int
    eos : tuple of int
        The model's end tokens.
    stops : tuple of int
        Further tokens that end an answer.
    """

    max_new_tokens: int
    eos: tuple[int, ...]
    stops: tuple[int, ...] = ()

    def reason(self, token: int) -> str | None:
        """Why this token ends an answer, or None."""
        if token in self.eos:
            return "eos"
        return "stop" if token in self.stops else None


@dataclass
class Asked:
    """A compressed context with its questions.

    Parameters
    ----------
    context : CompressedContext
    questions : list of list of int
        The question parts of the prompts, in tokens.
    evidence : torch.Tensor
        (questions, context length) bool: the positions that state each question's answer.
    reach : ReachSets, optional
        Where routes are to be found, with what they lead to.
    limits : list of int, optional
        The most tokens of each answer; left out, as the decoding says.
    """

    context: CompressedContext
    questions: list[list[int]]
    evidence: torch.Tensor
    reach: ReachSets | None = None
    limits: list[int] | None = None

    @property
    def tokens(self) -> int:
        """Tokens of all questions, what they begin with counted once."""
        shared = common_start(self.questions)
        return shared + sum(len(question) - shared for question in self.questions)

    @property
    def held(self) -> int:
        """Tokens in memory while it is answered: the context's entries, a mean over layers, and its questions'."""
        layers = self.context.layers
        return sum(layer.keys.shape[1] for layer in layers) // len(layers) + self.tokens


@dataclass
class Answered:
    """The answers to a context's questions, and what was attended to as they began.

    `hidden_states`, where they were to be kept: (questions, layers + 1, hidden size) float16, the embedding first.
    `routes`, where they were to be found: how all tokens of the questions came to their targets.
    """

    answers: list[Answer]
    trace: AttentionTrace
    routes: Routes | None = None
    hidden_states: torch.Tensor | None = None


@dataclass
class Row:
    """A question that is being answered: its group, its place there, its next position, its answer and its limit."""

    group: int
    question: int
    position: int
    answer: Answer
    limit: int


def answer(model: PreTrainedModel, batch: list[Asked], decoding: Decoding, keep_hidden: bool = False) -> list[Answered]:
    """Greedy answers of every question, with what its last prompt token and its first tokens attended to.

    One entry a context. Positions continue from where each context ends; a question leaves the batch when its answer
    ends. What is computed for one context does not depend on which others are in the batch, up to the rounding of the
    model's linear layers. With `keep_hidden` the hidden states of the questions' last tokens come with the answers.
    """
    results = [prepare(asked, asked.evidence.to(model.device)) for asked in batch]
    groups = [Group(asked.context, to.trace, to.routes) for asked, to in zip(batch, results, strict=True)]
    rows = [
        Row(g, q, asked.context.next_position() + len(question), results[g].answers[q], limit)
        for g, asked in enumerate(batch)
        for q, (question, limit) in enumerate(zip(asked.questions, limits(asked, decoding), strict=True))
    ]
    with using_attention(model, NAME):
        asked = [ask(model, batch[of], groups[of], results[of] if keep_hidden else []) for of in passes(batch)]
        logits = torch.cat(asked)
        while rows := take(rows, logits, decoding):
            logits = step(model, groups, rows)
    return results


def limits(asked: Asked, decoding: Decoding) -> list[int]:
    """The most tokens of each answer."""
    return asked.limits or [decoding.max_new_tokens] * len(asked.questions)


def prepare(asked: Asked, evidence: torch.Tensor) -> Answered:
    """What is to be filled for a context: no tokens yet, and nothing traced."""
    routes = None if asked.reach is None else Routes(asked.reach)
    return Answered([Answer() for _ in asked.questions], AttentionTrace(evidence), routes)


def passes(batch: list[Asked]) -> Iterator[slice]:
    """The contexts whose questions run in one pass: as many as have PASS_TOKENS, at least one."""
    start, tokens = 0, 0
    for index, asked in enumerate(batch):
        if tokens and tokens + asked.tokens > PASS_TOKENS:
            yield slice(start, index)
            start, tokens = index, 0
        tokens += asked.tokens
    yield slice(start, len(batch))


def ask(model: PreTrainedModel, batch: list[Asked], groups: list[Group], results: list[Answered]) -> torch.Tensor:
    """Run all questions; (questions, vocabulary) logits of the first answer tokens.

    The hidden states go into `results`, if there are any.
    """
    tokens, positions, last = [], [], []
    for asked, group in zip(batch, groups, strict=True):
        start, first = len(tokens), asked.context.next_position()
        shared = common_start(asked.questions)
        tokens += asked.questions[0][:shared]
        positions += range(first, first + shared)
        owners = [EVERYONE] * shared
        for index, question in enumerate(asked.questions):
            tokens += question[shared:]
            positions += range(first + shared, first + len(question))
            owners += [index] * (len(question) - shared)
            group.asked.append(len(tokens) - start - 1)
        last += [start + end for end in group.asked]
        at = torch.tensor(positions[start:], device=model.device)
        group.append(torch.tensor(owners, device=model.device), at, start)
    with reading_hidden_states(model, last) if results else nullcontext() as states:
        logits = forward(model, groups, tokens, positions, last)
    if results:
        shares = torch.stack(states, dim=1).split([len(asked.questions) for asked in batch])
        for result, share in zip(results, shares, strict=True):
            result.hidden_states = share
    for group in groups:
        group.asked = []
    return logits


def common_start(questions: list[list[int]]) -> int:
    """How many tokens all questions begin with, the last of each left out: these are computed once."""
    if len(questions) == 1:
        return 0
    longest = min(map(len, questions)) - 1
    return next((n for n in range(longest) if len({question[n] for question in questions}) > 1), longest)


def step(model: PreTrainedModel, groups: list[Group], rows: list[Row]) -> torch.Tensor:
    """Append each row's newest token; (rows, vocabulary) logits of the next."""
    live = []
    for index, group in enumerate(groups):
        own = [place for place, row in enumerate(rows) if row.group == index]
        if own:
            questions = [rows[place].question for place in own]
            at = torch.tensor([rows[place].position for place in own], device=model.device)
            group.append(torch.tensor(questions, device=model.device), at, own[0])
            group.looks = group.trace.next_looks(questions)
            live.append(group)
    tokens, positions = [row.answer.tokens[-1] for row in rows], [row.position for row in rows]
    for row in rows:
        row.position += 1
    return forward(model, live, tokens, positions, list(range(len(rows))))


def forward(
    model: PreTrainedModel, groups: list[Group], tokens: list[int], positions: list[int], wanted: list[int]
) -> torch.Tensor:
    """One pass over all new tokens; (wanted, vocabulary) logits at the wanted ones."""
    output = model(
        input_ids=torch.tensor([tokens], device=model.device),
        position_ids=torch.tensor([positions], device=model.device),
        use_cache=False,
        logits_to_keep=torch.tensor(wanted, device=model.device),
        groups=groups,
    )
    return output.logits[0].float()


def take(rows: list[Row], logits: torch.Tensor, decoding: Decoding) -> list[Row]:
    """Append every row's best token; the rows whose answers go on."""
    best = logits.topk(2, dim=-1)
    tokens = best.indices[:, 0].tolist()
    margins = (best.values[:, 0] - best.values[:, 1]).tolist()
    terms = torch.special.entr(logits.softmax(-1))
    # row by row: how several threads share the sum of all rows depends on how many there are
    entropies = torch.stack([row.sum() for row in terms]).tolist()
    going = []
    for row, token, margin, entropy in zip(rows, tokens, margins, entropies, strict=True):
        row.answer.tokens.append(token)
        row.answer.margins.append(margin)
        row.answer.entropies.append(entropy)
        reason = decoding.reason(token)
        if reason:
            row.answer.stop = reason
        elif len(row.answer.tokens) < row.limit:
            going.append(row)
    return going
