"""The config of a model, before it is loaded: that of the folder that it is copied from, or of its copy."""

import json
from collections.abc import Iterator
from pathlib import Path

from kvstudy.config.model import Study


def configs(study: Study, model: str, models: Path) -> Iterator[tuple[Path, dict]]:
    """The model's config.json with its content, of every place where there is one; `models` is the folder of copies."""
    source = study.models[model].source
    for folder in (*([Path(source.path)] if hasattr(source, "path") else []), models / model):
        try:
            yield folder / "config.json", json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
