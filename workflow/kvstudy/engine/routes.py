"""By which routes a question's tokens come to the evidence in a compressed context.

A direct route leads to a surviving token of the evidence itself, a copy to another survivor that had taken the evidence
in while the whole context was read. A route is a query head that puts a weight above epsilon there.

Source: arXiv 2603.01426, compressed token-attention graph; the question's tokens are where its paths begin.
"""

from dataclasses import dataclass, field

import torch

from kvstudy.engine.reach import ReachSets


@dataclass
class Routes:
    """Collects one layer at a time.

    Parameters
    ----------
    reach : ReachSets
        Of the context, before it was compressed.
    evidence : torch.Tensor
        (questions, context length) bool: the positions that state each question's answer.
    layers : list of dict
        Per layer: heads (epsilons, questions), the number of query heads with a direct route; kv_heads, likewise,
        the number of KV heads that have such a query head; direct and copied (epsilons, questions, evidence of the
        context) bool, the tokens that some head comes to.
    """

    reach: ReachSets
    evidence: torch.Tensor
    layers: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def record(self, positions: torch.Tensor, weights: torch.Tensor) -> None:
        """Add a layer.

        Parameters
        ----------
        positions : torch.Tensor
            (KV heads, n) context position of each surviving entry.
        weights : torch.Tensor
            (questions, KV heads, query heads per KV head, n) the largest weight that a token of the question puts on
            each of these entries.
        """
        followed = torch.tensor(self.reach.evidence, device=positions.device)
        wanted = self.evidence[:, followed]
        itself = positions.unsqueeze(-1) == followed  # (KV heads, n, evidence)
        copies = self.reach.layers[len(self.layers)][:, positions] & ~itself
        strong = torch.stack([weights > epsilon for epsilon in self.reach.epsilons])
        direct = matched("eqkhn,kns->eqkhs", strong, itself) & wanted[:, None, None]
        copied = matched("eqkn,ekns->eqs", strong.any(-2), copies) & wanted
        layer = {
            "heads": direct.any(-1).sum((-1, -2)),
            "kv_heads": direct.any(-1).any(-1).sum(-1),
            "direct": direct.flatten(2, 3).any(2),
            "copied": copied,
        }
        self.layers.append({name: tensor.cpu() for name, tensor in layer.items()})


def matched(axes: str, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Whether both are true anywhere along the axes that are summed, in the letters of einsum."""
    return torch.einsum(axes, one.float(), other.float()) > 0
