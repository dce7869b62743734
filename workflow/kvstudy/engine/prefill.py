"""One prefill of a context, compressed by any number of presses.

kvpress compresses a layer right after that layer's attention over the whole context, so what one press removes never
changes what a later layer computes: one prefill serves every press and ratio, and each press still runs through its
own kvpress code on the layer's true keys and values. Presses that pass over the context by themselves run apart.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import torch
from kvpress import BasePress
from transformers import DynamicCache, PreTrainedModel

from kvstudy.engine.compressor import Compressor, refusing
from kvstudy.engine.context import CompressedContext, Unsupported
from kvstudy.engine.own_passes import has_own_passes, prefill_with_own_passes
from kvstudy.engine.reach import ReachSets
from kvstudy.engine.weights import with_weights


def prefill(
    model: PreTrainedModel,
    tokens: list[int],
    region: tuple[int, int],
    presses: list[BasePress | None],
    seed: int = 0,
    reach: ReachSets | None = None,
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
    reach : ReachSets, optional
        Follows the tokens that routes lead to through the prefill.

    Returns
    -------
    list of CompressedContext or Unsupported
        One entry a press. A press that refuses the context yields the reason in place of a result.
    """
    ids = torch.tensor([tokens], device=model.device)
    drawn = zlib.crc32(ids.cpu().numpy().tobytes(), seed)
    shared = [Compressor(press, region, drawn) for press in presses if not has_own_passes(press)]
    if shared or reach:
        weighing = with_weights(model) if reach or any(c.needs_weights for c in shared) else nullcontext()
        following = reach.following(model) if reach else nullcontext()
        with weighing, following, compressing(model, shared):
            model.model(input_ids=ids, past_key_values=DynamicCache(), use_cache=True)
    compressed = iter(c.failure or CompressedContext(c.layers, len(tokens), region) for c in shared)
    return [
        attempt(lambda press=press: prefill_with_own_passes(model, ids, region, press, drawn))
        if has_own_passes(press)
        else next(compressed)
        for press in presses
    ]


def attempt(compress: Callable[[], CompressedContext]) -> CompressedContext | Unsupported:
    """The compressed context, or why there is none."""
    try:
        with refusing():
            return compress()
    except Unsupported as failure:
        return Unsupported(str(failure))  # without its traceback, which would hold the full cache


@contextmanager
def compressing(model: PreTrainedModel, compressors: list[Compressor]) -> Iterator[None]:
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
