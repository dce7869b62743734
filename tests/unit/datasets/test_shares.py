"""Answer types in the first paper's shares, as far as passages allow."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from kvstudy.config.generated import GENERATED
from kvstudy.datasets.generators import passages
from kvstudy.datasets.shares import by_shares

RESOURCES = Path(__file__).parents[3] / "resources"
KNOWN = [name for name, value in GENERATED.items() if value.published]


def test_types_come_first_as_often_as_their_shares_say():
    found = ["thing 1", "thing 2", "thing 3", "person 1", "place 1"]
    shares = {"thing": 6, "person": 3, "place": 1}
    random, first = Random(1), Counter()
    for _ in range(20_000):
        first[by_shares(found, lambda one: one.split()[0], shares, random)[0].split()[0]] += 1
    for name, share in shares.items():
        assert first[name] / 20_000 == pytest.approx(share / 10, abs=0.02)


def test_types_without_a_share_come_last():
    assert by_shares(["a", "b"], str, {"b": 1}, Random(1)) == ["b", "a"]


def distance(published, found):
    """Half the sum of differences of shares: 0 where they are the same, 1 where they have nothing in common."""
    total, count = sum(published.values()), sum(found.values())
    return sum(abs(published.get(t, 0) / total - found[t] / count) for t in set(published) | set(found)) / 2


@pytest.mark.parametrize(("dataset", "left"), [("base", 0.6), ("multi_entity", 0.4)])
def test_questions_come_nearer_to_the_published_shares(dataset, left):
    """A passage of `base` has too few things to ask for as many as were published."""
    published, types = GENERATED[dataset].published, {}
    for name, shares in (("even", None), ("published", published)):
        drawn = passages(dataset, 60, 1, RESOURCES, shares)
        types[name] = Counter(question.answer_type for passage in drawn for question in passage.questions)
    assert sum(types["even"].values()) == sum(types["published"].values())
    assert distance(published, types["published"]) < left * distance(published, types["even"])


@pytest.mark.parametrize("dataset", KNOWN)
def test_a_passage_still_depends_on_its_index_alone(dataset):
    shares = GENERATED[dataset].published
    assert list(passages(dataset, 3, 1, RESOURCES, shares)) == list(passages(dataset, 5, 1, RESOURCES, shares))[:3]
