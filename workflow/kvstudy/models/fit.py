"""Whether a model is whole: every tensor of its architecture there once, of its shape, and none besides; a tokenizer of
its vocabulary; and a token that ends its turns.
"""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from kvstudy.config.folders import weight_files
from kvstudy.models.endings import end_tokens

PLAIN = {"F64", "F32", "F16", "BF16"}
SHOWN = 10  # names in a message


def unfit(folder: Path) -> str | None:
    """Why the model in a folder cannot be studied, or None; of the weights nothing but their heads is read."""
    tensors: dict[str, tuple[int, ...]] = {}
    for name in weight_files(folder):
        try:
            with safe_open(folder / name, framework="numpy") as file:
                found = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            return f"{name} is damaged: {error}"
        if strange := {each.get_dtype() for each in found.values()} - PLAIN:
            return f"{name} holds numbers of type {', '.join(sorted(strange))}: quantised weights are not studied"
        if twice := tensors.keys() & found.keys():
            return f"{name} holds again what another file of weights holds: {some(twice)}"
        tensors |= {key: tuple(each.get_shape()) for key, each in found.items()}
    logging.disable_progress_bar()
    logging.set_verbosity_error()  # what is wrong with a load is said here
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        model, loading = of_shapes(config, tensors)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # a file of theirs can lead these libraries to any
        return f"transformers cannot load it: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return misfit(loading) or unfit_model(model) or unfit_tokenizer(folder, tokenizer, config.vocab_size)


def of_shapes(config: PreTrainedConfig, tensors: dict[str, tuple[int, ...]]) -> tuple[PreTrainedModel, dict]:
    """A model of no use but for what transformers says of loading tensors of these names and shapes.

    Each is one number, seen in the tensor's shape, so that hardly any memory is taken. (transformers' own
    `device_map="meta"` does not do: to it all tensors are then tied to each other, and none is missing.)
    """
    with torch.device("meta"):
        kind = type(AutoModelForCausalLM.from_config(config))
    undrawn = type(kind.__name__, (kind,), {"initialize_weights": lambda model: None})  # of what is missing
    shown = {name: torch.empty((), dtype=torch.bfloat16).expand(shape) for name, shape in tensors.items()}
    how = {"dtype": torch.bfloat16, "ignore_mismatched_sizes": True, "output_loading_info": True}
    return undrawn.from_pretrained(None, config=config, state_dict=shown, **how)


def misfit(loading: dict) -> str | None:
    """What transformers' account of a load says against it, with the names of the tensors; None when nothing does.

    What the architecture ties or ignores is not in that account. Missing tensors would be drawn at random.
    """
    wrong = {f"{key} {tuple(had)} instead of {tuple(wanted)}" for key, had, wanted in loading["mismatched_keys"]}
    parts = {"missing": loading["missing_keys"], "unknown": loading["unexpected_keys"], "of another shape": wrong}
    found = [f"{len(names)} {what} ({some(names)})" for what, names in parts.items() if names]
    return f"the tensors are not those of its architecture: {'; '.join(found)}" if found else None


def some(names: set[str]) -> str:
    """The first of some names."""
    return ", ".join(sorted(names)[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def unfit_model(model: PreTrainedModel) -> str | None:
    """Why a model cannot be studied, or None."""
    if not hasattr(getattr(model, "model", None), "layers"):
        return f"{type(model).__name__} has no layers at model.layers: it is part of a larger model or of another build"
    kinds = model.model.rotary_emb.rope_type  # one, or one for each type of layer
    moving = {"dynamic", "longrope"} & (set(kinds.values()) if isinstance(kinds, dict) else {kinds})
    if moving:
        return f"its rotary phases ({moving.pop()}) depend on the longest context of a batch, and so would its answers"
    return None


def unfit_tokenizer(folder: Path, tokenizer: PreTrainedTokenizerFast, size: int) -> str | None:
    """Why a tokenizer does not do for a model with `size` tokens, or None.

    Control tokens may be beyond: no text of a study may hold one.
    """
    control = tokenizer.all_special_tokens
    beyond = {text for text, token in tokenizer.get_vocab().items() if token >= size and text not in control}
    if beyond:
        return f"its tokenizer has tokens beyond the {size:,} that the model knows (vocab_size): {some(beyond)}"
    if not end_tokens(folder, tokenizer):
        return (
            "nothing tells which token ends its turns: neither eos_token_id in generation_config.json or config.json, "
            "nor eos_token of its tokenizer, nor its chat template"
        )
    return None


def not_finite(model: PreTrainedModel) -> str | None:
    """Which weights hold what is no number, or one too large for the number format; None when none do."""
    ranges = {name: torch.stack(torch.aminmax(weight)) for name, weight in model.named_parameters()}
    found = {name for name, ends in ranges.items() if not ends.isfinite().all()}
    return f"weights that are not finite as {model.dtype}: {some(found)}" if found else None
