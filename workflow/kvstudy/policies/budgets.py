"""How many entries each span keeps: budgets by largest remainder, exact in total."""

import torch
from kvpress import PyramidKVPress, ScorerPress
from kvpress.utils import compute_n_kept
from torch import nn


def total_budget(press: ScorerPress, module: nn.Module, length: int) -> int:
    """Entries that a policy keeps of `length` in each KV head of a layer, as its own `compress` counts them."""
    if isinstance(press, PyramidKVPress):
        return press.get_layer_budget(module, length)
    return compute_n_kept(length, press.compression_ratio)


def round_shares(shares: torch.Tensor) -> torch.Tensor:
    """Round shares (..., spans) to integers of the same sum, by largest remainder.

    Every share is rounded down or up. Of equal remainders those of later spans are rounded up.
    """
    down = shares.floor()
    remainders = (shares - down).round(decimals=9)  # equal ones may differ in their last bits
    missing = (shares.sum(-1, keepdim=True) - down.sum(-1, keepdim=True)).round()
    rank = remainders.flip(-1).argsort(dim=-1, descending=True, stable=True).argsort(-1).flip(-1)
    return (down + (rank < missing)).long()


def proportional_budgets(
    lengths: list[int], total: int, least: list[int], weights: list[float] | None = None
) -> list[int]:
    """Share a budget over spans in proportion to their lengths (arXiv 2510.00231, fair eviction: b_X/n_X = b_Y/n_Y).

    Parameters
    ----------
    lengths : list of int
        Tokens of each span.
    total : int
        Entries to keep of all spans, at least `sum(least)` and at most `sum(lengths)`.
    least : list of int
        Entries that each span must keep. A span whose share would be smaller keeps exactly these, and the other spans
        share what is left in proportion.
    weights : list of float, optional
        How much a token of each span counts, above 0; all the same without it. A span whose share would be larger than
        the span keeps all of it, and the other spans share what is left.

    Returns
    -------
    list of int
        A budget a span; their sum is `total`.
    """
    counted = [length * weight for length, weight in zip(lengths, weights or [1.0] * len(lengths), strict=True)]
    fixed: dict[int, int] = {}
    while True:
        sharing = [i for i in range(len(lengths)) if i not in fixed]
        own = torch.tensor([counted[i] for i in sharing], dtype=torch.float64)
        left = total - sum(fixed.values())
        shares = dict(zip(sharing, round_shares(left * own / own.sum()).tolist(), strict=True))
        short = {i: least[i] for i in sharing if shares[i] < least[i]}
        over = {i: lengths[i] for i in sharing if shares[i] > lengths[i]}
        if not (short or over):
            return [fixed.get(i, shares.get(i)) for i in range(len(lengths))]
        missing = sum(low - shares[i] for i, low in short.items())
        # what is taken off the others moves only one way, so that a span that is fixed stays so
        fixed |= short if missing >= sum(shares[i] - high for i, high in over.items()) else over
