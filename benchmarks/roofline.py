"""How fast this machine could be: its measured rates, and the least time that a model's arithmetic takes at them.

A pass over a model takes at least its operations at the matrix rate, and at least its bytes at the memory's rate,
whichever is more. Operations are those of the linear layers and of the two products of attention, of which a prefill
needs the lower triangle; bytes are the weights once a pass and the keys and values that are attended to. Softmax,
norms, rotary phases and what the presses compute are left out: this is a bound, not an estimate. It is for dense
models.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from transformers import PreTrainedModel

from benchmarks.clock import now
from benchmarks.workload import Task
from kvstudy.models.packed import pack_linears

ROWS, WIDTH, REPEATS = 8192, 4096, 3
BANDWIDTH_ROWS = 65536  # a matrix of 1 GiB in float32, larger than any cache


@dataclass(frozen=True)
class Machine:
    """Measured rates.

    Parameters
    ----------
    operations : float
        Floating-point operations per second of a large matrix product.
    bandwidth : float
        Bytes per second of a matrix-vector product, which reads the matrix once.
    """

    operations: float
    bandwidth: float


def measure(model: PreTrainedModel) -> Machine:
    """The rates of this machine at the model's device, number format and kind of linear layer."""
    options = {"device": model.device, "dtype": model.dtype}
    layer = nn.Sequential(nn.Linear(WIDTH, WIDTH, bias=False, **options))
    if model.device.type == "cpu" and model.dtype == torch.float32:
        pack_linears(layer)
    rows = torch.randn(ROWS, WIDTH, **options)
    matrix, vector = torch.randn(BANDWIDTH_ROWS, WIDTH, **options), torch.randn(WIDTH, **options)
    return Machine(
        operations=2 * ROWS * WIDTH * WIDTH / best(lambda: layer(rows)),
        bandwidth=matrix.nbytes / best(lambda: matrix @ vector),
    )


def best(work: Callable[[], object]) -> float:
    """Shortest time of some repetitions, in seconds, after one that is not counted."""
    work()
    times = []
    for _ in range(REPEATS):
        start = now()
        work()
        times.append(now() - start)
    return min(times)


@dataclass(frozen=True)
class Arithmetic:
    """A model's sizes.

    Parameters
    ----------
    blocks, head : int
        Weights of the linear layers before the head, and of the head.
    attention : int
        Layers x query heads x head dimension.
    cached : int
        Elements of one token's keys and values in all layers.
    width : int
        Bytes of an element.
    """

    blocks: int
    head: int
    attention: int
    cached: int
    width: int

    @classmethod
    def of(cls, model: PreTrainedModel) -> "Arithmetic":
        """Read off the model."""
        config = model.config
        dimension = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        return cls(
            blocks=sum(m.weight.numel() for m in model.model.modules() if isinstance(m, nn.Linear)),
            head=model.lm_head.weight.numel(),
            attention=config.num_hidden_layers * config.num_attention_heads * dimension,
            cached=2 * config.num_hidden_layers * config.num_key_value_heads * dimension,
            width=model.dtype.itemsize,
        )

    def pass_seconds(self, machine: Machine, rows: int, outputs: int, attended: float, entries: float) -> float:
        """Least time of one pass.

        Parameters
        ----------
        machine : Machine
        rows, outputs : int
            Tokens that go in; tokens whose logits come out.
        attended : float
            Pairs of a query and a key.
        entries : float
            Cached entries that are read.
        """
        operations = 2 * self.blocks * rows + 2 * self.head * outputs + 4 * self.attention * attended
        size = self.width * (self.blocks + (self.head if outputs else 0) + self.cached * entries)
        return max(operations / machine.operations, size / machine.bandwidth)

    def bound(self, machine: Machine, task: Task, lengths: list[int]) -> float:
        """Least time of one prefill and of a task's answers, all in one batch, in seconds.

        Parameters
        ----------
        machine : Machine
        task : Task
        lengths : list of int
            Tokens of each answer, cell by cell. An answer's last token is not fed to the model.
        """
        context, suffixes = len(task.work.tokens), task.work.suffixes
        kept = [context * (1 - cell.ratio) for cell in task.cells for _ in suffixes]
        asked = [len(suffix) for _ in task.cells for suffix in suffixes]
        held = context * sum(1 - cell.ratio for cell in task.cells)
        seconds = self.pass_seconds(machine, context, 0, context * (context + 1) / 2, 0)
        attended = sum(n * k + n * (n + 1) / 2 for n, k in zip(asked, kept, strict=True))
        seconds += self.pass_seconds(machine, sum(asked), len(asked), attended, held)
        for step in range(1, max(lengths)):
            live = [n + k + step for n, k, length in zip(asked, kept, lengths, strict=True) if length > step]
            own = sum(n + step for n, length in zip(asked, lengths, strict=True) if length > step)
            seconds += self.pass_seconds(machine, len(live), len(live), sum(live), held + own)
        return seconds
