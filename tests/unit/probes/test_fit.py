import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from kvstudy.probes.fit import FOLDS, folds, held_out, train


def test_no_passage_is_on_both_sides(world):
    fold = folds(world.questions)
    assert set(fold) == set(world.ids) and set(fold.values()) == set(range(FOLDS))
    passages = world.questions.groupby("context_id")["question_id"]
    assert all(len({fold[question] for question in own}) == 1 for _, own in passages)


def test_folds_are_the_same_every_time_and_whatever_the_order(world):
    again = world.questions.sample(frac=1, random_state=3).sort_values("question_id")
    assert folds(again) == folds(world.questions)


def test_types_are_spread_over_the_folds(make_world):
    world = make_world(passages=10)
    rare = world.questions.assign(answer_type=["Event" if row < 10 else "Person" for row in range(20)])
    fold = folds(rare)
    events = [fold[question] for question in rare.loc[rare["answer_type"] == "Event", "question_id"]]
    assert set(events) == set(range(FOLDS))


@pytest.mark.filterwarnings("error")
def test_a_type_that_is_rarer_than_folds_is_no_trouble(world):
    assert folds(world.questions.assign(answer_type=["Event"] + ["Person"] * 23))


def test_types_that_are_all_rarer_than_folds_are_not_spread(make_world):
    questions = make_world(passages=5).questions.assign(answer_type=list("abcabcabca"))
    assert len(set(folds(questions).values())) == FOLDS


def test_four_passages_are_too_few(make_world):
    assert folds(make_world(passages=4).questions) == {}
    assert len(set(folds(make_world(passages=5).questions).values())) == 5


def test_every_question_is_held_out_once():
    tests = list(held_out(np.array([2, 0, 2, 1])))
    assert np.sum(tests, axis=0).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(("iterations", "converged"), [(1, False), (100, True)])
def test_training_says_whether_it_converged(iterations, converged):
    features = np.random.default_rng(0).normal(size=(40, 6))
    labels = features[:, 0] > 0
    probe = make_pipeline(LogisticRegression(max_iter=iterations))
    assert train(probe, features, labels) is converged
