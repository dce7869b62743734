"""The measured tables as one page of Markdown."""

import pandas as pd

from benchmarks.contenders import ENGINE, MULTI
from benchmarks.roofline import Machine

PAIR = ["measure", "ending", "length", "repetition"]


def ratios(timings: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Questions a second of every contender, and its time a question over the engine's, within each repetition.

    Returns
    -------
    pandas.DataFrame
        Per ending, context length ("all" of them, too) and contender: seconds a cell and questions/s (medians), low,
        ratio and high (quartiles of the paired ratios), tokens an answer (mean, the engine's alone), same (answers
        equal to the engine's, of all).
    """
    rows = timings[timings["measure"] == measure].copy()
    rows["each"] = rows["seconds"] / (rows["questions"] * rows["cells"])
    ours = rows[rows["contender"] == ENGINE].set_index(PAIR)["each"].rename("ours")
    rows = rows.join(ours, on=PAIR)
    rows["ratio"] = rows["each"] / rows["ours"]
    every = [rows.assign(length="all")] if rows["length"].nunique() > 1 else []
    found = []
    for (ending, length, name), own in pd.concat([rows, *every]).groupby(["ending", "length", "contender"], sort=False):
        low, middle, high = own["ratio"].quantile([0.25, 0.5, 0.75])
        found.append(
            {
                "ending": ending,
                "context tokens": length,
                "contender": name,
                "s/cell": (own["seconds"] / own["cells"]).median(),
                "questions/s": (1 / own["each"]).median(),
                "x kvstudy's time": middle,
                "quartiles": f"{low:.2f} to {high:.2f}",
                "tokens/answer": own["answer_tokens"].sum(min_count=1) / (own["questions"] * own["cells"]).sum(),
                "same answers": f"{own['same'].sum()}/{(own['questions'] * own['cells']).sum()}",
            }
        )
    return pd.DataFrame(found)


def stages(split: pd.DataFrame) -> pd.DataFrame:
    """Median seconds of each stage, a row a contender, ending and length."""
    index = ["ending", "length", "contender"]
    return split.pivot_table(index=index, columns="stage", values="seconds", aggfunc="median", sort=False).reset_index()


def distance(timings: pd.DataFrame) -> pd.DataFrame:
    """The engine's time beside the least time of its arithmetic, medians."""
    rows = timings[(timings["contender"] == ENGINE) & timings["measure"].isin(["cell", "sweep"])]
    index = ["measure", "ending", "length"]
    found = rows.groupby(index, sort=False)[["cells", "seconds", "bound_seconds"]].median().reset_index()
    return found.assign(share=found["bound_seconds"] / found["seconds"])


def page(
    title: str,
    machine: Machine,
    timings: pd.DataFrame,
    split: pd.DataFrame,
    memory: pd.DataFrame,
    trace: pd.DataFrame,
) -> str:
    """The whole page."""
    repetitions, covered = timings["repetition"].nunique(), timings[timings["measure"] == "sweep"]["cells"].max()
    memory = memory.assign(peak_GB=memory["peak_bytes"] / 1e9).drop(columns="peak_bytes")
    return "\n".join(
        [
            f"# {title}\n",
            f"Matrix products {machine.operations / 1e9:.0f} GFLOP/s, memory {machine.bandwidth / 1e9:.1f} GB/s, both "
            f"measured. {repetitions} repetitions; ratios are of times within one repetition: median and quartiles.\n",
            "![cost](cost.svg)\n",
            "## One cell: SnapKV at 0.5\n",
            table(ratios(timings, "cell")),
            f"## A sweep of {covered} cells\n",
            f"kvstudy answers all cells in one run. {MULTI} is run cell by cell, in each repetition on another sixth "
            "of the cells; its time for the sweep is extrapolated from their mean time.\n",
            table(ratios(timings, "sweep")),
            "## Where the time of one cell goes (s)\n",
            "`compress` is a prefill with the press less one without; `trace` is timed call by call.\n",
            table(stages(split)),
            "## Memory and start, a process each\n",
            "`start_seconds` is interpreter and imports, `load_seconds` model and tokenizer.\n",
            table(memory),
            "## Distance from the roofline\n",
            "`bound_seconds` is the least time of kvstudy's arithmetic at the measured rates, `share` its part in the "
            "time taken.\n",
            table(distance(timings)),
            "## Traces\n",
            "Seconds a context; `share` is that of `record`, `tables` and `write` in the cell; bytes are those "
            "of a context, in zstd Parquet.\n",
            table(trace),
        ]
    )


def table(frame: pd.DataFrame) -> str:
    """A data frame in Markdown."""
    rows = [frame.columns, ["---"] * len(frame.columns), *frame.itertuples(index=False)]
    return "".join(f"| {' | '.join(map(cell, row))} |\n" for row in rows)


def cell(value: object) -> str:
    """A value with three digits that count; nothing for a missing one."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return str(value)
