"""The config of a model, before it is loaded: that of its copy, or of the folder that it is copied from."""

import json
from collections.abc import Iterator
from pathlib import Path

from kvstudy.config.model import Study


def configs(study: Study, model: str, models: Path) -> Iterator[tuple[Path, dict]]:
    """The model's config.json with its content, of every place where there is one; `models` is the folder of copies."""
    source = study.models[model].source
    for folder in (models / model, *([Path(source.path)] if hasattr(source, "path") else [])):
        try:
            yield folder / "config.json", json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
