"""How questions come to their evidence, at every ratio, beside the bound that independent routes would give.

Proposition 1 takes the routes of the uncompressed graph as independent: with k of them, each of which survives with
probability p, evidence is reached with probability 1 - (1 - p)^k at least. Here evidence is reached when some token of
it is, directly. Query heads that read from one KV head share what survives in it, so a route is a KV head: k is the
number of KV heads with a direct route at ratio 0, and one survives when its KV head keeps some token of the evidence: p
is the share of all KV heads that do. Heads that keep the same tokens are not independent, and the token that a head
keeps need not be the one that it was attended to for; where fewer questions than the bound says have a direct route,
that is what it shows. Proposition 2
takes it that evidence which no head kept is not reached; `leaks` is how often some of it is, `leaked` how much.
All of this is estimated twice, for the evidence and for its floor.

Source: arXiv 2603.01426, propositions 1 and 2.
"""

from pathlib import Path

import pandas as pd

from kvstudy.analysis.analysis import OfScores
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.means import means, stack
from kvstudy.analysis.series import scores_by_model
from kvstudy.contracts.analysis import REACHABILITY, REACHABILITY_METRICS
from kvstudy.contracts.scores import ROUTE_SCORES
from kvstudy.metrics.reachability import least_probability

PART = ["target", "epsilon", "policy", "ratio", "compress", "regime", "dataset"]
ROUTED = ["regime", "question_id", "target", "epsilon"]


def reachability(cells: pd.DataFrame, scores: Path, bootstrap: Bootstrap) -> pd.DataFrame:
    """The table `reachability`; no rows where the config samples no contexts. Arguments as `curves.curves`."""
    found = []
    for study, rows in scores_by_model(cells, scores, ROUTE_SCORES, "routes"):
        for names, part in with_bound(rows).groupby(PART):
            labels = {**study, **dict(zip(PART, names, strict=True))}
            found.append(means(part, tuple(REACHABILITY_METRICS), bootstrap).assign(**labels))
    return stack(found, REACHABILITY)


def with_bound(routes: pd.DataFrame) -> pd.DataFrame:
    """The rows of `route_scores` that ratio 0 has, too, with the other columns of REACHABILITY_METRICS."""
    full = routes.loc[routes["ratio"] == 0, [*ROUTED, "kv_routes"]]
    rows = routes.merge(full, on=ROUTED, suffixes=("", "_before"))
    reachable, directly = rows["reached"] > 0, rows["direct"] > 0
    bound = least_probability(rows["holding"], rows["kv_routes_before"])
    return rows.assign(
        reachable=reachable.astype(float),
        directly=directly.astype(float),
        copies_only=(reachable & ~directly).astype(float),
        leaks=(rows["leaked"] > 0).astype(float).where(rows["leaked"].notna()),
        bound=bound,
        above_bound=directly - bound,
    )


ANALYSIS = OfScores(reachability, REACHABILITY)
