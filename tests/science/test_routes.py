"""Reach sets and routes on the real model, against graphs built edge by edge from eager attention weights."""

import itertools
from pathlib import Path

import pytest
import torch
from kvpress import AdaKVPress, ExpectedAttentionPress, KnormPress
from transformers import DynamicCache

from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.prefill import prefill
from kvstudy.engine.reach import ReachSets
from kvstudy.models.load import load_model

TEXT = "The ferry to Ostrel leaves at dawn. Its captain, Maro Lint, keeps a parrot that answers to Button."
QUESTIONS = ("Where does the ferry go?", "What is the parrot called?")
EPSILONS = [0.02, 0.1, 0.5]


@pytest.fixture(scope="module")
def eager(model_folder: Path):
    model = load_model(model_folder, "cpu", "float32")
    model.set_attn_implementation("eager")
    return model


@pytest.fixture
def tokens(tokenizer):
    return tokenizer.encode(TEXT, add_special_tokens=False)


@pytest.fixture
def questions(tokenizer):
    return [tokenizer.encode(f"\n\nQuestion: {text}\nAnswer:", add_special_tokens=False) for text in QUESTIONS]


@pytest.fixture
def evidence(tokens, tokenizer):
    """(questions, length) bool: Ostrel, Button."""
    words = [tokenizer.decode([token]) for token in tokens]
    starts = [next(i for i, word in enumerate(words) if word.startswith(name)) for name in (" Ost", " Button")]
    mask = torch.zeros(len(starts), len(tokens), dtype=torch.bool)
    for row, start in enumerate(starts):
        mask[row, start : start + 2] = True
    return mask


@pytest.fixture
def targets(evidence):
    """(evidence and floor, questions, length) bool: other tokens of the text, as many."""
    floor = torch.zeros_like(evidence)
    floor[0, 1:3] = floor[1, 10:12] = True
    assert not (floor.any(0) & evidence.any(0)).any()
    return torch.stack([evidence, floor])


def carriers(weights, source, epsilon):
    """Before each layer the positions that some path of edges leads to from `source`, walked one edge at a time."""
    found, before = {source}, []
    for layer in weights:
        before.append(set(found))
        strongest = layer[0].amax(0).tolist()
        found |= {i for i, row in enumerate(strongest) for j in before[-1] if row[j] > epsilon}
    return [*before, found]


def test_reach_sets_are_the_paths_of_the_stored_graph(model, eager, tokens, targets):
    reach = ReachSets(targets, EPSILONS)
    prefill(model, tokens, (0, len(tokens)), [None], reach=reach)
    weights = eager(torch.tensor([tokens]), output_attentions=True).attentions
    for e, epsilon in enumerate(EPSILONS):
        for k, source in enumerate(reach.followed):
            expected = carriers(weights, source, epsilon)
            assert [set(sets[e, :, k].nonzero()[:, 0].tolist()) for sets in reach.layers] == expected


def test_following_the_evidence_changes_no_bit_of_what_is_compressed(model, tokens, targets):
    presses = [None, KnormPress(0.5), AdaKVPress(ExpectedAttentionPress(0.5))]
    reach = ReachSets(targets, EPSILONS)
    followed = prefill(model, tokens, (0, len(tokens)), presses, reach=reach)
    for one, other in zip(followed, prefill(model, tokens, (0, len(tokens)), presses), strict=True):
        assert torch.equal(one.survivors, other.survivors)
        for a, b in zip(one.layers, other.layers, strict=True):
            assert torch.equal(a.keys, b.keys) and torch.equal(a.values, b.values)


@pytest.mark.parametrize("press", [None, KnormPress(0.3), KnormPress(0.8)])
def test_routes_are_the_edges_of_an_eager_pass_over_the_compressed_cache(
    model, eager, tokens, questions, targets, press
):
    reach = ReachSets(targets, EPSILONS)
    (context,) = prefill(model, tokens, (0, len(tokens)), [press], reach=reach)
    (answered,) = answer(model, [Asked(context, questions, targets[0], reach)], Decoding(1, (2,)))
    told_apart = 0
    for q, question in enumerate(questions):
        cache = DynamicCache()
        for index, layer in enumerate(context.layers):
            cache.update(layer.keys[None].clone(), layer.values[None].clone(), index)
        at = torch.arange(len(tokens), len(tokens) + len(question))[None]
        passed = eager(torch.tensor([question]), past_key_values=cache, position_ids=at, output_attentions=True)
        for index, (layer, weights) in enumerate(zip(context.layers, passed.attentions, strict=True)):
            strongest = weights[0, :, :, : layer.keys.shape[1]].amax(1)  # (query heads, entries)
            per_head = len(strongest) // len(layer.positions)
            for (t, target), (e, epsilon) in itertools.product(enumerate(targets[:, q]), enumerate(EPSILONS)):
                direct, copied, heads, kv_heads = set(), set(), 0, set()
                for head, row in enumerate(strongest):
                    at = layer.positions[head // per_head].tolist()
                    hit = {at[k] for k, weight in enumerate(row.tolist()) if weight > epsilon}
                    mine = {k for k in hit if target[k]}
                    heads += bool(mine)
                    kv_heads |= {head // per_head} if mine else set()
                    direct |= mine
                    for k, source in enumerate(reach.followed):
                        if target[source] and any(reach.layers[index][e, j, k] for j in hit - {source}):
                            copied.add(source)
                found = {name: tensor[t, e, q] for name, tensor in answered.routes.layers[index].items()}
                assert (found["heads"], found["kv_heads"]) == (heads, len(kv_heads))
                assert found["direct"].tolist() == [source in direct for source in reach.followed]
                assert found["copied"].tolist() == [source in copied for source in reach.followed]
                told_apart += heads != answered.routes.layers[index]["heads"][0, e, q]
    assert told_apart > 0


def test_a_masked_entry_is_no_route(model, tokens, questions, targets):
    reach = ReachSets(targets, [1e-6])
    (context,) = prefill(model, tokens, (0, len(tokens)), [AdaKVPress(ExpectedAttentionPress(0.6))], reach=reach)
    (answered,) = answer(model, [Asked(context, questions, targets[0], reach)], Decoding(1, (2,)))
    gone = 0
    for layer, found in zip(context.survivors, answered.routes.layers, strict=True):
        somewhere = layer.any(0)[reach.followed]
        gone += int((~somewhere).sum())
        assert not (found["direct"][:, 0] & ~somewhere).any()
    assert gone > 0


def test_routes_change_no_answer_and_do_not_depend_on_the_batch(model, tokens, questions, targets):
    evidence, reach = targets[0], ReachSets(targets, EPSILONS)
    (context,) = prefill(model, tokens, (0, len(tokens)), [KnormPress(0.5)], reach=reach)
    asked, plain = Asked(context, questions, evidence, reach), Asked(context, questions, evidence)
    one, other = answer(model, [plain, asked], Decoding(4, (2,)))
    (alone,) = answer(model, [asked], Decoding(4, (2,)))
    assert one.routes is None and one.answers == other.answers == alone.answers
    for a, b in zip(other.routes.layers, alone.routes.layers, strict=True):
        assert all(torch.equal(a[name], b[name]) for name in a)
