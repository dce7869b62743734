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


def proportional_budgets(lengths: list[int], total: int, least: list[int]) -> list[int]:
    """Share a budget over spans in proportion to their lengths (arXiv 2510.00231, fair eviction: b_X/n_X = b_Y/n_Y).

    Parameters
    ----------
    lengths : list of int
        Tokens of each span.
    total : int
        Entries to keep of all spans, at least `sum(least)`.
    least : list of int
        Entries that each span must keep. A span whose share would be smaller keeps exactly these, and the other spans
        share what is left in proportion.

    Returns
    -------
    list of int
        A budget a span; their sum is `total`.
    """
    budgets, sharing = list(least), list(range(len(lengths)))
    while True:
        left = total - sum(least) + sum(least[i] for i in sharing)
        own = torch.tensor([lengths[i] for i in sharing], dtype=torch.float64)
        shares = dict(zip(sharing, round_shares(left * own / own.sum()).tolist(), strict=True))
        short = [i for i in sharing if shares[i] < least[i]]
        if not short:
            return [shares.get(i, budget) for i, budget in enumerate(budgets)]
        sharing = [i for i in sharing if i not in short]
