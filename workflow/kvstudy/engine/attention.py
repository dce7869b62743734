"""Attention of many questions over shared compressed contexts.

A context's keys and values are held once, whatever the number of its questions; the questions' own tokens are appended
behind it. Tokens of all questions of all contexts stand in one row without padding: the model's linear layers run over
them together, and here each context attends on its own. Layers may keep different numbers of entries and heads may mask
different ones. Registered with transformers as an attention implementation, so that every model that uses its attention
interface runs unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from kvstudy.engine.context import CompressedContext, CompressedLayer
from kvstudy.engine.routes import Routes
from kvstudy.engine.trace import AttentionTrace, Looks

NAME = "kvstudy_shared_context"
EVERYONE = -1  # the owner of suffix entries that all questions of a context begin with
UNKNOWN = ("softcap", "s_aux")  # what some models' attention does besides, and none that kvpress supports
ROOM = 4  # a block that is too small grows by a quarter more than it needs


class Entries:
    """What one layer holds: the context's entries, then the questions' tokens, in blocks with room for more.

    The layer's own keys and values become views of these blocks, so that the context is in memory once.
    """

    def __init__(self, layer: CompressedLayer):
        self.layer = layer
        self.length = self.context = layer.keys.shape[1]
        self.blocks = layer.keys, layer.values

    def append(self, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Append (KV heads, new tokens, head dimension); all keys and values so far, (KV heads, entries, head dim)."""
        start, self.length = self.length, self.length + keys.shape[1]
        if self.length > self.blocks[0].shape[1]:
            self.blocks = tuple(self.grown(block[:, :start]) for block in self.blocks)
            self.layer.keys, self.layer.values = (block[:, : self.context] for block in self.blocks)
        for block, new in zip(self.blocks, (keys, values), strict=True):
            block[:, start : self.length] = new
        return self.blocks[0][:, : self.length], self.blocks[1][:, : self.length]

    def grown(self, held: torch.Tensor) -> torch.Tensor:
        """A larger block with the same beginning."""
        block = held.new_empty(held.shape[0], self.length + self.length // ROOM, held.shape[2])
        block[:, : held.shape[1]] = held
        return block


@dataclass
class Group:
    """A compressed context and the questions that are being answered over it.

    Parameters
    ----------
    context : CompressedContext
    trace : AttentionTrace
        Takes the attention of every question's last prompt token, in the first pass.
    routes : Routes, optional
        Takes that of all tokens of every question.
    entries : list of Entries
        One a layer.
    owner : torch.Tensor
        (suffix entries,) which question each entry behind the context belongs to, or EVERYONE.
    at : torch.Tensor
        (suffix entries,) rotary position of each.
    tokens : slice
        Where the group's new tokens stand in the row of all new tokens.
    mask : torch.Tensor
        (new tokens, entries of the longest layer) what is added to the logits: -inf where a token does not see.
    asked : list of int
        In the first pass, the index among the new tokens of each question's last one.
    looks : Looks, optional
        Takes the attention of all new tokens, in the passes over the first decoded ones.
    """

    context: CompressedContext
    trace: AttentionTrace
    routes: Routes | None = None
    entries: list[Entries] = field(init=False)
    owner: torch.Tensor | None = None
    at: torch.Tensor | None = None
    tokens: slice | None = None
    mask: torch.Tensor | None = None
    asked: list[int] = field(default_factory=list)
    looks: Looks | None = None

    def __post_init__(self):
        """Start with the context's entries."""
        self.entries = [Entries(layer) for layer in self.context.layers]

    def append(self, owners: torch.Tensor, at: torch.Tensor, start: int) -> None:
        """Announce new tokens by owner and position; they stand from `start` on in the row of all new tokens."""
        before = owners.new_empty(0) if self.owner is None else self.owner
        self.owner = torch.cat([before, owners])
        self.at = at if self.at is None else torch.cat([self.at, at])
        self.tokens = slice(start, start + len(owners))
        order = torch.arange(len(self.owner), device=owners.device)
        own = (owners.unsqueeze(1) == self.owner) | (self.owner == EVERYONE)
        unseen = ~own | (order > order[len(before) :].unsqueeze(1))
        longest = max(entries.context for entries in self.entries)
        self.mask = self.context.layers[0].keys.new_zeros(len(owners), longest + len(order))
        self.mask[:, longest:].masked_fill_(unseen, -torch.inf)

    def largest(self, weights: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        """In the first pass, the largest weight on each entry over the tokens of each question, shared ones included.

        From a function that gives the weights (..., tokens, entries) of some new tokens, (questions, ..., entries).
        """
        of = {one: weights((self.owner == one).nonzero()[:, 0]).amax(-2) for one in self.owner.unique().tolist()}
        return torch.stack([torch.maximum(of[q], of.get(EVERYONE, of[q])) for q in range(len(self.asked))])

    def mask_of(self, layer: int, window: int | None) -> torch.Tensor:
        """(KV heads or 1, new tokens, entries of the layer): what is added to the logits in one layer."""
        context = self.context.layers[layer]
        entries = self.entries[layer].context
        mask = self.mask[None, :, self.mask.shape[1] - entries - len(self.at) :]
        if context.masked is not None:
            mask = mask.repeat(len(context.masked), 1, 1)
            mask[..., :entries].masked_fill_(context.masked.unsqueeze(1), -torch.inf)
        if window:
            at = torch.cat([context.positions, self.at.expand(len(context.positions), -1)], dim=1)
            new = self.at[-mask.shape[1] :]
            mask = mask.masked_fill(new.unsqueeze(1) - at.unsqueeze(1) >= window, -torch.inf)
        return mask


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
    for name in UNKNOWN:
        if kwargs.get(name) is not None:
            raise NotImplementedError(f"the model asks for attention with {name}, which the engine does not know")
    outputs = []
    for group in groups:
        new = group.tokens
        held = group.entries[module.layer_idx].append(key[0, :, new], value[0, :, new])
        outputs.append(attend(group, module.layer_idx, query[0, :, new], *held, scaling, sliding_window))
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
    """(query heads, tokens, head dimension) of one group; keys and values are all that the layer holds."""
    heads, per_head = len(keys), len(query) // len(keys)
    mask = group.mask_of(layer, window)

    def weights(tokens: list[int] | torch.Tensor | slice) -> torch.Tensor:
        """(KV heads, query heads per KV head, tokens, entries of the context) of these new tokens."""
        some = query[:, tokens].view(heads, per_head, -1, query.shape[-1])
        logits = some @ keys[:, None].transpose(-1, -2) * scaling + mask[:, None, tokens]
        return logits.softmax(-1, dtype=torch.float32)[..., : group.entries[layer].context]

    positions = group.context.layers[layer].positions
    if group.asked:
        group.trace.record(positions, weights(group.asked).permute(2, 0, 1, 3))
        if group.routes is not None:
            group.routes.record(positions, group.largest(weights))
    if group.looks is not None:
        group.looks.record(positions, weights(slice(None)).permute(2, 0, 1, 3))
    rows = query.reshape(1, heads, -1, query.shape[-1])  # of a KV head: its query heads' tokens, head after head
    mask = mask.repeat(1, per_head, 1)[None]
    return scaled_dot_product_attention(rows, keys[None], values[None], mask, scale=scaling).reshape(query.shape)


AttentionInterface.register(NAME, shared_context_attention)
