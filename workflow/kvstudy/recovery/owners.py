"""Whose results lie where: a study's folder belongs to one config file, and a model's folder to one source."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from kvstudy.config.load import placed, refuse
from kvstudy.config.model import Study
from kvstudy.config.problems import Problem
from kvstudy.contracts.files import atomic
from kvstudy.models.materialise import MANIFEST
from kvstudy.plan.cells import sources
from kvstudy.recovery.frozen import COPY

NOTE = "config.from"  # the file that the config was copied from
RESULTS = Path("results")


def refuse_others(study: Study, config: str) -> None:
    """Exit with status 2 when a name in the config is that of another study's results, or of another model's copy."""
    if lines := placed(config, [*_study(study, config), *_models(study)]):
        refuse(lines)


def sign(study: Study, config: str) -> None:
    """Note which config file the results of a study are of."""
    if not _copied(config):
        with atomic(RESULTS / study.study / NOTE) as temporary:
            temporary.write_text(config, encoding="utf-8")


def source(study: Study, model: str) -> dict:
    """Where a model comes from, as its copy says it where that is the same: a folder has many paths."""
    wanted, had = study.models[model].source.model_dump(), _had(model)
    return had if had and _same(had, wanted) and had.get("copy", True) == wanted.get("copy", True) else wanted


def _study(study: Study, config: str) -> Iterator[Problem]:
    """Another config file that names this study, and has run it."""
    folder = RESULTS / study.study
    if _copied(config):
        return
    try:
        other = Path((folder / NOTE).read_text(encoding="utf-8"))
        name = yaml.safe_load(other.read_text(encoding="utf-8"))["study"]
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError):  # gone, or no study any longer
        return
    if name == study.study and not other.samefile(config):
        message = f"{name!r} is the study of {other}, whose results are in {folder}; give this one another name"
        yield Problem(("study",), message)


def _copied(config: str) -> bool:
    """Whether it is a config that the study command wrote for its jobs."""
    path = Path(config)
    return path.parts[0] == ".snakemake" or (path.parent.parent == RESULTS and path.name == COPY)


def _models(study: Study) -> Iterator[Problem]:
    """Models whose name is that of a copy of another one."""
    for name, wanted in sources(study).items():
        if (had := _had(name)) and not _same(had, wanted):
            folder = RESULTS / "models" / name
            message = f"is {wanted}, and {folder} is a copy of {had}; give this model another name, or remove {folder}"
            yield Problem(("models", name, "source"), message, at_key=True)


def _had(model: str) -> dict | None:
    """The source of the copy that is there."""
    try:
        return json.loads((RESULTS / "models" / model / MANIFEST).read_text(encoding="utf-8"))["source"]
    except (OSError, ValueError, KeyError, TypeError):  # none, or a damaged one
        return None


def _same(one: dict, other: dict) -> bool:
    return one == other or ("path" in one and "path" in other and _real(one) == _real(other))


def _real(source: dict) -> Path:
    return Path(source["path"]).resolve()
