"""Whether a folder holds a model that can be studied, as far as its small files tell."""

import json
from pathlib import Path


def unfit(folder: Path) -> str | None:
    """What a model's folder lacks, or holds that is refused; None when it can be taken."""
    if not (folder / "config.json").is_file():
        return "no config.json"
    if not list(folder.glob("*.safetensors")):
        return "no safetensors weights (pickled checkpoints are not loaded)"
    if not (folder / "tokenizer.json").is_file():
        return "no tokenizer.json (a fast tokenizer is needed for character offsets)"
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            return f"{file.name} cannot be read: {str(error).splitlines()[0]}"
        if isinstance(content, dict) and "auto_map" in content:
            return f"{file.name} asks for code of its own (auto_map), which is never run"
    return None
