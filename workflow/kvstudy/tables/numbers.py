"""The numbers that prose quotes, each with its interval and the table that it is from, as one JSON file.

`python -m kvstudy.tables.numbers --claims F --reproduced F --figure_map F --coverage F [--curves F] --out numbers.json`
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from kvstudy.contracts.analysis import COVERAGE, CURVES
from kvstudy.contracts.comparisons import CLAIMS, FIGURE_MAP, REPRODUCED, VERDICTS
from kvstudy.contracts.files import atomic
from kvstudy.contracts.judgements import ANSWERED
from kvstudy.contracts.plan import CELL
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import REGIMES

DIGITS = 6
TABLES = (CLAIMS, REPRODUCED, FIGURE_MAP, COVERAGE, CURVES)


def numbers(**tables: pd.DataFrame) -> dict[str, dict]:
    """Name -> value, text and table of every number; an estimate also has low, high and contexts.

    Parameters
    ----------
    **tables : pandas.DataFrame
        Those of `TABLES` that the study has, by name.
    """
    makers = {
        "claims": of_claims,
        "reproduced": of_reproduced,
        "figure_map": of_figures,
        "coverage": of_coverage,
        "curves": of_curves,
    }
    found = {}
    for table, make in makers.items():
        if table in tables:
            found |= {name: {**entry, "table": f"analysis/{table}.parquet"} for name, entry in make(tables[table])}
    return found


def texts(entries: Iterable[tuple[str, dict]]) -> dict[str, str]:
    """Name -> text, as the notes under a table quote the numbers of this file."""
    return {name: entry["text"] for name, entry in entries}


def of_claims(claims: pd.DataFrame) -> Iterator[tuple[str, dict]]:
    """How many claims have which verdict, and the number of each that was tested."""
    for verdict in VERDICTS:
        yield of_verdict(verdict), count((claims["verdict"] == verdict).sum())
    for row in claims[claims["value"].notna()].itertuples():
        yield f"claims.{row.claim}.{row.model}", estimate(row.value, row.low, row.high, None)


def of_verdict(verdict: str) -> str:
    """Name of the number of claims with a verdict."""
    return f"claims_{verdict.replace(' ', '_')}"


def of_reproduced(reproduced: pd.DataFrame) -> Iterator[tuple[str, dict]]:
    """How many published numbers have a counterpart, and how far it is from them."""
    own = reproduced[reproduced["model"] != ""]
    labels = [name for name in REPRODUCED.key if name != "model"]
    yield "published_numbers", count(len(reproduced[labels].drop_duplicates()))
    yield "published_with_counterpart", count(len(own[labels].drop_duplicates()))
    without = reproduced[reproduced["model"] == ""]
    yield "published_without_counterpart", count(len(without))
    for reason, part in without.groupby("reason"):
        yield f"published_without_counterpart.{reason}", count(len(part))
    known = own.dropna(subset=["low", "high"])
    yield "published_comparisons", count(len(own))
    yield "published_with_interval", count(len(known))
    yield "published_inside_interval", count(known["published"].between(known["low"], known["high"]).sum())
    for metric, part in own.groupby("metric"):
        yield f"published.{metric}.median_difference", estimate(part["difference"].median(), None, None, None)


def of_figures(figure_map: pd.DataFrame) -> Iterator[tuple[str, dict]]:
    """How many of the papers' figures and tables the study shows."""
    names = ["paper", "artefact"]
    yield "figures_of_papers", count(len(figure_map[names].drop_duplicates()))
    yield "figures_shown", count(len(figure_map.loc[figure_map["name"] != "", names].drop_duplicates()))


def of_coverage(coverage: pd.DataFrame) -> Iterator[tuple[str, dict]]:
    """How many cells there are, and how many contexts were answered of how many."""
    yield "cells", count(len(coverage[[column.name for column in CELL]].drop_duplicates()))
    yield "contexts_planned", count(coverage["contexts"].sum())
    yield "contexts_answered", count(coverage.loc[coverage["state"].isin(ANSWERED), "contexts"].sum())


def of_curves(curves: pd.DataFrame) -> Iterator[tuple[str, dict]]:
    """Token F1 of every model, dataset and regime with nothing compressed."""
    rows = curves[(curves["metric"] == "token_f1") & (curves["ratio"] == 0) & curves["regime"].isin(REGIMES)]
    for row in rows.itertuples():
        yield f"f1.{row.model}.{row.dataset}.{row.regime}", estimate(row.value, row.low, row.high, row.contexts)


def count(value: int) -> dict:
    """An entry for a number of things."""
    return {"value": int(value), "text": str(int(value))}


def estimate(value: float, low: float | None, high: float | None, contexts: int | None) -> dict:
    """An entry for an estimate: two decimals in its text, with the interval where there is one."""
    known = {"low": low, "high": high, "contexts": contexts}
    there = {name: number(known[name]) for name in known if known[name] is not None and pd.notna(known[name])}
    interval = f" [{low:z.2f}, {high:z.2f}]" if "low" in there else ""
    return {"value": number(value), **there, "text": f"{value:z.2f}{interval}"}


def number(value: float) -> float | int:
    """A number as JSON takes it."""
    return value if isinstance(value, int) else round(float(value), DIGITS)


def main(argv: list[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.tables.numbers", description=__doc__.splitlines()[0])
    for table in TABLES:
        parser.add_argument(f"--{table.name}", type=Path, help=f"Parquet file: {table.doc}")
    parser.add_argument("--out", type=Path, required=True, help="JSON file")
    arguments = parser.parse_args(argv)
    paths: dict[Table, Path] = {table: getattr(arguments, table.name) for table in TABLES}
    found = numbers(**{table.name: table.read(path) for table, path in paths.items() if path})
    with atomic(arguments.out) as path:
        path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
