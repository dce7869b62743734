"""Whether a folder holds a model that can be studied, as far as its small files tell."""

import json
from pathlib import Path

ONE, INDEX = "model.safetensors", "model.safetensors.index.json"


def lacking(folder: Path) -> str | None:
    """What a model's folder lacks, or holds that is refused; None when it can be taken."""
    if not (folder / "config.json").is_file():
        return "no config.json"
    if (folder / "adapter_config.json").is_file():
        return "an adapter (adapter_config.json) of another model; merge it into that model first"
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
    try:
        missing = [name for name in weight_files(folder) if not (folder / name).is_file()]
    except (OSError, KeyError, TypeError, AttributeError):
        return f"neither {ONE} nor an {INDEX} that names the files of the weights"
    return f"no {', '.join(missing)}, which {INDEX} names" if missing else None


def weight_files(folder: Path) -> list[str]:
    """The names of the files that the weights are loaded from, as transformers chooses them: one, or those of an index.

    Raises
    ------
    OSError, KeyError, TypeError, AttributeError
        There is no such file and no index, or one that names no files.
    """
    if (folder / ONE).is_file():
        return [ONE]
    return sorted(set(json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values()))
