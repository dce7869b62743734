"""What the hidden states that probes read will take on disk: by far the largest facts, so they are planned apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.plan.cells import Cell, hidden_states, settings_of
from kvstudy.plan.estimate import Size
from kvstudy.plan.model_configs import configs


@dataclass(frozen=True)
class Shape:
    """How many states a question has, how long each is, and where that is known from."""

    states: int
    width: int
    source: str

    @property
    def bytes(self) -> int:
        """Of one question, in half precision; compression takes a few per cent off."""
        return 2 * self.states * self.width


REFERENCE = Shape(31, 576, "reference: SmolLM2-135M")


def shape(study: Study, model: str, models: Path) -> Shape:
    """From the config.json of the folder that the model comes from, or of its copy; else the reference.

    Parameters
    ----------
    study : Study
    model : str
    models : Path
        The folder of materialised models.
    """
    for file, config in configs(study, model, models):
        if {"num_hidden_layers", "hidden_size"} <= config.keys():
            return Shape(config["num_hidden_layers"] + 1, config["hidden_size"], str(file))
    return REFERENCE


def kept(study: Study, cells: Iterable[Cell], sizes: Mapping[str, Size]) -> int:
    """Questions whose hidden states some cells keep, each counted in every regime it is asked in."""
    asked = [(cell, part["dataset"]) for cell in cells for part in settings_of(study, cell)]
    return sum(sizes[name].questions for cell, name in asked if name in hidden_states(study, cell) and name in sizes)
