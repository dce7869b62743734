"""What a study is set up to run, for whatever compares it with the papers: its models, policies and experiments."""

import json
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from kvstudy.config.model import Model, Study
from kvstudy.contracts.vocabulary import DEBIAS, INSTRUCTIONS, LOWEST, ROUTING
from kvstudy.plan.cells import canonical, experiments, models, system_prompts

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

    def text(self) -> str:
        """Canonical JSON."""
        return canonical(asdict(self))

    def family(self, model: str) -> str:
        """llama or qwen, by the name of the model's source; empty for a model of another family."""
        return family_of(self.models[model])


def setup(study: Study) -> Setup:
    """The set-up of a study."""
    found = experiments(study)
    prompts = system_prompts(study)
    variants = [v for e in found.values() for v in e.variants]
    parts = {*found, *(name for e in found.values() for name in e.datasets), *variants}
    parts |= {DEBIAS.removesuffix("-") for name in variants if name.startswith(DEBIAS)}
    parts |= set(prompts.layouts if prompts else ())
    parts |= {f"{HIDDEN_STATES}{name}" for e in found.values() for name in e.hidden_states}
    sources = {name: last_part(study.models[name]) for name in models(study)}
    parts |= {family_of(source) for source in sources.values()} - {""}
    parts |= {SEVERAL_MODELS} if len(sources) > 1 else set()
    parts |= {EARLY_RATIO} if INSTRUCTIONS in found and 0 < min(found[INSTRUCTIONS].ratios) < LOWEST else set()
    return Setup(
        models=sources,
        policies={name: policy.press for name, policy in study.policies.items()},
        parts=tuple(sorted(parts)),
        compress=found[ROUTING].compress if ROUTING in found else "",
        examples=tuple(name for name in models(study) if study.models[name].prompt == "examples"),
        own_rows=INSTRUCTIONS in found and prompts.rows == "own",
    )


def family_of(source: str) -> str:
    """llama or qwen, by the name of a model's source; empty for a model of another family."""
    return next((name for name in FAMILIES if name in source.lower()), "")


def last_part(model: Model) -> str:
    """The last part of the name of a model's repository, folder or file."""
    source = model.source.model_dump()
    return PurePosixPath(next(source[kind] for kind in ("hub", "path", "gguf") if kind in source)).name


def read(text: str) -> Setup:
    """The set-up from its JSON."""
    content = json.loads(text)
    return Setup(**{name: tuple(value) if isinstance(value, list) else value for name, value in content.items()})
