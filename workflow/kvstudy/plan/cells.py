"""A study's cells and the description of each cell's job."""

from dataclasses import dataclass
from decimal import Decimal

from kvstudy.config.generated import GENERATED
from kvstudy.config.model import Own, Passages, RowsPath, Study, SystemPrompts
from kvstudy.contracts.canonical import canonical
from kvstudy.contracts.vocabulary import BASELINE, PLAIN, SYSTEM_PROMPTS
from kvstudy.plan.own_code import own_code


@dataclass(frozen=True)
class Cell:
    """One model under one policy at one ratio, in one experiment.

    A policy may be run as several variants: plain, or under a repair. `id` names the cell's folder.
    """

    experiment: str
    model: str
    policy: str
    ratio: float
    variant: str = PLAIN

    @property
    def label(self) -> str:
        """The policy as tables name it: <policy>, or <policy>+<variant>."""
        return self.policy if self.variant == PLAIN else f"{self.policy}+{self.variant}"

    @property
    def id(self) -> str:
        """<experiment>.<model>.<label>.r<decimals of the ratio, at least three>."""
        decimals = f"{Decimal(str(self.ratio)):f}".partition(".")[2]
        return f"{self.experiment}.{self.model}.{self.label}.r{decimals:0<3}"


def cells(study: Study) -> list[Cell]:
    """All cells, in the order of the config; ratio 0 comes first, once a model and experiment."""
    found = []
    for name, experiment in experiments(study).items():
        for model in experiment.models:
            found.append(Cell(name, model, BASELINE, 0.0))
            found += [
                Cell(name, model, policy, float(ratio), variant)
                for policy in experiment.policies
                for variant in experiment.variants
                for ratio in experiment.ratios
            ]
    return found


def experiments(study: Study) -> dict:
    """Name -> settings, of the experiments that the config has."""
    return {name: value for name, value in study.experiments if value is not None}


def datasets(study: Study) -> dict[str, Passages | Own | SystemPrompts]:
    """Name -> settings, of the datasets that some experiment uses."""
    used = {name for experiment in experiments(study).values() for name in experiment.datasets}
    return {name: value for name, value in study.datasets if value is not None and name in used}


def generated(study: Study) -> dict[str, Passages]:
    """Name -> size and seed, of the datasets that are generated and used; without a seed of their own the study's."""
    used = {name: value for name, value in datasets(study).items() if isinstance(value, Passages)}
    return {n: v if v.seed is not None else v.model_copy(update={"seed": study.seed}) for n, v in used.items()}


def shares(dataset: str, settings: Passages) -> str:
    """The option of the dataset's job that asks for published shares of answer types; empty for even ones."""
    if settings.answer_types == "even":
        return ""
    return f"--shares '{canonical(GENERATED[dataset].published)}'"


def own(study: Study) -> dict[str, Own]:
    """Name -> settings, of one's own datasets that are used."""
    return {name: value for name, value in datasets(study).items() if isinstance(value, Own)}


def system_prompts(study: Study) -> SystemPrompts | None:
    """The settings of the system prompts; None where no experiment uses them."""
    return datasets(study).get(SYSTEM_PROMPTS)


def rows_options(settings: SystemPrompts) -> list[str]:
    """The options of the system prompts' job: where their rows come from, and what is made of them."""
    options = ["--layouts", *settings.layouts]
    if isinstance(settings.rows, RowsPath):
        options += ["--path", settings.rows.path]
    elif settings.rows != "own":
        options += ["--hub", settings.rows.hub, "--revision", settings.rows.revision]
    if settings.prompts is not None:
        options += ["--rows", str(settings.prompts)]
    if settings.attacks is not None:
        options += ["--attacks", *settings.attacks]
    if settings.attacked is not None:
        options += ["--attacked", str(settings.attacked)]
    if settings.rotate:
        options += ["--rotate"]
    return options + [f"--whitelist={phrase}" for phrase in settings.whitelist or ()]


