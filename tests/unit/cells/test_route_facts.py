"""Rows of the facts about routes, from what the engine records of one layer."""

import torch

from kvstudy.cells.answering import marked
from kvstudy.cells.facts import Facts, add_routes
from kvstudy.contracts.facts import ROUTES
from kvstudy.engine.reach import ReachSets
from kvstudy.engine.routes import Routes

LABELS = {"cell": "c", "dataset": "base", "regime": "agnostic", "compress": "passage", "context_id": "base-0000"}


def test_a_question_has_rows_for_the_targets_that_it_has(tmp_path):
    """The first has both, the second evidence alone since its floor did not fit, the third neither."""
    evidence, floor = marked([[1, 2], [3], []], 6), marked([[4, 5], [], []], 6)
    routes = Routes(ReachSets(torch.stack([evidence, floor]), [0.1, 0.5]))
    weights = torch.tensor([[0.0, 0.3, 0.0, 0.0, 0.6, 0.1], [0.0, 0.0, 0.0, 0.4, 0.6, 0.0], [0.2] * 5 + [0.0]])
    routes.record(torch.arange(6).unsqueeze(0), weights.view(3, 1, 1, 6))
    facts = Facts()
    add_routes(facts, LABELS, ["q0", "q1", "q2"], routes)
    ROUTES.write(facts.table("routes"), tmp_path / "routes.parquet")
    found = ROUTES.read(tmp_path / "routes.parquet")
    rows = [
        (r.question_id, r.target, r.epsilon, list(r.positions), r.heads, list(r.direct)) for r in found.itertuples()
    ]
    assert rows == [
        ("q0", "evidence", 0.1, [1, 2], 1, [1]),
        ("q0", "evidence", 0.5, [1, 2], 0, []),
        ("q0", "floor", 0.1, [4, 5], 1, [4]),
        ("q0", "floor", 0.5, [4, 5], 1, [4]),
        ("q1", "evidence", 0.1, [3], 1, [3]),
        ("q1", "evidence", 0.5, [3], 0, []),
    ]
    assert not found["copied"].map(len).any()  # before the first layer nothing was taken in
