"""Every key of a config file: type, range, default and meaning; those of each block are a module of `keys`.

`config/README.md` and the JSON schema for editors are generated from these classes.
"""

from typing import Annotated

from pydantic import Field

from kvstudy.config.keys.datasets import Datasets, Own, Passages
from kvstudy.config.keys.execution import Execution
from kvstudy.config.keys.experiments import Experiments
from kvstudy.config.keys.models import Model
from kvstudy.config.keys.policies import Policy
from kvstudy.config.keys.sources import Hub, RowsPath
from kvstudy.config.keys.statistics import Statistics
from kvstudy.config.keys.strict import SEED, ModelSlug, Slug, Strict
from kvstudy.config.keys.system_prompts import SystemPrompts

__all__ = ("Execution", "Hub", "Own", "Passages", "RowsPath", "Study", "SystemPrompts")


class Study(Strict):
    """A whole config file."""

    study: Annotated[
        Slug, Field(description="Name of the study: results/<study>/ and reports/<study>.html. Not `models`.")
    ]
    seed: Annotated[int, Field(**SEED, description="Seed of datasets, policies, floors of routes and resamples.")] = 1
    models: Annotated[dict[ModelSlug, Model], Field(min_length=1, description="Name (a-z, 0-9, dash, dot) to model.")]
    policies: Annotated[
        dict[Slug, Policy],
        Field(min_length=1, description="Name (a-z, 0-9, dash) to policy. `none` is built in: no compression."),
    ]
    datasets: Annotated[Datasets, Field(description="Datasets by name, generated or your own.")]
    experiments: Annotated[Experiments, Field(description="What is run on what.")]
    execution: Annotated[Execution, Field(description="Where cells run, and in what portions.")] = Execution()
    statistics: Annotated[Statistics, Field(description="Bootstrap intervals.")] = Statistics()
