"""By which routes a question's tokens come to the evidence in a compressed context.

A direct route leads to a surviving token of the evidence itself, a copy to another survivor that had taken the evidence
in while the whole context was read. A route is a query head that puts a weight above epsilon there. Routes to other
tokens, which the evidence is compared with, are found in the same way.

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
        Of the context, before it was compressed, with the targets of each question.
    layers : list of dict
        Per layer: heads (targets, epsilons, questions), the number of query heads with a direct route; kv_heads,
        likewise, the number of KV heads that have such a query head; direct and copied (targets, epsilons, questions,
        followed positions) bool, the tokens that some head comes to.
    """

    reach: ReachSets
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
        followed = torch.tensor(self.reach.followed, device=positions.device)
        wanted = self.reach.targets.to(positions.device)[:, None, :, followed]
        sets = self.reach.layers[len(self.layers)]  # (epsilons, length, followed)
        others = sets & (torch.arange(sets.shape[1], device=positions.device).unsqueeze(1) != followed)
        everywhere = weights.new_zeros(*weights.shape[:-1], sets.shape[1])
        everywhere.scatter_reduce_(-1, positions.unsqueeze(1).expand_as(weights), weights, "amax")
        strong = torch.stack([everywhere > epsilon for epsilon in self.reach.epsilons])
        direct = strong[..., followed] & wanted[..., None, None, :]
        copied = (strong.any((-2, -3)).float() @ others.float() > 0) & wanted
        layer = {
            "heads": direct.any(-1).sum((-1, -2)),
            "kv_heads": direct.any(-1).any(-1).sum(-1),
            "direct": direct.any((-2, -3)),
            "copied": copied,
        }
        self.layers.append({name: tensor.cpu() for name, tensor in layer.items()})
