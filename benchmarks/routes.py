"""Time the search for routes to the evidence, in one context at all ratios: python -m benchmarks.routes.

The context is prefilled once, compressed by one policy at nine ratios and by none, and its questions are read in each
of these cells; their answers end after one token, since routes begin at the questions. That is done with routes and
without; the difference is what they cost. `seconds` is the processor's time, so that other work on the machine counts
little, `wall_seconds` is the clock's.
"""

import argparse
import time
from pathlib import Path

import pandas as pd
import torch

from benchmarks.contenders import Engine, in_batches
from benchmarks.models import Source, small_model
from benchmarks.workload import ONE_CELL, QUESTIONS, SEED, SWEEP, Prompts, Workload
from kvstudy.cells.answering import marked
from kvstudy.cells.floors import floors
from kvstudy.config.keys.experiments import Routes
from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import prefill
from kvstudy.engine.reach import ReachSets

CELLS = [cell for cell in SWEEP if cell.policy in (None, ONE_CELL[0].policy)]
EPSILONS = Routes(datasets=["base"], contexts=1).epsilons
RESULTS = Path("benchmarks/results/routes.csv")


def main() -> None:
    """Measure, print a table and write it as CSV."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routes", description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=1000, help="context tokens")
    parser.add_argument("--repetitions", type=int, default=3, help="each on a context of its own")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    source = Source(small_model(), None, "cpu")
    engine = Engine(source.model(plain=False), source.tokenizer())
    workloads = Prompts(engine.tokenizer).workloads(arguments.length, arguments.repetitions, QUESTIONS)
    read(engine, workloads[0], [])  # once uncounted
    rows = [
        {"repetition": repetition, "epsilons": len(epsilons), **measure(engine, work, epsilons)}
        for repetition, work in enumerate(workloads)
        for epsilons in ([], EPSILONS)
    ]
    frame = pd.DataFrame(rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(arguments.out, index=False)
    print(frame.to_string(index=False))


def measure(engine: Engine, work: Workload, epsilons: list[float]) -> dict[str, float]:
    """What reading one context's questions in every cell takes; with routes where there are epsilons."""
    start, wall = time.process_time(), time.perf_counter()
    read(engine, work, epsilons)
    seconds, wall_seconds = time.process_time() - start, time.perf_counter() - wall
    sizes = {"tokens": len(work.tokens), "questions": len(work.questions), "cells": len(CELLS)}
    return {**sizes, "seconds": round(seconds, 2), "wall_seconds": round(wall_seconds, 2)}


def read(engine: Engine, work: Workload, epsilons: list[float]) -> None:
    """One prefill, every cell's compression, one pass over the questions of each cell."""
    length = len(work.tokens)
    reach = ReachSets(torch.stack([work.evidence, floor(work)]), epsilons) if epsilons else None
    presses = [cell.press() for cell in CELLS]
    contexts = prefill(engine.model, work.tokens, (0, length), presses, reach=reach)
    for batch in in_batches([Asked(context, work.suffixes, work.evidence, reach) for context in contexts]):
        answer(engine.model, batch, Decoding(1, eos=()))


def floor(work: Workload) -> torch.Tensor:
    """(questions, context tokens) bool: what the evidence of each question is compared with."""
    length, evidence = len(work.tokens), [of.nonzero()[:, 0].tolist() for of in work.evidence]
    return marked(floors(evidence, list(range(length)), work.questions, SEED), length)


if __name__ == "__main__":
    main()
