"""Answer all questions of a context greedily in one batch, over one copy of its compressed keys and values."""

from dataclasses import dataclass, field

import torch
from transformers import DynamicCache, PreTrainedModel

from kvstudy.engine.attention import sharing_context
from kvstudy.engine.prefill import CompressedContext
from kvstudy.engine.trace import AttentionTrace


@dataclass
class Answer:
    """One generated answer.

    Parameters
    ----------
    tokens : list of int
        The generated tokens, the one that ended the answer included.
    stop : str
        eos, stop (a text from the config) or length.
    margin : float
        The smallest gap between the two best logits over the generated tokens: how close the closest choice was.
    """

    tokens: list[int] = field(default_factory=list)
    stop: str = "length"
    margin: float = torch.inf


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


def answer(
    model: PreTrainedModel,
    context: CompressedContext,
    questions: list[list[int]],
    decoding: Decoding,
    trace: AttentionTrace | None = None,
) -> list[Answer]:
    """Greedy answers, one a question.

    Questions of different lengths are padded on the left; positions continue from the context's full length, and a
    row leaves the batch when its answer ends.

    Parameters
    ----------
    model : PreTrainedModel
    context : CompressedContext
    questions : list of list of int
        The question parts of the prompts, in tokens.
    decoding : Decoding
    trace : AttentionTrace, optional
        Takes the attention of every last prompt token.
    """
    answers = [Answer() for _ in questions]
    live = list(range(len(questions)))
    batch = Batch(model, context, questions)
    with sharing_context(model):
        logits = batch.start(trace)
        while True:
            best = logits.float().topk(2, dim=-1)
            chosen = best.indices[:, 0].tolist()
            margins = (best.values[:, 0] - best.values[:, 1]).tolist()
            going = []
            for row, index in enumerate(live):
                result = answers[index]
                result.tokens.append(chosen[row])
                result.margin = min(result.margin, margins[row])
                reason = decoding.reason(chosen[row])
                if reason:
                    result.stop = reason
                elif len(result.tokens) < decoding.max_new_tokens:
                    going.append(row)
            if not going:
                return answers
            live = [live[row] for row in going]
            logits = batch.step(going, [chosen[row] for row in going])


class Batch:
    """The rows that are still being answered: their suffix cache, positions and masks."""

    def __init__(self, model: PreTrainedModel, context: CompressedContext, questions: list[list[int]]):
        longest = max(map(len, questions))
        self.model = model
        self.context = context
        self.cache = DynamicCache()
        padding = torch.tensor([longest - len(q) for q in questions], device=model.device)
        filled = [[0] * (longest - len(q)) + q for q in questions]
        self.ids = torch.tensor(filled, device=model.device)
        column = torch.arange(longest, device=model.device)
        self.real = column >= padding.unsqueeze(1)  # (rows, suffix)
        self.positions = (context.length + column - padding.unsqueeze(1)).clamp_min(context.length)

    def start(self, trace: AttentionTrace | None) -> torch.Tensor:
        """Run the questions; (rows, vocabulary) logits of the first answer token."""
        length = self.ids.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool, device=self.ids.device).tril()
        mask = causal & self.real.unsqueeze(1)
        return self.forward(self.ids, self.positions, mask, trace)

    def step(self, rows: list[int], tokens: list[int]) -> torch.Tensor:
        """Keep these rows, append one token to each; (rows, vocabulary) logits of the next."""
        kept = torch.tensor(rows, device=self.ids.device)
        self.cache.batch_select_indices(kept)
        self.positions = self.positions[kept, -1:] + 1
        self.real = torch.nn.functional.pad(self.real[kept], (0, 1), value=True)
        ids = torch.tensor(tokens, device=self.ids.device).unsqueeze(1)
        return self.forward(ids, self.positions, self.real.unsqueeze(1), None)

    def forward(
        self, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, trace: AttentionTrace | None
    ) -> torch.Tensor:
        """One pass; the mask is (rows, tokens, suffix)."""
        output = self.model(
            input_ids=ids,
            position_ids=positions,
            attention_mask=mask.unsqueeze(1),
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
            shared_context=self.context,
            attention_trace=trace,
        )
        return output.logits[:, -1]
