"""How followed instructions degrade with compression: accuracy and ranking of the families, and the composite score.

Every estimate has an interval with prompts resampled: the instructions of one prompt share its context, and the
layouts and rotations of one row its instructions, so that the row is the unit. Two cells are compared on the requests
that both answered, in the same draws.

Source: arXiv 2510.00231, figures 2 to 4; the table of composite scores is in its second version.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kvstudy.analysis.bootstrap import DIGITS, Bootstrap, quotient
from kvstudy.contracts.judgements import ALL, GROUPS, UNDEFINED
from kvstudy.contracts.vocabulary import LENGTH, LOWEST
from kvstudy.metrics.composite import Composite, composite, in_range
from kvstudy.metrics.degradation import normalised, rank_correlation

SERIES = ("accuracy", "leakage", "accuracy_plain", "leakage_plain")


@dataclass(frozen=True)
class Sums:
    """Verdicts of two cells, summed over each prompt that both answered.

    Parameters
    ----------
    dataset : str
        Name of the dataset.
    columns : pandas.MultiIndex
        (group, family) of each column; the family `all` is every family.
    followed, baseline, cut, instructions : numpy.ndarray
        (prompts, columns): instructions followed by the compressed and the uncompressed model, those whose response
        under the compressed one ended at its limit of tokens, and the number of all.
    """

    dataset: str
    columns: pd.MultiIndex
    followed: np.ndarray
    baseline: np.ndarray
    cut: np.ndarray
    instructions: np.ndarray

    def accuracies(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Accuracy of the compressed and the uncompressed model, (..., columns), for (..., prompts) weights."""
        number = weights @ self.instructions
        return quotient(weights @ self.followed, number), quotient(weights @ self.baseline, number)

    def counts(self, column: np.ndarray) -> dict[str, float]:
        """Prompts and instructions behind the estimates of some columns, and the share of these that were cut."""
        number, cut = self.instructions[:, column], self.cut[:, column]
        share = float(quotient(cut.sum(), number.sum()))
        return {"contexts": int((number > 0).any(axis=1).sum()), "rows": int(number.sum()), "cut": share}


def family_curves(verdicts: pd.DataFrame, baseline: pd.DataFrame, verdict: str, bootstrap: Bootstrap) -> list[dict]:
    """Accuracy of every family in one cell, as it is and normalised by the uncompressed cell.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        One row an instruction of one part of a cell: dataset, key (the row that the prompt is made of), question_id,
        instruction (its place in the prompt), instructions (their number in the prompt), family, stop (why the response
        ended), the verdict, 0..1.
    baseline : pandas.DataFrame
        The same of the uncompressed cell.
    verdict : str
        The column with the verdict.
    bootstrap : Bootstrap

    Returns
    -------
    list of dict
        group, family, metric (accuracy or normalised_accuracy), value, low, high, defined, contexts, rows, cut; defined
        is the share of resamples that have an estimate, cut that of the verdicts whose response ended at its limit of
        tokens. A normalised accuracy whose baseline is 0 is nan and has a row.
    """
    sums = summed(verdicts, baseline, verdict)
    if sums is None:
        return []
    estimates = {
        "accuracy": lambda weights: sums.accuracies(weights)[0],
        "normalised_accuracy": lambda weights: normalised(*sums.accuracies(weights)),
    }
    found, behind = [], (sums.instructions > 0).sum(axis=0)
    for metric, estimate in estimates.items():
        values = with_interval(estimate, sums.dataset, len(sums.followed), behind, bootstrap)
        for place, (group, family) in enumerate(sums.columns):
            row = {name: float(value[place]) for name, value in values.items()}
            found.append({"group": group, "family": family, "metric": metric, **row, **sums.counts([place])})
    return found


def family_rankings(verdicts: pd.DataFrame, baseline: pd.DataFrame, verdict: str, bootstrap: Bootstrap) -> list[dict]:
    """Spearman correlation of the ranking of the families with that of the uncompressed cell.

    Parameters
    ----------
    verdicts, baseline, verdict, bootstrap
        As `family_curves`.

    Returns
    -------
    list of dict
        group, value, low, high, defined, families, contexts, rows, cut; value is nan with fewer than three families or
        where all are equally accurate.
    """
    sums = summed(verdicts, baseline, verdict)
    if sums is None:
        return []
    groups, families = (sums.columns.get_level_values(level) for level in ("group", "family"))
    found = []
    for group in GROUPS:
        columns = np.flatnonzero((groups == group) & (families != ALL))

        def estimate(weights: np.ndarray, columns: np.ndarray = columns) -> np.ndarray:
            accuracy, uncompressed = sums.accuracies(weights)
            return rank_correlation(accuracy[..., columns], uncompressed[..., columns])

        counts = sums.counts(columns)
        values = with_interval(estimate, sums.dataset, len(sums.followed), counts["contexts"], bootstrap)
        row = {name: float(value) for name, value in values.items()}
        found.append({"group": group, **row, "families": len(columns), **counts})
    return found


