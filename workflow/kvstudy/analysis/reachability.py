"""How questions come to their evidence, at every ratio, beside the bound that independent routes would give.

Proposition 1 takes the routes of the uncompressed graph as independent: with k of them, each of which survives with
probability p, evidence is reached with probability 1 - (1 - p)^k at least. Here k is a question's number of
head-disjoint direct routes at ratio 0 and p the share of its evidence that the average KV head keeps. Proposition 2
takes it that evidence which no head kept is not reached; `leaks` is how often some of it is, `leaked` how much.

`python -m kvstudy.analysis.reachability --cells C --scores S --resamples 1000 --confidence 0.95 --seed 1 --out O`

Source: arXiv 2603.01426, propositions 1 and 2.
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis import cli
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import means, stack
from kvstudy.analysis.series import scores_by_model
from kvstudy.contracts.analysis import REACHABILITY, REACHABILITY_METRICS
from kvstudy.contracts.scores import QUESTION_SCORES, ROUTE_SCORES
from kvstudy.metrics.reachability import least_probability

PART = ["epsilon", "policy", "ratio", "compress", "regime", "dataset"]
QUESTION = ["regime", "question_id"]


def reachability(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `reachability`; no rows where the config samples no contexts. Arguments as `curves.curves`."""
    found = []
    questions = scores_by_model(cells, scores, QUESTION_SCORES, "questions")
    routes = scores_by_model(cells, scores, ROUTE_SCORES, "routes")
    for (study, rows), (_, asked) in zip(routes, questions, strict=True):
        for names, part in with_bound(rows, asked).groupby(PART):
            labels = {**study, **dict(zip(PART, names, strict=True))}
            found.append(means(part, tuple(REACHABILITY_METRICS), bootstrap).assign(**labels))
    return stack(found, REACHABILITY)


def with_bound(routes: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """The rows of `route_scores` that ratio 0 has, too, with the other columns of REACHABILITY_METRICS."""
    rows = routes.merge(questions[["cell", *QUESTION, "ger_head"]], on=["cell", *QUESTION])
    full = rows.loc[rows["ratio"] == 0, [*QUESTION, "epsilon", "routes"]]
    rows = rows.merge(full, on=[*QUESTION, "epsilon"], suffixes=("", "_before"))
    reachable, directly = rows["reached"] > 0, rows["direct"] > 0
    bound = least_probability(1 - rows["ger_head"], rows["routes_before"])
    return rows.assign(
        reachable=reachable.astype(float),
        directly=directly.astype(float),
        copies_only=(reachable & ~directly).astype(float),
        leaks=(rows["leaked"] > 0).astype(float).where(rows["leaked"].notna()),
        bound=bound,
        above_bound=directly - bound,
    )


if __name__ == "__main__":
    cli.run(reachability, REACHABILITY, __doc__)
