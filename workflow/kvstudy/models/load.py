"""Load a materialised model and its tokenizer: offline, safetensors only, greedy and deterministic."""

import os
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from kvstudy.models.fit import misfit, not_finite, unfit_model
from kvstudy.models.manifest import MANIFEST, differing
from kvstudy.models.packed import pack_linears


def load_model(folder: Path, device: str, dtype: str, attention: str = "sdpa") -> PreTrainedModel:
    """The model in evaluation mode, on `device` ("auto" takes a GPU if there is one), gradients off.

    Exits with a message when the folder is not what its manifest says, or the weights are not the model's.

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
    check(folder)
    model, loading = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=resolve_dtype(dtype, device),
        attn_implementation=attention,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        ignore_mismatched_sizes=True,  # they are refused here, by their names
        output_loading_info=True,
    )
    model = model.to(device).eval()
    if reason := misfit(loading) or unfit_model(model) or not_finite(model):
        sys.exit(f"{folder.name}: {reason}")
    if device == "cpu" and model.dtype == torch.float32:
        pack_linears(model)
    return model


def repeat_exactly() -> None:
    """Let a GPU compute the same bits for the same input; torch warns of an operation that has no such form."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The model's own fast tokenizer; exits with a message when the folder is not what its manifest says."""
    check(folder)
    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def check(folder: Path) -> None:
    """Exit with a message when a model's folder is not what its manifest says."""
    if files := differing(folder):
        sys.exit(f"{folder}: not what {MANIFEST} says: {', '.join(files)}; remove the folder, and it is made again")


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
