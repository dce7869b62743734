"""What a study is set up to run, as whatever compares it with the papers needs to know it."""

from dataclasses import dataclass

from kvstudy.contracts.vocabulary import LOWEST

FAMILIES = ("llama", "qwen")  # those of the papers, as they stand in the names of repositories
HIDDEN_STATES = "hidden_states:"  # and the dataset of which they are kept
SEVERAL_MODELS = "several_models"
EARLY_RATIO = f"ratio_below_{LOWEST:g}"


@dataclass(frozen=True)
class Setup:
    """A study's set-up.

    Parameters
    ----------
    models : dict of str to str
        Name in the config -> last part of its repository, folder or file.
    policies : dict of str to str
        Name in the config -> class of its press.
    parts : tuple of str
        Experiments, datasets, variants, layouts and families of models that it runs; `debias` where some strength is
        run, `hidden_states:<dataset>` where they are kept, `several_models`, and `ratio_below_0.4` where system
        prompts are compressed less than that.
    compress : str
        What the routing experiment compresses; empty without one.
    examples : tuple of str
        Models that are prompted with worked examples and without a chat template.
    own_rows : bool
        Whether the system prompts are made of this project's rows.
    """

    models: dict[str, str]
    policies: dict[str, str]
    parts: tuple[str, ...]
    compress: str
    examples: tuple[str, ...]
    own_rows: bool

    @classmethod
    def of(cls, content: dict) -> "Setup":
        """From what `dataclasses.asdict` gives, which may have been JSON meanwhile."""
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in content.items()})

    def family(self, model: str) -> str:
        """llama or qwen, by the name of the model's source; empty for a model of another family."""
        return family_of(self.models[model])


def family_of(source: str) -> str:
    """llama or qwen, by the name of a model's source; empty for a model of another family."""
    return next((name for name in FAMILIES if name in source.lower()), "")
