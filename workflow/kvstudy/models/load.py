"""Load a materialised model and its tokenizer: offline, safetensors only, greedy and deterministic."""

import json
import os
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from kvstudy.models.materialise import MANIFEST
from kvstudy.models.packed import pack_linears


def load_model(folder: Path, device: str, dtype: str, attention: str = "sdpa") -> PreTrainedModel:
    """The model in evaluation mode, on `device` ("auto" takes a GPU if there is one), gradients off.

    Parameters
    ----------
    folder : Path
        Written by `kvstudy.models.materialise`.
    device : str
        auto, cpu or cuda.
    dtype : str
        auto (bfloat16 on a GPU, float32 on a CPU), float32, bfloat16 or float16.
    attention : str
        sdpa, eager or flash_attention_2: how a prefill computes attention.
    """
    disable_progress_bar()
    torch.set_grad_enabled(False)
    device = resolve_device(device)
    if device == "cuda":
        repeat_exactly()
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=resolve_dtype(dtype, device),
        attn_implementation=attention,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
    )
    if reason := unfit(model):
        sys.exit(f"{folder.name}: {reason}")
    model = model.to(device).eval()
    if device == "cpu" and model.dtype == torch.float32:
        pack_linears(model)
    return model


def unfit(model: PreTrainedModel) -> str | None:
    """Why a model cannot be studied, or None."""
    if not hasattr(model.model, "layers"):
        return f"{type(model).__name__} is no text model: its decoder is part of a larger one"
    kinds = model.model.rotary_emb.rope_type  # one, or one for each type of layer
    moving = {"dynamic", "longrope"} & (set(kinds.values()) if isinstance(kinds, dict) else {kinds})
    if moving:
        return f"its rotary phases ({moving.pop()}) depend on the longest context of a batch, and so would its answers"
    return None


def repeat_exactly() -> None:
    """Let a GPU compute the same bits for the same input; torch warns of an operation that has no such form."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The model's own fast tokenizer."""
    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def load_manifest(folder: Path) -> dict:
    """What the model's folder holds: source and the sha256 of every file."""
    return json.loads((folder / MANIFEST).read_text())


def resolve_device(device: str) -> str:
    """The device that "auto" stands for on this machine."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def resolve_dtype(dtype: str, device: str) -> torch.dtype:
    """The number format that "auto" stands for on this device."""
    if dtype == "auto":
        return torch.bfloat16 if device == "cuda" else torch.float32
    return getattr(torch, dtype)