def models(study: Study) -> list[str]:
    """The models that some experiment uses, in the order of the config."""
    used = {name for experiment in experiments(study).values() for name in experiment.models}
    return [name for name in study.models if name in used]


def sources(study: Study) -> dict[str, dict]:
    """Where the models that some experiment uses come from: name -> the source as the config has it."""
    return {name: study.models[name].source.model_dump() for name in models(study)}


def settings_of(study: Study, cell: Cell) -> list[dict[str, str]]:
    """The {dataset, regime} pairs that a cell walks; ratio 0 also walks the experiment's controls."""
    experiment = experiments(study)[cell.experiment]
    regimes = [*experiment.regimes, *experiment.controls] if cell.policy == BASELINE else experiment.regimes
    return [{"dataset": d, "regime": r} for d in experiment.datasets for r in regimes]


def hidden_states(study: Study, cell: Cell) -> list[str]:
    """The datasets whose hidden states a cell keeps, and that are probed."""
    return experiments(study)[cell.experiment].hidden_states


def probed(study: Study) -> list[Cell]:
    """The cells that keep hidden states of some dataset."""
    return [cell for cell in cells(study) if hidden_states(study, cell)]


def job(study: Study, cell: Cell) -> dict:
    """Everything in the config that the result of a cell depends on.

    A policy whose press is a class of the user's carries a hash of that class's source as `code`. Where an experiment
    has a way of its own to prompt a model, that stands in place of the model's settings.
    """
    experiment, model = experiments(study)[cell.experiment], study.models[cell.model]
    policy = description(study, cell)
    if policy is not None and (code := own_code(policy)):
        policy["code"] = code
    return {
        "cell": cell.id,
        "experiment": cell.experiment,
        "model": {
            "name": cell.model,
            **model.model_dump(include={"prompt", "stop", "long_contexts", "dtype", "attention"}),
            **experiment.prompting,
        },
        "policy": policy,
        "policy_name": cell.policy,
        "variant": cell.variant,
        "ratio": cell.ratio,
        "compress": experiment.compress,
        "max_new_tokens": experiment.max_new_tokens,
        "max_attack_tokens": experiment.max_attack_tokens,
        "hidden_states": hidden_states(study, cell),
        "routes": experiment.routes and experiment.routes.model_dump(),
        "device": study.execution.device,
        "seed": study.seed,
        "settings": settings_of(study, cell),
    }


def score_job(study: Study, cell: Cell) -> dict:
    """Everything in the config that the scores of a cell's facts depend on.

    Nothing of where and how the facts were made: another device makes no other scores of the same facts.
    """
    return {
        "cell": cell.id,
        "experiment": cell.experiment,
        "model": {"name": cell.model},
        "policy": description(study, cell),
        "policy_name": cell.policy,
        "variant": cell.variant,
        "ratio": cell.ratio,
        "compress": experiments(study)[cell.experiment].compress,
        "max_new_tokens": experiments(study)[cell.experiment].max_new_tokens,
        "settings": settings_of(study, cell),
    }


def description(study: Study, cell: Cell) -> dict | None:
    """The press of a cell's policy and its arguments; None at ratio 0."""
    return None if cell.policy == BASELINE else study.policies[cell.policy].model_dump()


def jobs(study: Study) -> dict[str, dict]:
    """Cell -> all that a job must know of it: what its facts depend on, and `batch_tokens`, on which none depends."""
    return {cell.id: told(study, cell) for cell in cells(study)}


def told(study: Study, cell: Cell) -> dict:
    """What a job must know of one cell."""
    return {**job(study, cell), "batch_tokens": study.execution.batch_tokens}


def bundles(study: Study) -> dict[str, list[Cell]]:
    """Name -> the cells that one job computes together, as `execution.bundle` says."""
    found: dict[str, list[Cell]] = {}
    for cell in cells(study):
        names = {
            "cell": cell.id,
            "policy": f"{cell.experiment}.{cell.model}.{cell.policy}",
            "model": f"{cell.experiment}.{cell.model}",
        }
        found.setdefault(names[study.execution.bundle], []).append(cell)
    return found
