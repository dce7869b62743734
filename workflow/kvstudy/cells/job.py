"""What one cell is asked to do, as the plan wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kvstudy.contracts.jobs import read_jobs


@dataclass(frozen=True)
class Setting:
    """A dataset in one regime."""

    dataset: str
    regime: str


@dataclass(frozen=True)
class Job:
    """One cell.

    Parameters
    ----------
    cell, experiment : str
    model : dict
        name, prompt (chat, examples or system), stop (texts that end an answer), long_contexts (count or run), dtype,
        attention.
    policy : dict or None
        The press and its arguments; None at ratio 0.
    policy_name : str
        Its name in the config; none at ratio 0.
    variant : str
        plain, or the repair that the policy works under.
    ratio : float
        Requested compression ratio, 0 <= ratio < 1.
    compress : str
        context or passage.
    max_new_tokens : int
    hidden_states : tuple of str
        The datasets whose hidden states are kept.
    routes : dict or None
        datasets: in which routes to the evidence and to its floor are found; contexts: of how many of each; epsilons:
        least weights.
    device : str
    seed : int
        For policies that draw at random, every layer and context anew, and for the floors of routes.
    batch_tokens : int
        Tokens of contexts and questions held at once; changes memory and speed, not answers.
    settings : tuple of Setting
    max_attack_tokens : int or None
        The most tokens of a response to an attack; None where they are as many as of any other.
    """

    cell: str
    experiment: str
    model: dict
    policy: dict | None
    policy_name: str
    variant: str
    ratio: float
    compress: str
    max_new_tokens: int
    hidden_states: tuple[str, ...]
    routes: dict | None
    device: str
    seed: int
    batch_tokens: int
    settings: tuple[Setting, ...]
    max_attack_tokens: int | None = None

    def identity(self, setting: Setting) -> dict:
        """What the facts of a part in one setting depend on, besides the code, the model's files and the data."""
        return {
            "model": self.model,
            "policy": self.policy,
            "variant": self.variant,
            "ratio": self.ratio,
            "compress": self.compress,
            "max_new_tokens": self.max_new_tokens,
            "max_attack_tokens": self.max_attack_tokens,
            "seed": self.seed,
            "dataset": setting.dataset,
            "regime": setting.regime,
            "hidden_states": setting.dataset in self.hidden_states,
        }

    @classmethod
    def of(cls, told: dict) -> "Job":
        """A job as the plan tells it."""
        settings = tuple(Setting(**setting) for setting in told["settings"])
        return cls(**{**told, "settings": settings, "hidden_states": tuple(told["hidden_states"])})


def jobs_of(path: Path, cells: Sequence[str]) -> list[Job]:
    """The jobs of some cells, from the study's file of jobs."""
    return [Job.of(told) for told in read_jobs(path, cells)]