def composite_score(changed: pd.DataFrame, plain: pd.DataFrame, bootstrap: Bootstrap, lowest: float = LOWEST) -> dict:
    """The composite score of a changed policy against the plain one, over the ratios up to 0.7 that both have.

    Parameters
    ----------
    changed, plain : pandas.DataFrame
        One row a response: dataset, key, question_id, ratio, stop (why it ended), accuracy and leakage, each 0..1 or
        nan where the response is not of that kind. At each ratio only the requests that both policies answered count.
    bootstrap : Bootstrap
    lowest : float, optional
        The least ratio that counts.

    Returns
    -------
    dict
        value, low, high, defined, sd (over ratios), ratios, contexts, undefined, cut; contexts are the prompts with
        both an accuracy and a leakage, at any of the ratios. Each half rests on all the prompts that have it.
        undefined counts the requests at a ratio that have neither. cut is the share
        of all these responses, of both policies, that ended at their limit of tokens; one counts as often as it is
        judged.
    """
    both = changed.merge(plain, on=["key", "question_id", "ratio"], suffixes=("", "_plain"), validate="one_to_one")
    both = both[in_range(both["ratio"], lowest)]
    if both.empty:
        none = dict.fromkeys(("ratios", "contexts", UNDEFINED), 0)
        return {**dict.fromkeys(("value", "low", "high", "defined", "sd", "cut"), np.nan), **none}
    grouped = both.groupby(["key", "ratio"])[list(SERIES)]
    tables = [table.unstack("ratio", fill_value=0) for table in (grouped.sum(), grouped.count())]
    totals, counts = (table.to_numpy(dtype=float) for table in tables)
    ratios = tables[0].columns.levels[1].to_numpy()

    def scores(weights: np.ndarray) -> Composite:
        """The score for (..., prompts) weights."""
        means = quotient(weights @ totals, weights @ counts)
        return composite(ratios, *np.split(means, len(SERIES), axis=-1), lowest=lowest)

    prompts = len(totals)
    series = counts.reshape(prompts, len(SERIES), len(ratios))
    complete = int((series > 0).any(axis=2).all(axis=1).sum())
    values = with_interval(
        lambda weights: scores(weights).mean, changed["dataset"].iloc[0], prompts, complete, bootstrap
    )
    observed = scores(np.ones(len(totals)))
    return {
        **{name: float(value) for name, value in values.items()},
        "sd": round(float(observed.sd), DIGITS),
        "ratios": int(observed.ratios),
        "contexts": complete,
        UNDEFINED: int(both[["accuracy", "leakage"]].isna().all(axis=1).sum()),
        "cut": float((both[["stop", "stop_plain"]] == LENGTH).to_numpy().mean()),
    }


def summed(verdicts: pd.DataFrame, baseline: pd.DataFrame, verdict: str) -> Sums | None:
    """The verdicts of both cells on the instructions that both have, by prompt, group and family; None without any.

    Arguments as `family_curves`.
    """
    places = ["question_id", "instruction"]
    uncompressed = baseline[[*places, verdict]].rename(columns={verdict: "baseline"})
    both = verdicts.rename(columns={verdict: "followed"}).merge(uncompressed, on=places, validate="one_to_one")
    if both.empty:
        return None
    both = in_groups(both.assign(cut=both["stop"] == LENGTH))
    both = pd.concat([both, both.assign(family=ALL)])
    grouped = both.groupby(["key", "group", "family"])
    tables = (*(grouped[name].sum() for name in ("followed", "baseline", "cut")), grouped.size())
    wide = [table.unstack(["group", "family"], fill_value=0).sort_index(axis=1) for table in tables]
    return Sums(verdicts["dataset"].iloc[0], wide[0].columns, *(table.to_numpy(dtype=float) for table in wide))


def in_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows once for each of `GROUPS` that they belong to by their column instructions, with a column group."""
    found = [rows[rows["instructions"].between(*ends)].assign(group=name) for name, ends in GROUPS.items()]
    return pd.concat(found, ignore_index=True)


def with_interval(
    estimate: Callable[[np.ndarray], np.ndarray],
    dataset: str,
    prompts: int,
    behind: np.ndarray | int,
    bootstrap: Bootstrap,
) -> dict[str, np.ndarray]:
    """value, low, high of an estimate that is a function of (..., prompts) weights, and the share that is defined.

    `behind` are the prompts that an estimate rests on, which may be fewer than there are.
    """
    resampled = estimate(bootstrap.weights(dataset, prompts))
    low, high = bootstrap.interval(resampled, behind)
    value = np.round(estimate(np.ones(prompts)), DIGITS)
    return {"value": value, "low": low, "high": high, "defined": (~np.isnan(resampled)).mean(axis=0)}
