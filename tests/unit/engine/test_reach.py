"""Reach sets and routes on graphs made by hand, and against paths that are walked one edge at a time."""

import itertools

import torch
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.cells.answering import marked
from kvstudy.engine.reach import ReachSets, spread
from kvstudy.engine.routes import Routes

TOKENS, LAYERS = 4, 3


def graph(*edges: tuple[int, int], tokens: int = TOKENS) -> torch.Tensor:
    """(tokens, tokens) bool from edges (to, from)."""
    found = torch.zeros(tokens, tokens, dtype=torch.bool)
    for to, source in edges:
        found[to, source] = True
    return found


def sets(*carriers: tuple[int, ...]) -> torch.Tensor:
    """(tokens, evidence) bool from the positions that carry each evidence token."""
    found = torch.zeros(TOKENS, len(carriers), dtype=torch.bool)
    for column, positions in enumerate(carriers):
        found[list(positions), column] = True
    return found


def test_evidence_moves_one_edge_a_layer_and_stays_where_it_was():
    first = spread(sets((0,)), graph((1, 0), (2, 1)))
    assert torch.equal(first, sets((0, 1)))
    assert torch.equal(spread(first, graph((2, 1))), sets((0, 1, 2)))
    assert torch.equal(spread(first, graph()), first)


def test_each_evidence_token_moves_by_itself():
    assert torch.equal(spread(sets((0,), (1,)), graph((2, 0), (3, 1))), sets((0, 2), (1, 3)))


@given(st.lists(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3))), min_size=LAYERS, max_size=LAYERS))
def test_reach_sets_are_the_ends_of_all_paths(layers):
    """A path takes at each layer an edge, or stays where it is."""
    found = torch.eye(TOKENS, dtype=torch.bool)
    for edges in layers:
        found = spread(found, graph(*edges))
    walked = {
        (path[-1], path[0])
        for path in itertools.product(range(TOKENS), repeat=LAYERS + 1)
        if all(
            there == here or (there, here) in edges for edges, here, there in zip(layers, path, path[1:], strict=False)
        )
    }
    assert {tuple(pair) for pair in found.nonzero().tolist()} == walked


def routes(positions: list[list[int]], weights: list, targets: list[list[list[int]]], carried: torch.Tensor) -> dict:
    """What one layer records; weights are (questions, KV heads, query heads per KV head, n)."""
    reach = ReachSets(torch.stack([marked(of, TOKENS) for of in targets]), [0.1, 0.5])
    reach.layers = [carried.expand(2, -1, -1)]
    found = Routes(reach)
    found.record(torch.tensor(positions), torch.tensor(weights))
    (layer,) = found.layers
    return layer


def routes_to(positions: list[list[int]], weights: list, evidence: list[list[int]], carried: torch.Tensor) -> dict:
    """What one layer records of the evidence alone."""
    return {name: of[0] for name, of in routes(positions, weights, [evidence], carried).items()}


def test_a_direct_route_needs_a_survivor_and_more_weight_than_epsilon():
    """Two KV heads of two query heads each; position 1 is the evidence, kept by the first KV head alone."""
    weights = [[[[0.0, 0.6, 0.4], [0.5, 0.2, 0.3]], [[0.9, 0.05, 0.05], [0.3, 0.3, 0.4]]]]
    found = routes_to([[0, 1, 2], [0, 2, 3]], weights, [[1]], sets((1,)))
    assert found["heads"].tolist() == [[2], [1]]  # weights 0.6 and 0.2 against 0.1 and 0.5
    assert found["kv_heads"].tolist() == [[1], [1]]  # both read from the first KV head
    assert found["direct"].tolist() == [[[True]], [[True]]]
    assert not found["copied"].any()


def test_a_copy_is_another_survivor_that_took_the_evidence_in():
    """Position 1, the evidence, is evicted everywhere; position 3 had taken it in."""
    weights = [[[[0.2, 0.2, 0.6], [1.0, 0.0, 0.0]]]]
    found = routes_to([[0, 2, 3]], weights, [[1]], sets((1, 3)))
    assert found["heads"].tolist() == [[0], [0]] and not found["direct"].any()
    assert found["copied"].tolist() == [[[True]], [[True]]]


def test_an_evidence_token_that_holds_another_is_a_copy_of_it():
    weights = [[[[0.2, 0.8]]]]
    found = routes_to([[0, 2]], weights, [[1, 2]], sets((1, 2), (2,)))
    assert found["direct"].tolist() == [[[False, True]], [[False, True]]]
    assert found["copied"].tolist() == [[[True, False]], [[True, False]]]


def test_questions_come_to_their_own_evidence_alone():
    weights = [[[[0.4, 0.6]]], [[[0.6, 0.4]]]]
    found = routes_to([[0, 1]], weights, [[1], [0]], sets((0,), (1,)))
    assert found["direct"][0].tolist() == [[False, True], [True, False]]
    assert found["direct"][1].tolist() == [[False, True], [True, False]]


def test_the_positions_of_all_targets_are_followed():
    reach = ReachSets(torch.stack([marked([[1], [3]], TOKENS), marked([[0], []], TOKENS)]), [0.5])
    assert reach.followed == [0, 1, 3]
    assert reach.layers[0].nonzero().tolist() == [[0, 0, 0], [0, 1, 1], [0, 3, 2]]


def test_routes_to_the_floor_are_told_from_those_to_the_evidence():
    """Position 1 is the evidence, evicted and taken in by 3; position 2, the floor, survives and nothing took it in."""
    weights = [[[[0.2, 0.2, 0.6], [0.3, 0.7, 0.0]]]]
    found = routes([[0, 2, 3]], weights, [[[1]], [[2]]], sets((1, 3), (2,)))
    assert found["heads"].tolist() == [[[0], [0]], [[2], [1]]]
    assert found["kv_heads"].tolist() == [[[0], [0]], [[1], [1]]]
    assert found["direct"].tolist() == [[[[False, False]]] * 2, [[[False, True]]] * 2]
    assert found["copied"].tolist() == [[[[True, False]]] * 2, [[[False, False]]] * 2]
    alone = routes_to([[0, 2, 3]], weights, [[1]], sets((1, 3)))
    assert all(torch.equal(alone[name], found[name][0]) for name in ("heads", "kv_heads"))
    assert all(torch.equal(alone[name], found[name][0, ..., :1]) for name in ("direct", "copied"))


def test_a_question_without_a_floor_has_no_route_to_it():
    found = routes([[0, 1]], [[[[0.4, 0.6]]]], [[[1]], [[]]], sets((1,)))
    assert found["heads"].tolist() == [[[1], [1]], [[0], [0]]]
    assert not found["direct"][1].any() and not found["copied"][1].any()
