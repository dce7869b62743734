"""A study's set-up, for whatever compares it with the papers."""

from pathlib import PurePosixPath

from kvstudy.config.model import Model, Study
from kvstudy.contracts.setup import EARLY_RATIO, HIDDEN_STATES, SEVERAL_MODELS, Setup, family_of
from kvstudy.contracts.vocabulary import DEBIAS, INSTRUCTIONS, LOWEST, ROUTING
from kvstudy.plan.cells import experiments, models, system_prompts


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


def last_part(model: Model) -> str:
    """The last part of the name of a model's repository, folder or file."""
    source = model.source.model_dump()
    return PurePosixPath(next(source[kind] for kind in ("hub", "path", "gguf") if kind in source)).name
