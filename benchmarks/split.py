"""Where the time of one cell goes, stage by stage."""

import pandas as pd
from kvpress import KVPressTextGenerationPipeline

from benchmarks.clock import Stopwatch, timed
from benchmarks.contenders import ENGINE, MULTI, Engine, Pipeline
from benchmarks.workload import ONE_CELL, Cell, Ending, Task, Workload
from kvstudy.engine.answer import Asked
from kvstudy.engine.trace import AttentionTrace


def split(contenders: dict[str, Pipeline | Engine], workloads: list[Workload], endings: list[Ending]) -> pd.DataFrame:
    """Columns contender, ending, length, repetition, stage, seconds."""
    rows = []
    for ending in endings:
        for repetition, work in enumerate(workloads):
            task = Task(work, ONE_CELL, ending)
            stages = {MULTI: of_pipeline(contenders[MULTI], task), ENGINE: of_engine(contenders[ENGINE], task)}
            where = {"ending": ending.name, "length": work.length, "repetition": repetition}
            for name, found in stages.items():
                rows += [{"contender": name, **where, "stage": stage, "seconds": s} for stage, s in found.items()]
    return pd.DataFrame(rows)


def of_pipeline(pipeline: Pipeline, task: Task) -> dict[str, float]:
    """Seconds of prefill with compression, and of all answers."""
    with timed(KVPressTextGenerationPipeline, "generate_answer") as answers:
        run = pipeline.run(task)
    return {"prefill and compress": run.seconds - answers.seconds, "answer": answers.seconds}


def of_engine(engine: Engine, task: Task) -> dict[str, float]:
    """Seconds of each stage: `compress` is a prefill with the press less one without, `trace` the recording calls."""
    plain, pressed, answering, survivors = (Stopwatch() for _ in range(4))
    with plain.running():
        engine.compress(task.work, [Cell(None, 0.0)])
    with pressed.running():
        (context,) = engine.compress(task.work, task.cells)
    asked = [Asked(context, task.work.suffixes, task.work.evidence)]
    with timed(AttentionTrace, "record") as trace, answering.running():
        engine.answer(asked, task.ending)
    with survivors.running():
        context.achieved_ratio()
    return {
        "prefill": plain.seconds,
        "compress": pressed.seconds - plain.seconds,
        "answer": answering.seconds - trace.seconds,
        "trace": trace.seconds,
        "survivors": survivors.seconds,
    }
