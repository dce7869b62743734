"""Which context positions a press kept, read off kvpress's own code as it runs, and checked against what it kept."""

from typing import Any

import torch
from kvpress import KeyRerotationPress
from torch import nn
from torch.overrides import TorchFunctionMode

from kvstudy.engine.context import Unsupported


class GatherRecorder(TorchFunctionMode):
    """Remembers the index of the last `gather` along the positions of the given keys or values.

    Nearly every press removes entries by gathering the kept ones from the keys and the values.

    Parameters
    ----------
    keys, values : torch.Tensor
        (1, KV heads, tokens, head dimension), the tensors that the press is given.
    """

    def __init__(self, keys: torch.Tensor, values: torch.Tensor):
        super().__init__()
        self.watched = (keys, values)
        self.index: torch.Tensor | None = None

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        """Run the function; keep the index if it is that gather."""
        kwargs = kwargs or {}
        if func is torch.Tensor.gather and any(args[0] is one for one in self.watched):
            dimension, index = [*args[1:], *(kwargs[name] for name in ("dim", "index") if name in kwargs)][:2]
            if dimension in (2, -2):
                self.index = index[0, :, :, 0]
        return func(*args, **kwargs)


def find_positions(full: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """(KV heads, n) positions at which the kept rows stand in the full ones, bit for bit.

    Keys carry their rotary phase, so that no two positions of a head have the same key.

    Parameters
    ----------
    full, kept : torch.Tensor
        (KV heads, tokens or n, head dimension).

    Raises
    ------
    Unsupported
        A kept row is not among the full ones.
    """
    if torch.equal(full, kept):
        return torch.arange(full.shape[1], device=full.device).expand(full.shape[:2])
    found = []
    for rows, left in zip(_rows(full), _rows(kept), strict=True):
        places = {row: place for place, row in enumerate(rows)}
        found.append([places.get(row, -1) for row in left])
    positions = torch.tensor(found, device=full.device)
    if (positions < 0).any():
        raise Unsupported("the press changes the keys that it keeps, so its survivors cannot be traced")
    return positions


def _rows(tensor: torch.Tensor) -> list[list[bytes]]:
    """Each head's rows as bytes."""
    raw = tensor.contiguous().view(torch.uint8).cpu().numpy()
    return [[row.tobytes() for row in head] for head in raw]


def locate(module: nn.Module, gathered: torch.Tensor | None, full: torch.Tensor, kept: torch.Tensor) -> tuple:
    """Where the kept keys come from, checked against the keys themselves.

    Parameters
    ----------
    module : nn.Module
        The attention layer.
    gathered : torch.Tensor, optional
        (KV heads, n) positions that the press gathered last, as far as that could be seen.
    full, kept : torch.Tensor
        Keys (1, KV heads, tokens or n, head dimension).

    Returns
    -------
    positions : torch.Tensor
        (KV heads, n).
    rerotated : bool
        Whether the keys are those of their positions turned to new rotary positions.

    Raises
    ------
    Unsupported
        The keys are changed otherwise.
    """
    if gathered is not None and kept.shape[:3] == (1, *gathered.shape):
        if torch.equal(full.gather(2, gathered[None, ..., None].expand_as(kept)), kept):
            return gathered, False
        if torch.equal(KeyRerotationPress.rerotate_keys(module, gathered[None], full), kept):
            return gathered, True
    return find_positions(full[0], kept[0]), False
