"""One prefill of a context, compressed by any number of presses.

kvpress compresses a layer right after that layer's attention over the whole context, so what one press removes never
changes what a later layer computes: one prefill serves every press and ratio, and each press still runs through its
own kvpress code on the layer's true keys and values.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from kvpress import BasePress
from torch import nn
from transformers import DynamicCache, PreTrainedModel

from kvstudy.engine.survivors import GatherRecorder


class Unsupported(ValueError):
    """A press that cannot compress this context; the message is the press's own."""


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error is a failed allocation; a CPU's comes as a plain RuntimeError."""
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)


@dataclass
class CompressedLayer:
    """What one layer kept of the context. n is the number of entries in memory.

    Parameters
    ----------
    keys, values : torch.Tensor
        (KV heads, n, head dimension).
    positions : torch.Tensor
        (KV heads, n), the context position of each entry.
    masked : torch.Tensor, optional
        (KV heads, n), True where the entry is masked out although it is in memory (head-wise eviction).
    """

    keys: torch.Tensor
    values: torch.Tensor
    positions: torch.Tensor
    masked: torch.Tensor | None = None

    def kept(self, length: int) -> torch.Tensor:
        """(KV heads, length) bool: which context positions survive in which head."""
        kept = torch.zeros(self.positions.shape[0], length, dtype=torch.bool)
        visible = torch.ones_like(self.positions, dtype=torch.bool) if self.masked is None else ~self.masked
        heads = torch.arange(kept.shape[0]).unsqueeze(1).expand_as(self.positions)
        kept[heads[visible.cpu()], self.positions.cpu()[visible.cpu()]] = True
        return kept


@dataclass
class CompressedContext:
    """A context as a press left it.

    Parameters
    ----------
    layers : list of CompressedLayer
    length : int
        Tokens of the context before compression; later positions continue from here.
    region : tuple of int
        [start, end) of the positions that could be evicted.
    """

    layers: list[CompressedLayer]
    length: int
    region: tuple[int, int]

    def kept(self) -> torch.Tensor:
        """(layers, KV heads, length) bool."""
        return torch.stack([layer.kept(self.length) for layer in self.layers])

    def achieved_ratio(self) -> float:
        """KV entries removed from the region over the region's KV entries; 0 for an empty region."""
        start, end = self.region
        return 1 - self.kept()[..., start:end].double().mean().item() if end > start else 0.0


def prefill(
    model: PreTrainedModel, tokens: list[int], region: tuple[int, int], presses: list[BasePress | None], seed: int = 0
) -> list[CompressedContext | Unsupported]:
    """Run the context once and compress it by each press.

    Parameters
    ----------
    model : PreTrainedModel
    tokens : list of int
        The context.
    region : tuple of int
        [start, end): a press sees and evicts these positions only, at their true rotary phases; all others are kept.
    presses : list of BasePress or None
        None keeps everything.
    seed : int
        For presses that draw at random: each draws anew in every layer and context, and the same in every bundle.

    Returns
    -------
    list of CompressedContext or Unsupported
        One entry a press. A press that refuses the context yields the reason in place of a result.
    """
    ids = torch.tensor([tokens], device=model.device)
    drawn = zlib.crc32(ids.cpu().numpy().tobytes(), seed)
    compressors = [Compressor(press, region, drawn) for press in presses]
    with compressing(model, compressors):
        model.model(input_ids=ids, past_key_values=DynamicCache(), use_cache=True)
    return [c.failure or CompressedContext(c.layers, len(tokens), region) for c in compressors]


@contextmanager
def compressing(model: PreTrainedModel, compressors: "list[Compressor]") -> Iterator[None]:
    """Hook every compressor into every attention layer, as `BasePress.__call__` does for one press."""
    hooks = []
    try:
        for compressor in compressors:
            compressor.prepare(model)
        for layer in model.model.layers:
            layer.self_attn.rotary_emb = model.model.rotary_emb
            for compressor in compressors:
                hooks.append(layer.self_attn.register_forward_hook(compressor.hook, with_kwargs=True))
        yield
    finally:
        for hook in hooks:
            hook.remove()


class Compressor:
    """Applies one press to each layer of one prefill."""

    def __init__(self, press: BasePress | None, region: tuple[int, int], seed: int):
        self.press = press
        self.region = region
        self.seed = seed
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
                self.failure = failure
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
        kept, masked = self.run_press(module, kwargs, output, seen)
        before, after = every[:, :start], every[:, end:]
        layer = CompressedLayer(
            torch.cat([keys[0, :, :start], seen.layers[0].keys[0], keys[0, :, end:]], dim=1),
            torch.cat([values[0, :, :start], seen.layers[0].values[0], values[0, :, end:]], dim=1),
            torch.cat([before, start + kept, after], dim=1),
        )
        if masked is not None:
            layer.masked = torch.zeros_like(layer.positions, dtype=torch.bool)
            layer.masked[masked[1], start + masked[2]] = True
        return layer

    def run_press(self, module: nn.Module, kwargs: dict, output: tuple, seen: DynamicCache) -> tuple:
        """kvpress's own forward hook on the region; `seen` is compressed in place.

        Returns
        -------
        positions : torch.Tensor
            (KV heads, n) positions within the region of the entries left in `seen`.
        masked : tuple of torch.Tensor or None
            Batch, head and position indices of entries that stay in memory but are masked out.
        """
        start, end = self.region
        cos, sin = kwargs["position_embeddings"]
        inner = {
            **kwargs,
            "hidden_states": kwargs["hidden_states"][:, start:end],
            "position_embeddings": (cos[:, start:end], sin[:, start:end]),
            "cache_position": torch.arange(end - start, device=cos.device),
            "past_key_values": SingleLayer(seen.layers[0]),
        }
        attentions = None if output[1] is None else output[1][:, :, start:end, start:end]
        keys, values = seen.layers[0].keys, seen.layers[0].values
        module.masked_key_indices = None
        torch.manual_seed(self.seed + module.layer_idx)
        try:
            with shifted(module, start), GatherRecorder(values) as recorder:
                self.press.forward_hook(module, (), inner, (output[0], attentions))
        # The ways in which presses refuse a context, by assertion or because their own indexing fails on a short one.
        except (AssertionError, ValueError, IndexError, NotImplementedError, RuntimeError) as error:
            if is_out_of_memory(error):
                raise
            raise Unsupported(f"{type(error).__name__}: {error}".splitlines()[0]) from error
        finally:
            masked, module.masked_key_indices = module.masked_key_indices, None
        positions = recorder.positions()
        check_traced(positions, keys, seen.layers[0].keys)
        check_traced(positions, values, seen.layers[0].values)
        return positions, masked


def check_traced(positions: torch.Tensor, full: torch.Tensor, kept: torch.Tensor) -> None:
    """Raise Unsupported unless the kept keys or values are those of these positions, unchanged.

    Parameters
    ----------
    positions : torch.Tensor
        (KV heads, n).
    full, kept : torch.Tensor
        (1, KV heads, tokens or n, head dimension).
    """
    if kept.shape[:3] != (1, *positions.shape) or not torch.equal(
        full.gather(2, positions[None, ..., None].expand_as(kept)), kept
    ):
        raise Unsupported("the press changes the keys or values it keeps, so its survivors cannot be traced")


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
