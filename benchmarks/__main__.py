"""Time the engine beside kvpress's pipeline, and write tables, a page and a plot: python -m benchmarks."""

import argparse
import os
import platform
from pathlib import Path

import torch

from benchmarks import memory, plot, report, roofline, trace
from benchmarks.contenders import ENGINE, contenders
from benchmarks.models import SHAPES, THREADS, Source, small_model
from benchmarks.split import split
from benchmarks.timings import Timings
from benchmarks.workload import FIXED, QUESTIONS, Prompts, short
from kvstudy.cells.record import package_versions
from kvstudy.figures.figure import render
from kvstudy.models.load import resolve_device

RESULTS = Path("benchmarks/results")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--model", type=Path, help="folder of a materialised model; without it the demo's")
    parser.add_argument(
        "--shape", choices=sorted(SHAPES), help="random weights of this shape, with --model's tokenizer"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--lengths", type=int, nargs="+", default=[300, 500, 1000], help="context lengths in tokens")
    parser.add_argument("--repetitions", type=int, default=3, help="of everything, each on contexts of its own")
    parser.add_argument("--out", type=Path, help="folder of the results; without it one a device and model")
    arguments = parser.parse_args()
    source = Source(arguments.model or small_model(), arguments.shape, resolve_device(arguments.device))
    out = arguments.out or RESULTS / f"{source.device}-{source.shape or source.folder.name}"
    measure(source, sorted(arguments.lengths), arguments.repetitions, out)


def measure(source: Source, lengths: list[int], repetitions: int, out: Path) -> None:
    """Measure everything, and write the tables as CSV, the page and the plot."""
    tables = {"memory": memory.measure(source, lengths[-1])}  # first: a process inherits its parent's peak
    found = contenders(source)
    engine = found[ENGINE]
    prompts = Prompts(engine.tokenizer)
    endings = [FIXED] if source.shape else [short(engine.tokenizer), FIXED]
    machine = roofline.measure(engine.model)
    tables["timings"] = Timings(found, prompts, machine, endings, lengths, repetitions).run()
    longest = prompts.workloads(lengths[-1], repetitions, QUESTIONS)
    tables["split"] = split(found, longest, endings)
    tables["trace"] = trace.measure(engine, longest, endings[0])
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(out / f"{name}.csv", index=False, float_format="%.5g")
    (out / "README.md").write_text(report.page(title(source), machine, **tables))
    render(plot.draw, out / "cost", timings=tables["timings"])


def title(source: Source) -> str:
    """Model, device and versions."""
    cpu = f"{platform.machine()}, {THREADS} of {os.cpu_count()} cores"
    device = torch.cuda.get_device_name() if source.device == "cuda" else cpu
    versions = ", ".join(f"{name} {version}" for name, version in package_versions().items())
    return f"{source.name} on {device} ({versions})"


if __name__ == "__main__":
    main()
