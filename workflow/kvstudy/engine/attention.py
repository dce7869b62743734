"""Attention of many questions over shared compressed contexts.

A context's keys and values are held once, whatever the number of its questions; the questions' own tokens are appended
behind it. Tokens of all questions of all contexts stand in one row without padding: the model's linear layers run over
them together, and here each context attends on its own. Layers may keep different numbers of entries and heads may mask
different ones. Registered with transformers as an attention implementation, so that every model that uses its attention
interface runs unchanged.
"""

from dataclasses import dataclass, field

import torch
from torch import nn
from transformers import AttentionInterface

from kvstudy.engine.context import CompressedContext
from kvstudy.engine.trace import AttentionTrace

NAME = "kvstudy_shared_context"
EVERYONE = -1  # the owner of suffix entries that all questions of a context begin with


@dataclass
class Group:
    """A compressed context and the questions that are being answered over it.

    Parameters
    ----------
    context : CompressedContext
    trace : AttentionTrace
        Takes the attention of every question's last prompt token, in the first pass.
    suffix : dict
        Layer -> keys and values (KV heads, entries, head dimension) of the questions' tokens so far.
    owner : torch.Tensor
        (entries,) which question each suffix entry belongs to, or EVERYONE.
    at : torch.Tensor
        (entries,) rotary position of each suffix entry.
    tokens : slice
        Where the group's new tokens stand in the row of all new tokens.
    sees : torch.Tensor
        (new tokens, entries) bool: which suffix entries each new token sees.
    asked : list of int
        In the first pass, the index among the new tokens of each question's last one.
    """

    context: CompressedContext
    trace: AttentionTrace
    suffix: dict[int, tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict)
    owner: torch.Tensor | None = None
    at: torch.Tensor | None = None
    tokens: slice | None = None
    sees: torch.Tensor | None = None
    asked: list[int] = field(default_factory=list)

    def append(self, owners: torch.Tensor, at: torch.Tensor, start: int) -> None:
        """Announce new tokens by owner and position; they stand from `start` on in the row of all new tokens."""
        before = owners.new_empty(0) if self.owner is None else self.owner
        self.owner = torch.cat([before, owners])
        self.at = at if self.at is None else torch.cat([self.at, at])
        self.tokens = slice(start, start + len(owners))
        order = torch.arange(len(self.owner), device=owners.device)
        own = (owners.unsqueeze(1) == self.owner) | (self.owner == EVERYONE)
        self.sees = own & (order <= order[len(before) :].unsqueeze(1))

    def extend(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Append the new tokens' keys and values (KV heads, new tokens, head dimension); all of the suffix."""
        if layer in self.suffix:
            held = self.suffix[layer]
            keys, values = torch.cat([held[0], keys], dim=1), torch.cat([held[1], values], dim=1)
        self.suffix[layer] = keys, values
        return keys, values

    def beyond(self, window: int, positions: torch.Tensor) -> torch.Tensor:
        """Which of some positions (..., n) lie too far back for each new token of a sliding window: (..., new, n)."""
        new = self.at[-(self.tokens.stop - self.tokens.start) :]
        return new.unsqueeze(1) - positions.unsqueeze(-2) >= window


def shared_context_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float,
    scaling: float,
    groups: list[Group],
    sliding_window: int | None = None,
    **kwargs: object,
) -> tuple[torch.Tensor, None]:
    """Attend, group by group, to the compressed context and the question's own tokens in one softmax.

    The arguments' order is that of transformers' own functions, which kvpress's patch of them relies on.

    Parameters
    ----------
    query : torch.Tensor
        (1, query heads, new tokens of all groups, head dimension).
    key, value : torch.Tensor
        (1, KV heads, new tokens of all groups, head dimension).
    scaling : float
    groups : list of Group
        In the order of their tokens.
    sliding_window : int, optional
        How many positions back a layer sees, its own included; the models that have such layers pass it.

    Returns
    -------
    torch.Tensor
        (1, new tokens, query heads, head dimension), and None in place of the weights.
    """
    outputs = []
    for group in groups:
        new = group.tokens
        keys, values = group.extend(module.layer_idx, key[0, :, new], value[0, :, new])
        outputs.append(attend(group, module.layer_idx, query[0, :, new], keys, values, scaling, sliding_window))
    return torch.cat(outputs, dim=1).transpose(0, 1).unsqueeze(0), None


def attend(
    group: Group,
    layer: int,
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    scaling: float,
    window: int | None,
) -> torch.Tensor:
    """(query heads, tokens, head dimension) of one group; keys and values are those of its suffix."""
    context = group.context.layers[layer]
    query_heads, tokens, dimension = query.shape
    heads, entries = context.keys.shape[:2]
    query = query.reshape(heads, -1, dimension) * scaling  # (KV heads, query heads a KV head * tokens, head dimension)
    to_context = torch.bmm(query, context.keys.transpose(1, 2))
    if context.masked is not None:
        to_context.masked_fill_(context.masked.unsqueeze(1), -torch.inf)
    to_suffix = torch.bmm(query, keys.transpose(1, 2))
    unseen = ~group.sees
    if window:
        far = group.beyond(window, context.positions).unsqueeze(1)
        to_context.view(heads, -1, tokens, entries).masked_fill_(far, -torch.inf)
        unseen |= group.beyond(window, group.at)
    to_suffix.view(heads, -1, tokens, keys.shape[1]).masked_fill_(unseen, -torch.inf)
    weights = torch.cat([to_context, to_suffix], dim=-1).softmax(-1, dtype=torch.float32).to(query.dtype)
    if group.asked:
        last = weights.view(heads, -1, tokens, weights.shape[-1])[:, :, group.asked, :entries]
        group.trace.record(context.positions, last.permute(2, 0, 1, 3))
    output = torch.baddbmm(torch.bmm(weights[..., :entries], context.values), weights[..., entries:], values)
    return output.view(query_heads, tokens, dimension)


AttentionInterface.register(NAME, shared_context_attention)
