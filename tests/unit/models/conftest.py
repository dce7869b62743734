"""A model of two layers with random weights, and a tokenizer of its own, as a folder."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ["<s>", "</s>", "<end>", "<pad>", "user", "assistant", "Question", "Answer", ".", "a", "b", "c"]
SIZE = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 16}
TEMPLATE = (
    "{% for m in messages %}<s>{{ m['role'] }} {{ m['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant {% endif %}"
)


def make(folder: Path, tied: bool = False) -> Path:
    """The folder, as transformers writes it: one file of weights."""
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(**SIZE, tie_word_embeddings=tied, bos_token_id=0, eos_token_id=1))
    model.save_pretrained(folder)
    words = Tokenizer(WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="."))
    words.pre_tokenizer = Whitespace()
    control = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "additional_special_tokens": ["<end>"]}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, **control)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    return folder


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def write(folder: Path, held: dict[str, torch.Tensor], name: str = "model.safetensors") -> None:
    save_file({key: value.contiguous() for key, value in held.items()}, folder / name, metadata={"format": "pt"})


def edit(file: Path, **values: object) -> None:
    """Set keys of a JSON file; None takes one out."""
    content = json.loads(file.read_text()) | values
    file.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))


@pytest.fixture
def folder(tmp_path):
    return make(tmp_path / "model")
