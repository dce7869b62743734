"""Which context positions a press kept, read off kvpress's own code as it runs."""

from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class GatherRecorder(TorchFunctionMode):
    """Remembers the index of the last `gather` along the positions of the given values.

    Every kvpress press that removes entries does so by gathering the kept ones from the keys and the values; a press
    that gathers nothing removes nothing.

    Parameters
    ----------
    values : torch.Tensor
        (1, KV heads, tokens, head dimension), the tensor that the press is given.
    """

    def __init__(self, values: torch.Tensor):
        super().__init__()
        self.values = values
        self.index: torch.Tensor | None = None

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        """Run the function; keep the index if it is that gather."""
        if func is torch.Tensor.gather and args[0] is self.values and args[1] == 2:
            self.index = args[2]
        return func(*args, **(kwargs or {}))

    def positions(self) -> torch.Tensor:
        """(KV heads, kept) positions, in the order of the kept entries."""
        heads, tokens = self.values.shape[1:3]
        if self.index is None:
            return torch.arange(tokens, device=self.values.device).expand(heads, tokens)
        return self.index[0, :, :, 0]
