"""Bring a model to one local form: a folder with safetensors weights, tokenizer and config.

Compute nodes then need no network, and a GGUF file is dequantised once instead of once a job. Only safetensors is
written or taken: a pickled checkpoint or a repository that brings its own code is refused.
"""

import importlib.util
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from kvstudy.config.folders import lacking
from kvstudy.models import hub
from kvstudy.models.manifest import MANIFEST, write_manifest

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
        `{"hub": "org/name", "revision": sha}`, `{"path": folder, "copy": whether}` or
        `{"package": module, "gguf": file}`.
    out : Path
        The folder; whatever an interrupted run left there is replaced.

    Raises
    ------
    ModelError
        The source is missing, has no safetensors weights, or needs code of its own; or its weights, its tokenizer and
        its config do not make a model that can be studied.
    """
    temporary = out.with_name(f".{out.name}.{uuid.uuid4().hex}.tmp")
    temporary.mkdir(parents=True)
    try:
        if "gguf" in source:
            from_gguf(name, source, temporary)
        elif "hub" in source:
            from_hub(name, source, temporary)
        else:
            from_folder(name, Path(source["path"]), source.get("copy", True), temporary)
        check(name, temporary)
        write_manifest(temporary, name, source)
        shutil.rmtree(out, ignore_errors=True)
        temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def from_hub(name: str, source: dict, folder: Path) -> None:
    """Take one pinned revision; a token is taken from the environment by the hub's own client."""
    try:
        patterns = {"allow_patterns": list(TAKEN), "ignore_patterns": NOT_TAKEN}
        take(hub.snapshot("model", source["hub"], source["revision"], patterns, lacking), folder, hub.link)
    except hub.NotThere as error:
        raise ModelError(f"model {name}: {error}") from None


def from_folder(name: str, origin: Path, copy: bool, folder: Path) -> None:
    """Copy a local snapshot, or link to its files."""
    if not origin.is_dir():
        raise ModelError(f"model {name}: no folder {origin}")
    how = shutil.copyfile if copy else link  # a copy is without the original's mode, which others may not read
    take(origin, folder, how)


def link(file: Path, to: Path) -> None:
    """Link to a file, wherever the link lies."""
    to.symlink_to(file.resolve())


def take(origin: Path, folder: Path, how: Callable[[Path, Path], object]) -> None:
    """Take the files that make a model from one folder to another."""
    for pattern in TAKEN:
        for file in sorted(origin.glob(pattern)):
            if file.name != MANIFEST:
                how(file, folder / file.name)


def from_gguf(name: str, source: dict, folder: Path) -> None:
    """Dequantise a GGUF file that an installed package carries, to float32."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    from kvstudy.models.fit import misfit

    disable_progress_bar()
    spec = importlib.util.find_spec(source["package"])
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"model {name}: package {source['package']} is not installed")
    origin = Path(next(iter(spec.submodule_search_locations)))
    if not (origin / source["gguf"]).is_file():
        raise ModelError(f"model {name}: package {source['package']} has no file {source['gguf']}")
    how = {"dtype": torch.float32, "ignore_mismatched_sizes": True, "output_loading_info": True}
    model, loading = AutoModelForCausalLM.from_pretrained(origin, gguf_file=source["gguf"], **how)
    if reason := misfit(loading):
        raise ModelError(f"model {name}: {source['gguf']}: {reason}")
    tokenizer = AutoTokenizer.from_pretrained(origin, gguf_file=source["gguf"])
    # The conversion takes the wrong end token; the model's own config names the right one.
    end = tokenizer.convert_ids_to_tokens(model.config.eos_token_id)
    tokenizer.eos_token = tokenizer.pad_token = end
    model.generation_config.eos_token_id = model.config.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in folder.glob("*.safetensors"):
        file.chmod((folder / "config.json").stat().st_mode)  # it was made for its owner alone


def check(name: str, folder: Path) -> None:
    """Refuse a folder whose files are not those of a model that can be studied, or with code of its own."""
    from kvstudy.models import fit

    if reason := lacking(folder) or fit.unfit(folder):
        raise ModelError(f"model {name}: {reason}")
