"""Datasets whose contexts a model may be unable to hold, told before anything runs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.plan.cells import Cell, settings_of
from kvstudy.plan.estimate import longest, sizes
from kvstudy.plan.model_configs import configs

LIMIT = "max_position_embeddings"
SHORT = 2048  # tokens; where a model's config is not there yet, longer contexts are pointed out (a guess)


def warnings(study: Study, cells: Iterable[Cell], models: Path) -> Iterator[str]:
    """A line for every model and dataset of some cells that do not fit, as far as sizes and configs are known."""
    known = sizes(study)
    for cell in {(cell.experiment, cell.model): cell for cell in cells}.values():  # the parts of others are no longer
        file, config = next(configs(study, cell.model, models), (None, {}))
        needed: dict[str, int] = {}
        for part in settings_of(study, cell):
            if size := known.get(part["dataset"]):
                needed[part["dataset"]] = max(needed.get(part["dataset"], 0), longest(study, cell, part, size))
        key = f"models.{cell.model}.long_contexts: {study.models[cell.model].long_contexts}"
        for dataset, tokens in needed.items():
            takes = f"{dataset}: contexts take up to about {tokens:,} tokens with question and answer"
            if file is None and tokens > SHORT:
                yield f"{takes}; how many {cell.model} can read is known once it is copied; {key}."
            if tokens > config.get(LIMIT, tokens):
                yield f"{takes}, and {cell.model} can read {config[LIMIT]:,} ({LIMIT} in {file}); {key}."
