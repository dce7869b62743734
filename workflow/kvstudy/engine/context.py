"""A context as a press left it: what every layer and KV head still holds."""

from dataclasses import dataclass
from functools import cached_property

import torch


class Unsupported(ValueError):
    """A press that cannot compress this context, or whose survivors cannot be told; the message is the reason."""


ALLOCATION = ("DefaultCPUAllocator", "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED")


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, is a failed allocation; some come as a plain RuntimeError."""
    if error is None:
        return False
    failed = isinstance(error, torch.OutOfMemoryError) or any(text in str(error) for text in ALLOCATION)
    return failed or is_out_of_memory(error.__context__)


@dataclass
class CompressedLayer:
    """What one layer kept of the context. n is the number of entries in memory.

    Parameters
    ----------
    keys, values : torch.Tensor
        (KV heads, n, head dimension).
    positions : torch.Tensor
        (KV heads, n), the context position of each entry.
    masked : torch.Tensor, optional
        (KV heads, n), True where the entry is masked out although it is in memory (head-wise eviction).
    rerotated : bool
        Whether the press turns keys to new rotary positions, which follow each other without gaps.
    """

    keys: torch.Tensor
    values: torch.Tensor
    positions: torch.Tensor
    masked: torch.Tensor | None = None
    rerotated: bool = False

    def kept(self, length: int) -> torch.Tensor:
        """(KV heads, length) bool: which context positions survive in which head."""
        kept = torch.zeros(self.positions.shape[0], length, dtype=torch.bool)
        visible = torch.ones_like(self.positions, dtype=torch.bool) if self.masked is None else ~self.masked
        heads = torch.arange(kept.shape[0]).unsqueeze(1).expand_as(self.positions)
        kept[heads[visible.cpu()], self.positions.cpu()[visible.cpu()]] = True
        return kept


@dataclass
class CompressedContext:
    """A context as a press left it.

    Parameters
    ----------
    layers : list of CompressedLayer
    length : int
        Tokens of the context before compression.
    region : tuple of int
        [start, end) of the positions that could be evicted.
    """

    layers: list[CompressedLayer]
    length: int
    region: tuple[int, int]

    def next_position(self) -> int:
        """The rotary position of the first token that follows.

        It is the context's full length, and the number of entries left where the keys were re-rotated, as in kvpress's
        pipeline.
        """
        return self.layers[0].keys.shape[1] if self.layers[0].rerotated else self.length

    @cached_property
    def survivors(self) -> torch.Tensor:
        """(layers, KV heads, length) bool: which context positions survive in which layer and head."""
        return torch.stack([layer.kept(self.length) for layer in self.layers])

    def achieved_ratio(self) -> float:
        """KV entries removed from the region over the region's KV entries; 0 for an empty region."""
        start, end = self.region
        return 1 - self.survivors[..., start:end].double().mean().item() if end > start else 0.0
