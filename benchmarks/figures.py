"""Render every figure of a study of 10,000 cells within 4 GB: python -m benchmarks.figures [--results results/demo].

The estimates of a study that has run are copied under other names of models and policies until they are as many as
those of a study of that size. Then every figure is made in a process of its own, and all of them in one, as their rule
makes them. No process is given more memory than `--limit`; the benchmark ends with an error where one needs more.
`seconds` is the processor's time, `peak_MB` the most that was resident.
"""

import argparse
import resource
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.process import in_process
from kvstudy.contracts.vocabulary import BASELINE
from kvstudy.plan.shown import ALL, Shown

RESULTS = Path("benchmarks/results/figures.csv")
STUDY = Path("results/demo")
CELLS, MODELS = 10_000, 20
GB = 4
TOGETHER = "all in one process"


def main() -> None:
    """Measure, print a table and write it as CSV."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=STUDY, help="folder of a study that has run")
    parser.add_argument("--cells", type=int, default=CELLS, help="size of the larger study")
    parser.add_argument("--limit", type=float, default=GB, help="GB of memory that a figure may take")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (int(arguments.limit * 1e9),) * 2)
    copies = max(1, round(arguments.cells / len(pd.read_parquet(arguments.results / "cells.parquet"))))
    figures = [each for each in ALL if each.kind == "figures"]
    with TemporaryDirectory() as folder:
        rows = []
        for each in figures:
            if row := measure(each, arguments.results, copies, Path(folder)):
                rows.append(row)
                print(*row.values(), flush=True)
        names = [row["figure"] for row in rows]
        rows.append({"figure": TOGETHER, "rows": sum(row["rows"] for row in rows), **drawn(names, Path(folder))})
    frame = pd.DataFrame(rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(arguments.out, index=False)
    print(frame.to_string(index=False))
    print(f"\n{len(names)} figures of {copies} copies: {rows[-1]['seconds']:.0f} s, {rows[-1]['peak_MB']} MB")


def measure(each: Shown, results: Path, copies: int, folder: Path) -> dict[str, object] | None:
    """What one figure took; None where the study has not run what it shows."""
    inputs = [Path(path) for path in each.inputs(str(results))]
    if not all(path.exists() for path in inputs):
        return None
    rows = sum(multiplied(path, folder / "analysis" / path.name, copies) for path in inputs)
    return {"figure": each.name, "rows": rows, **drawn([each.name], folder)}


def drawn(names: list[str], folder: Path) -> dict[str, float]:
    """What it took to draw some figures in one process."""
    return in_process(["-m", "kvstudy.make", *[f"figures/{name}" for name in names], f"--results={folder}"])


def multiplied(path: Path, out: Path, copies: int) -> int:
    """Write the rows of a table under other names, a group of rows a copy, unless that is done; the number of rows."""
    if out.exists():
        return pq.read_metadata(out).num_rows
    table = pq.read_table(path)
    frame = table.to_pandas()
    out.parent.mkdir(exist_ok=True)
    with pq.ParquetWriter(out, table.schema) as writer:
        for copy in range(copies):
            model, policy = copy % MODELS, copy // MODELS
            nobody = frame["model"] == ""  # published numbers without a counterpart, which are no model's
            named = frame.assign(model=frame["model"].mask(~nobody, frame["model"] + f"-{model}"))[
                ~nobody | (copy == 0)
            ]
            if "policy" in frame:
                named = named[(named["policy"] != BASELINE) | (policy == 0)]
                same = named["policy"] == BASELINE
                named = named.assign(policy=named["policy"].where(same, named["policy"] + f"-{policy}"))
            elif policy:
                continue
            writer.write_table(pa.Table.from_pandas(named, table.schema, preserve_index=False))
    return pq.read_metadata(out).num_rows


if __name__ == "__main__":
    main()
