"""One press at work on each layer of a prefill that it shares with others."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from kvpress import BasePress, KeyRerotationPress
from torch import nn
from transformers import DynamicCache, PreTrainedModel

from kvstudy.engine.context import CompressedLayer, Unsupported, is_out_of_memory
from kvstudy.engine.survivors import GatherRecorder, locate
from kvstudy.engine.weights import needs_weights


@contextmanager
def refusing() -> Iterator[None]:
    """Turn the ways in which presses refuse a context into Unsupported: an assertion, or shapes that do not fit."""
    try:
        yield
    except Unsupported:
        raise
    except AttributeError as error:  # of a press that trips while it cleans up after a failed allocation
        if is_out_of_memory(error):
            raise torch.OutOfMemoryError("out of memory in a press") from error
        raise
    except (AssertionError, ValueError, IndexError, NotImplementedError, RuntimeError) as error:
        if is_out_of_memory(error) or "CUDA error" in str(error):
            raise
        raise Unsupported(f"{type(error).__name__}: {error}".splitlines()[0]) from error


class Compressor:
    """Applies one press to each layer of one prefill."""

    def __init__(self, press: BasePress | None, region: tuple[int, int], seed: int):
        self.press = press
        self.region = region
        self.seed = seed
        self.needs_weights = needs_weights(press)
        self.layers: list[CompressedLayer] = []
        self.failure: Unsupported | None = None

    def prepare(self, model: PreTrainedModel) -> None:
        """Let the press read what it needs from the model."""
        if self.press is not None:
            self.press.post_init_from_model(model)

    def hook(self, module: nn.Module, arguments: tuple, kwargs: dict, output: tuple) -> tuple:
        """Take the layer's keys and values from the cache, compress a copy, leave the prefill as it was."""
        if self.failure is None:
            held = kwargs["past_key_values"].layers[module.layer_idx]
            try:
                self.layers.append(self.compress(module, kwargs, output, held.keys, held.values))
            except Unsupported as failure:
                self.failure = Unsupported(str(failure))  # without its traceback, which would hold the full cache
        return output

    def compress(
        self, module: nn.Module, kwargs: dict, output: tuple, keys: torch.Tensor, values: torch.Tensor
    ) -> CompressedLayer:
        """One layer; keys and values are (1, KV heads, context tokens, head dimension)."""
        heads, length = keys.shape[1:3]
        every = torch.arange(length, device=keys.device).expand(heads, length)
        if self.press is None:
            return CompressedLayer(keys[0], values[0], every)
        start, end = self.region
        seen = DynamicCache()
        seen.update(keys[:, :, start:end].clone(), values[:, :, start:end].clone(), 0)
        inner = self.run_press(module, kwargs, output, seen)
        if inner.rerotated and end < length:
            raise Unsupported("it re-rotates keys, which leaves a gap before what is protected at the end")
        unmasked = torch.zeros_like(every, dtype=torch.bool)
        return CompressedLayer(
            torch.cat([keys[0, :, :start], inner.keys, keys[0, :, end:]], dim=1),
            torch.cat([values[0, :, :start], inner.values, values[0, :, end:]], dim=1),
            torch.cat([every[:, :start], start + inner.positions, every[:, end:]], dim=1),
            None if inner.masked is None else torch.cat([unmasked[:, :start], inner.masked, unmasked[:, end:]], dim=1),
            inner.rerotated,
        )

    def run_press(self, module: nn.Module, kwargs: dict, output: tuple, seen: DynamicCache) -> CompressedLayer:
        """kvpress's own forward hook on the region, whose keys and values are in `seen`; positions count from 0."""
        start, end = self.region
        cos, sin = kwargs["position_embeddings"]
        held = seen.layers[0]
        inner = {
            **kwargs,
            "hidden_states": kwargs["hidden_states"][:, start:end],
            "position_embeddings": (cos[:, start:end], sin[:, start:end]),
            "cache_position": torch.arange(end - start, device=cos.device),
            "past_key_values": SingleLayer(held),
        }
        attentions = output[1][:, :, start:end, start:end] if self.needs_weights else None
        keys, values = held.keys, held.values
        module.masked_key_indices = None
        torch.manual_seed(self.seed + module.layer_idx)
        try:
            with shifted(module, start), GatherRecorder(keys, values) as recorder, refusing():
                self.press.forward_hook(module, (), inner, (output[0], attentions))
        finally:
            masked, module.masked_key_indices = module.masked_key_indices, None
        if not held.keys.numel():
            raise Unsupported("the press leaves nothing of the context")
        positions, turned = locate(module, recorder.index, keys, held.keys)
        # A press that re-rotates may find nothing to turn, where the survivors already follow each other.
        rerotated = turned or isinstance(self.press, KeyRerotationPress)
        layer = CompressedLayer(held.keys[0], held.values[0], positions, rerotated=rerotated)
        if masked is not None:
            layer.masked = torch.zeros_like(positions, dtype=torch.bool)
            layer.masked[masked[1], masked[2]] = True
        return layer


class SingleLayer:
    """A cache in which every layer index names the one layer at hand."""

    def __init__(self, layer: object):
        self.layers = self
        self.layer = layer

    def __getitem__(self, index: int) -> object:
        """The layer, whatever its index."""
        return self.layer


class Shifted(nn.Module):
    """A rotary embedding that counts positions from `start`."""

    def __init__(self, rotary: nn.Module, start: int):
        super().__init__()
        self.rotary = rotary
        self.start = start

    def forward(self, x: torch.Tensor, position_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosine and sine at the true positions."""
        return self.rotary(x, position_ids + self.start)

    def __getattr__(self, name: str) -> object:
        """Everything else is the model's own."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("rotary"), name)


@contextmanager
def shifted(module: nn.Module, start: int) -> Iterator[None]:
    """Presses that compute rotary phases count the region's positions from 0; give them the true phases."""
    rotary = module.rotary_emb
    if start:
        module.rotary_emb = Shifted(rotary, start)
    try:
        yield
    finally:
        module.rotary_emb = rotary
