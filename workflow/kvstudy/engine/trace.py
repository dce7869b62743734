"""What every query head attends to over the surviving context, at the last prompt token."""

from dataclasses import dataclass, field

import torch

SINKS = 4  # the first positions draw attention whatever they hold (StreamingLLM, arXiv 2309.17453)


@dataclass
class AttentionTrace:
    """Collects one layer at a time.

    Parameters
    ----------
    evidence : torch.Tensor
        (questions, context length) bool: the positions that state each question's answer.
    layers : list of dict
        Per layer, arrays (questions, query heads): top, top_weight, top_beyond_sinks, context_mass, evidence_mass,
        entropy; see `kvstudy.contracts.facts.ATTENTION`.
    """

    evidence: torch.Tensor
    layers: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def record(self, positions: torch.Tensor, weights: torch.Tensor) -> None:
        """Add a layer.

        Parameters
        ----------
        positions : torch.Tensor
            (KV heads, n) context position of each surviving entry.
        weights : torch.Tensor
            (questions, KV heads, query heads per KV head, n) attention weights on those entries.
        """
        weights = weights.float()
        questions, heads, _, entries = weights.shape
        at = positions[None, :, None, :].expand_as(weights)
        top_weight, top = weights.max(-1, keepdim=True)
        beyond = weights.masked_fill(at < SINKS, -1.0)
        beyond_weight, beyond_top = beyond.max(-1, keepdim=True)
        beyond_at = at.gather(-1, beyond_top).masked_fill(beyond_weight <= 0, -1)
        mass = weights.sum(-1)
        share = weights / mass.clamp_min(1e-30).unsqueeze(-1)
        evident = self.evidence.gather(1, positions.reshape(1, -1).expand(questions, -1)).view(
            questions, heads, 1, entries
        )
        layer = {
            "top": at.gather(-1, top).masked_fill(top_weight <= 0, -1),
            "top_weight": top_weight,
            "top_beyond_sinks": beyond_at,
            "context_mass": mass,
            "evidence_mass": (weights * evident).sum(-1),
            "entropy": torch.special.entr(share).sum(-1),
        }
        self.layers.append({name: tensor.reshape(questions, -1).cpu() for name, tensor in layer.items()})
