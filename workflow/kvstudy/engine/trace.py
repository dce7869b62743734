"""What every query head attends to over the surviving context: at the last prompt token, then as answers begin."""

from dataclasses import dataclass, field

import torch

from kvstudy.contracts.facts import DECODED

SINKS = 4  # the first positions draw attention whatever they hold (StreamingLLM, arXiv 2309.17453)


@dataclass
class Looks:
    """Where the heads look as one token of each of some answers is read; collects one layer at a time.

    Parameters
    ----------
    questions : list of int
        Those whose answers go on.
    layers : list of dict
        Per layer, arrays (questions, query heads): tops, tops_beyond_sinks; see
        `kvstudy.contracts.facts.DECODED_ATTENTION`.
    """

    questions: list[int]
    layers: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def record(self, positions: torch.Tensor, weights: torch.Tensor) -> None:
        """Add a layer; arguments as those of `AttentionTrace.record`."""
        at = positions[None, :, None, :].expand_as(weights)
        tops = {"tops": strongest(at, weights)[1], "tops_beyond_sinks": strongest(at, beyond_sinks(at, weights))[1]}
        self.layers.append({name: tensor.reshape(len(weights), -1) for name, tensor in tops.items()})


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
    decoded : list of Looks
        One for each of the first decoded tokens, at most DECODED.
    """

    evidence: torch.Tensor
    layers: list[dict[str, torch.Tensor]] = field(default_factory=list)
    decoded: list[Looks] = field(default_factory=list)

    def next_looks(self, questions: list[int]) -> Looks | None:
        """What is to take the attention of these questions' next decoded tokens; None when enough were recorded."""
        if len(self.decoded) == DECODED:
            return None
        self.decoded.append(Looks(questions))
        return self.decoded[-1]

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
        top_weight, top = strongest(at, weights)
        mass = weights.sum(-1)
        share = weights / mass.clamp_min(1e-30).unsqueeze(-1)
        evident = self.evidence.gather(1, positions.reshape(1, -1).expand(questions, -1)).view(
            questions, heads, 1, entries
        )
        layer = {
            "top": top,
            "top_weight": top_weight,
            "top_beyond_sinks": strongest(at, beyond_sinks(at, weights))[1],
            "context_mass": mass,
            "evidence_mass": (weights * evident).sum(-1),
            "entropy": torch.special.entr(share).sum(-1),
        }
        self.layers.append({name: tensor.reshape(questions, -1).cpu() for name, tensor in layer.items()})


def strongest(at: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest weight (..., 1) of weights (..., n), and its position by `at` (..., n); -1 where none is above 0."""
    weight, place = weights.max(-1, keepdim=True)
    return weight, at.gather(-1, place).masked_fill(weight <= 0, -1)


def beyond_sinks(at: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """The weights without those of the first positions."""
    return weights.masked_fill(at < SINKS, -1.0)
