"""The analyses of a study: what each reads, and what each takes of the config.

Another analysis of scores is another name in `kvstudy.plan.experiment`, and a module `kvstudy/analysis/<name>.py`.
"""

from dataclasses import asdict
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import FACTS_LIST
from kvstudy.contracts.given_up import FILE
from kvstudy.contracts.vocabulary import tables
from kvstudy.plan.cells import cells, experiments, generated, jobs, own, probed
from kvstudy.plan.experiment import EXPERIMENTS
from kvstudy.plan.setup import setup

FIGURE_MAP = "figure_map"
COMPARED = ("claims", "reproduced", FIGURE_MAP)  # the study beside the papers
PRINTED = {"reproduced": ["published.csv"], FIGURE_MAP: ["figure_map.csv"]}  # files of the resources that it reads
DATASET_SIZES, COVERAGE, PROBES = "dataset_sizes", "coverage", "probes"


def analyses(study: Study) -> list[str]:
    """The analyses that a study has."""
    found = [name for experiment in experiments(study) for name in EXPERIMENTS[experiment].estimates]
    found += [DATASET_SIZES] if passages(study) else []
    found += [PROBES] if probed(study) else []
    return [*found, *COMPARED, COVERAGE]


def inputs(study: Study, name: str, results: str) -> list[str]:
    """The files that one analysis reads, or that change with what it reads, under a study's results folder."""
    if name in COMPARED:
        return [f"{results}/analysis/{table}.parquet" for table in compared(study, name)]
    if name == DATASET_SIZES:
        return table_files(passages(study), results)
    found = [f"{results}/cells.parquet"]
    if name == PROBES:
        return [*found, *(f"{results}/probes/{cell.id}.parquet" for cell in probed(study))]
    if name == COVERAGE:
        given_up = [f"{results}/{FILE}"] if Path(results, FILE).is_file() else []
        return [*found, *(f"{results}/cells/{cell.id}/{FACTS_LIST}" for cell in cells(study)), *given_up]
    experiment = next(each.name for each in EXPERIMENTS.values() if name in each.estimates)
    return [
        *found,
        f"{results}/scores/{experiment}.json",
        *(table_files(passages(study), results) if name == "tag_curves" else []),
    ]


def jobs_of_study(study: Study) -> dict[str, dict]:
    """Name -> all that a job must know to make it, of every cell and every analysis/<name> of a study."""
    return {**jobs(study), **{f"analysis/{name}": settings(study, name) for name in analyses(study)}}


def settings(study: Study, name: str) -> dict:
    """What one analysis takes of the config, as values of JSON."""
    if name in COMPARED:
        return {"setup": asdict(setup(study)), "tables": compared(study, name)}
    if name == DATASET_SIZES:
        return {"datasets": passages(study)}
    if name == COVERAGE:
        return {}
    statistics = study.statistics
    found = {"resamples": statistics.resamples, "confidence": statistics.confidence, "seed": study.seed}
    if name == PROBES:
        return {**found, "probed": [cell.id for cell in probed(study)]}
    if name == "failure_curves":
        return {**found, "thresholds": statistics.failure_modes.model_dump()}
    return found


def passages(study: Study) -> list[str]:
    """The datasets of passages and questions."""
    return [*generated(study), *own(study)]


def table_files(names: list[str], results: str) -> list[str]:
    """The tables of each of some datasets, under a study's results folder."""
    return [f"{results}/datasets/{name}/{table}.parquet" for name in names for table in tables(name)]


def compared(study: Study, name: str) -> list[str]:
    """The analyses that are compared with the papers, of those that a study has."""
    if name == FIGURE_MAP:
        return []
    return [table for experiment in experiments(study) for table in getattr(EXPERIMENTS[experiment], name)]
