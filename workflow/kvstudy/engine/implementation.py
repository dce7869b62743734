"""Which of transformers' attention implementations a model runs with."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import PreTrainedModel


@contextmanager
def using_attention(model: PreTrainedModel, name: str) -> Iterator[None]:
    """Run the model with this implementation, then with the one that it had."""
    usual = model.config._attn_implementation
    model.config._attn_implementation = name
    try:
        yield
    finally:
        model.config._attn_implementation = usual
