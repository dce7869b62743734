"""Linear layers in oneDNN's packed form, for float32 on a CPU.

The arithmetic stays float32. It is two to three times as fast as the default for the row counts that decoding has, and
a row's result does not depend on how many rows are computed with it, so answers do not depend on the batch.
"""

import torch
from torch import nn

ROWS = 64  # the row count that the packed layout is chosen for; any other works as well


class PackedLinear(nn.Linear):
    """A linear layer that computes with a packed copy of its weight; the weight itself stays readable."""

    def __init__(self, linear: nn.Linear):
        nn.Module.__init__(self)
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight, self.bias = linear.weight, linear.bias
        self.packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), ROWS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(..., in features) to (..., out features)."""
        if torch.is_grad_enabled():  # the packed form has no gradient, which some presses ask for
            return super().forward(x)
        rows = x.reshape(-1, self.in_features)
        count = len(rows)
        if count == 1:  # computed as two, because oneDNN sums a lone row in another order
            rows = rows.repeat(2, 1)
        y = torch.ops.mkldnn._linear_pointwise(rows, self.packed, self.bias, "none", [], "")
        return y[:count].view(*x.shape[:-1], self.out_features)


def pack_linears(model: nn.Module) -> None:
    """Replace every linear layer in place, where this build of torch has the packed form."""
    if not (torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")):
        return
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear:
                setattr(module, name, PackedLinear(child))
