"""What the traces of a cell cost: time, and bytes in the study's own Parquet tables."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.clock import Stopwatch, timed
from benchmarks.contenders import Engine
from benchmarks.workload import POLICIES, Cell, Ending, Workload
from kvstudy.cells.facts import FACTS, Facts, add_attention, add_decoded_attention, add_survivors
from kvstudy.engine.answer import Asked
from kvstudy.engine.trace import AttentionTrace, Looks

RATIOS = (0.25, 0.5, 0.75)
TABLES = ("survivors", "attention", "decoded_attention")


def measure(engine: Engine, workloads: list[Workload], ending: Ending) -> pd.DataFrame:
    """A row a policy and ratio: one part with all the contexts.

    Columns: policy, ratio, tokens and contexts; per context, in seconds, cell (everything), record (attention of
    the last prompt tokens, as it is computed), decoded (of the first decoded ones), tables (all tables' rows), write;
    share, of all these in the cell; survivors_bytes, attention_bytes and decoded_attention_bytes, of a context.
    """
    cells = [Cell(policy, ratio) for policy in POLICIES for ratio in RATIOS]
    return pd.DataFrame([part(engine, workloads, cell, ending) for cell in cells])


def part(engine: Engine, workloads: list[Workload], cell: Cell, ending: Ending) -> dict:
    """One row."""
    facts, whole, tables, write = Facts(), Stopwatch(), Stopwatch(), Stopwatch()
    with (
        TemporaryDirectory() as folder,
        timed(AttentionTrace, "record") as record,
        timed(Looks, "record") as decoded,
        whole.running(),
    ):
        for index, work in enumerate(workloads):
            (context,) = engine.compress(work, [cell])
            (answered,) = engine.answer([Asked(context, work.suffixes, work.evidence)], ending)
            with tables.running():
                where = labels(cell, index)
                add_survivors(facts, where, context)
                ids = [f"{index}-q{q}" for q in range(len(work.questions))]
                add_attention(facts, where, ids, answered.trace)
                add_decoded_attention(facts, where, ids, answered.trace)
        with write.running():
            for name in TABLES:
                FACTS[name].write(facts.table(name), Path(folder) / name)
        tokens, contexts = sum(len(work.tokens) for work in workloads), len(workloads)
        sizes = {f"{name}_bytes": (Path(folder) / name).stat().st_size / contexts for name in TABLES}
    return {
        "policy": cell.policy,
        "ratio": cell.ratio,
        "tokens": tokens / contexts,
        "contexts": contexts,
        "cell": whole.seconds / contexts,
        "record": record.seconds / contexts,
        "decoded": decoded.seconds / contexts,
        "tables": tables.seconds / contexts,
        "write": write.seconds / contexts,
        "share": (record.seconds + decoded.seconds + tables.seconds + write.seconds) / whole.seconds,
        **sizes,
    }


def labels(cell: Cell, context: int) -> dict[str, str]:
    """What the rows of one context are labelled with."""
    return {
        "cell": f"{cell.policy}-{cell.ratio}",
        "dataset": "base",
        "regime": "agnostic",
        "compress": "context",
        "context_id": str(context),
    }
