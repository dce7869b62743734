"""What a claim of a paper is, and how the cases that speak for or against it become a verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kvstudy.contracts.comparisons import NOT_SUPPORTED, SUPPORTED
from kvstudy.contracts.judgements import FEWEST_CONTEXTS, NOT_TESTED
from kvstudy.contracts.setup import Setup

CASES = ["model", "case", "value", "low", "high", "contexts", "cut", "tested", "holds"]
EVERY_MODEL = "all"  # of a case that compares models


@dataclass(frozen=True)
class Claim:
    """A claim of a paper.

    Parameters
    ----------
    name, paper, place : str
        Its name here, the paper's arXiv number, and where in the paper it is made.
    words : str
        What the paper says, in other words.
    number : str
        What the number of a case is.
    rule : str
        What the cases are, and when one holds.
    needs : str
        What a study needs to test it.
    reads : tuple of str
        The analysis tables that its cases are made from.
    cases : callable
        From the set-up and these tables, as keyword arguments, to a data frame with the columns CASES.
    fewest : int, optional
        Contexts without which no case can be tested.
    """

    name: str
    paper: str
    place: str
    words: str
    number: str
    rule: str
    needs: str
    reads: tuple[str, ...]
    cases: Callable[..., pd.DataFrame]
    fewest: int = FEWEST_CONTEXTS


def judge(claim: Claim, setup: Setup, tables: dict[str, pd.DataFrame]) -> list[dict]:
    """The rows of `claims` of one claim: one for each model that it was tested on or that has too few contexts.

    Without any of these, one row that says what a study needs.
    """
    known = {
        "claim": claim.name,
        "paper": claim.paper,
        "place": claim.place,
        "words": claim.words,
        "rule": claim.rule,
        "number": claim.number,
    }
    if set(claim.reads) <= set(tables):
        found = claim.cases(setup, **{name: tables[name] for name in claim.reads})
        judged = {model: verdict(rows, claim.fewest) for model, rows in found.groupby("model")}
        if rows := [{**known, "model": model, **said} for model, said in judged.items() if said]:
            return rows
    return [{**known, "model": "", **untested(f"it needs {claim.needs}")}]


def untested(reason: str) -> dict:
    """What is said of a claim that was not tested."""
    return {"verdict": NOT_TESTED, "case": "", "cases": 0, "holding": 0, "reason": reason}


def verdict(rows: pd.DataFrame, fewest: int = FEWEST_CONTEXTS) -> dict | None:
    """The verdict over the cases of one model that could be tested: supported where more than half hold.

    Its number is that of the middle case, ordered by value, of those that speak for the verdict. Where none could be
    tested it is not tested if all are on too few contexts, and None if something else was missing.
    """
    most = int(rows["contexts"].max())
    rows = rows[rows["tested"].astype(bool)]
    if rows.empty:
        return untested(f"too few contexts: {most} of {fewest}") if most < fewest else None
    holding = int(rows["holds"].sum())
    supported = 2 * holding > len(rows)
    ordered = rows[rows["holds"] == supported].sort_values(["value", "case"], kind="stable")
    middle = ordered.iloc[(len(ordered) - 1) // 2]
    return {
        "verdict": SUPPORTED if supported else NOT_SUPPORTED,
        **{name: middle[name] for name in ("value", "low", "high", "case", "cut")},
        "cases": len(rows),
        "holding": holding,
        "reason": "",
    }


def cases(rows: pd.DataFrame, labels: Sequence[str], holds: pd.Series, tested: pd.Series | None = None) -> pd.DataFrame:
    """The cases of some estimates: value, low and high as they are, the labels in words as the case.

    Parameters
    ----------
    rows : pandas.DataFrame
        model, the labels, value, low, high, contexts; of answers, cut, too.
    labels : sequence of str
    holds : pandas.Series
        Whether the claim holds in each.
    tested : pandas.Series, optional
        Whether it could be tested; left out, where there is an interval.
    """
    tested = rows["low"].notna() & rows["high"].notna() if tested is None else tested
    words = [", ".join(map(named, row)) for row in rows[list(labels)].itertuples(index=False, name=None)]
    return rows.assign(case=words, holds=holds.astype(bool), tested=tested, cut=with_cut(rows)["cut"])[CASES]


def with_cut(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a column cut, which estimates that are not of answers lack."""
    return rows.assign(cut=rows.get("cut", np.nan))


def named(label: object) -> str:
    """A label in words."""
    return f"ratio {label:g}" if isinstance(label, float) else str(label).replace("_", " ")


def above(rows: pd.DataFrame, labels: Sequence[str], threshold: float = 0.0) -> pd.DataFrame:
    """Cases that hold where the whole interval is above the threshold."""
    return cases(rows, labels, rows["low"] > threshold)


def below(rows: pd.DataFrame, labels: Sequence[str], threshold: float = 0.0) -> pd.DataFrame:
    """Cases that hold where the whole interval is below the threshold."""
    return cases(rows, labels, rows["high"] < threshold)


def apart(rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Cases that hold where the interval leaves out 0."""
    return cases(rows, labels, (rows["low"] > 0) | (rows["high"] < 0))


def difference(first: pd.DataFrame, second: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """First estimate less second, for equal labels, with an interval from both intervals, on the fewer contexts.

    Its cut is the larger of theirs.

    The interval is that of independent estimates, and too wide for two on the same contexts.

    Source: Zou and Donner 2008, Statistics in Medicine 27(10), section 2 (variance estimates recovered).
    """
    labels = ["model", *labels]
    columns = [*labels, "value", "low", "high", "contexts", "cut"]
    both = with_cut(first)[columns].merge(with_cut(second)[columns], on=labels, suffixes=("_a", "_b"))
    value = both["value_a"] - both["value_b"]
    down = np.hypot(both["value_a"] - both["low_a"], both["high_b"] - both["value_b"])
    up = np.hypot(both["high_a"] - both["value_a"], both["value_b"] - both["low_b"])
    contexts = both[["contexts_a", "contexts_b"]].min(axis=1)
    cut = both[["cut_a", "cut_b"]].max(axis=1)
    return both[labels].assign(value=value, low=value - down, high=value + up, contexts=contexts, cut=cut)


def extremes(rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Largest estimate less smallest, for equal labels, where there are two.

    Those without an interval count where none has one.
    """
    rows = rows.dropna(subset=["value"])
    known = rows["low"].notna() & rows["high"].notna()
    some = known.groupby([rows[name] for name in ["model", *labels]]).transform("any")
    rows = rows[known | ~some]
    grouped = rows.groupby(["model", *labels])["value"]
    several = grouped.transform("size") > 1
    largest = rows[several & rows.index.isin(grouped.idxmax())]
    smallest = rows[several & rows.index.isin(grouped.idxmin())]
    return difference(largest, smallest, labels)


def at_highest(rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """The rows at the highest ratio of each combination of labels."""
    return rows[rows["ratio"] == rows.groupby(["model", *labels])["ratio"].transform("max")]


def at_lowest(rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """The rows at the lowest ratio of each combination of labels."""
    return rows[rows["ratio"] == rows.groupby(["model", *labels])["ratio"].transform("min")]
