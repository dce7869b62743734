"""Bring a model to one local form: a folder with safetensors weights, tokenizer and config.

Compute nodes then need no network, and a GGUF file is dequantised once instead of once a job. Only safetensors is
written or taken: a pickled checkpoint or a repository that brings its own code is refused.
"""

import importlib.util
import json
import shutil
import uuid
from pathlib import Path

from kvstudy.config.folders import unfit
from kvstudy.contracts.files import checksum

MANIFEST = "materialised.json"
TAKEN = ("*.safetensors", "*.json", "*.model", "*.jinja", "merges.txt", "vocab.txt")
NOT_TAKEN = "*/*"  # a repository keeps other forms of the weights in folders


class ModelError(ValueError):
    """A model that cannot be taken; the message says which and why."""


def materialise(name: str, source: dict, out: Path) -> None:
    """Write the model's folder; its manifest, with the sha256 of every file, is written last.

    Parameters
    ----------
    name : str
        The model's name in the config, for messages.
    source : dict
        `{"hub": "org/name", "revision": sha}`, `{"path": folder}` or `{"package": module, "gguf": file}`.
    out : Path
        The folder; whatever an interrupted run left there is replaced.

    Raises
    ------
    ModelError
        The source is missing, has no safetensors weights, or needs code of its own.
    """
    temporary = out.with_name(f".{out.name}.{uuid.uuid4().hex}.tmp")
    temporary.mkdir(parents=True)
    try:
        if "gguf" in source:
            from_gguf(name, source, temporary)
        elif "hub" in source:
            from_hub(source, temporary)
        else:
            from_folder(name, Path(source["path"]), temporary)
        check(name, temporary)
        manifest = {"name": name, "source": source, "files": checksums(temporary)}
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        shutil.rmtree(out, ignore_errors=True)
        temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def from_hub(source: dict, folder: Path) -> None:
    """Download one pinned revision; a token is taken from the environment by the hub's own client."""
    from huggingface_hub import snapshot_download

    patterns = {"allow_patterns": list(TAKEN), "ignore_patterns": NOT_TAKEN}
    snapshot_download(source["hub"], revision=source["revision"], local_dir=folder, **patterns)
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def from_folder(name: str, origin: Path, folder: Path) -> None:
    """Copy a local snapshot."""
    if not origin.is_dir():
        raise ModelError(f"model {name}: no folder {origin}")
    for pattern in TAKEN:
        for file in sorted(origin.glob(pattern)):
            if file.name != MANIFEST:
                shutil.copy2(file, folder / file.name)


def from_gguf(name: str, source: dict, folder: Path) -> None:
    """Dequantise a GGUF file that an installed package carries, to float32."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    spec = importlib.util.find_spec(source["package"])
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"model {name}: package {source['package']} is not installed")
    origin = Path(next(iter(spec.submodule_search_locations)))
    if not (origin / source["gguf"]).is_file():
        raise ModelError(f"model {name}: package {source['package']} has no file {source['gguf']}")
    model = AutoModelForCausalLM.from_pretrained(origin, gguf_file=source["gguf"], dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(origin, gguf_file=source["gguf"])
    # The conversion takes the wrong end token; the model's own config names the right one.
    end = tokenizer.convert_ids_to_tokens(model.config.eos_token_id)
    tokenizer.eos_token = tokenizer.pad_token = end
    model.generation_config.eos_token_id = model.config.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def check(name: str, folder: Path) -> None:
    """Refuse a folder without whole safetensors weights and tokenizer, or with code of its own."""
    from safetensors import SafetensorError, safe_open

    if reason := unfit(folder):
        raise ModelError(f"model {name}: {reason}")
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="numpy"):
                pass
        except (SafetensorError, OSError) as error:
            raise ModelError(f"model {name}: {file.name} is damaged: {error}") from None


def checksums(folder: Path) -> dict[str, str]:
    """File name -> sha256 hex of every file in the folder."""
    return {file.name: checksum(file) for file in sorted(folder.iterdir())}
