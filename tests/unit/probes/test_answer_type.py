import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kvstudy.contracts.probes import CONTROL, TASK
from kvstudy.probes.answer_type import STRENGTH, AnswerTypes, answer_types, controls, drawn
from kvstudy.probes.fit import SOLVER, folds


def fold_of(world):
    fold = folds(world.questions)
    return np.array([fold[question] for question in world.ids])


def test_the_predictions_are_those_of_one_classifier_a_fold(make_world):
    world = make_world(passages=20)
    states, fold = world.typed(noise=1.0), fold_of(world)
    types = world.questions["answer_type"].to_numpy(dtype=str)
    predicted, converged = answer_types(world.questions, world.contexts, 1)[0].predict(states, world.ids, fold)
    assert converged.all()
    for number in range(5):
        test = fold == number
        scaler = StandardScaler().fit(states[~test])
        twin = LogisticRegression(C=STRENGTH, solver=SOLVER, max_iter=1000)
        twin.fit(scaler.transform(states[~test]), types[~test])
        assert (predicted[test] == twin.predict(scaler.transform(states[test]))).all()


def test_a_type_that_the_state_holds_is_told(make_world):
    world = make_world(passages=40)
    predicted, _ = answer_types(world.questions, world.contexts, 1)[0].predict(
        world.typed(noise=0.1), world.ids, fold_of(world)
    )
    assert np.mean(predicted == world.questions["answer_type"].to_numpy(dtype=str)) > 0.9


def test_nothing_is_learnt_of_the_tested_passage(make_world):
    """A label that is drawn anew for every passage cannot be told from a state that names the passage."""
    world = make_world(passages=60)
    passage = np.repeat(np.eye(60), 2, axis=0)
    label = np.repeat(world.random.permutation([0, 1] * 30), 2).astype(str)
    target = AnswerTypes(TASK, dict(zip(world.ids, label, strict=True)))
    predicted, _ = target.predict(passage, world.ids, fold_of(world))
    assert (predicted == label).mean() < 0.6


def test_a_fold_that_leaves_one_type_to_train_on_predicts_it(world):
    fold = fold_of(world)
    labels = np.where(fold == 0, "a", "b")
    predicted, converged = AnswerTypes(TASK, dict(zip(world.ids, labels, strict=True))).predict(
        world.typed(), world.ids, fold
    )
    assert set(predicted[fold == 0]) == {"b"} and converged.all()


def test_the_control_task_is_one_type_a_form_of_question(world):
    task, control = answer_types(world.questions, world.contexts, 1)
    assert (task.task, control.task) == (TASK, CONTROL)
    assert task.labels == dict(zip(world.ids, world.questions["answer_type"], strict=True))
    assert len({control.labels[question] for question in world.ids[::2]}) == 1
    assert set(control.labels) == set(task.labels)


def test_random_types_depend_on_the_seed_and_the_form_alone():
    pool = ["a"] * 30 + ["b"] * 10
    found = [drawn(f"form {number}", pool, 1) for number in range(400)]
    assert found == [drawn(f"form {number}", pool, 1) for number in range(400)]
    assert found != [drawn(f"form {number}", pool, 2) for number in range(400)]
    assert found.count("b") == pytest.approx(100, abs=30)


def test_random_types_are_never_all_the_same():
    few, pool = {"q0": "form a", "q1": "form b"}, ["a"] * 9 + ["b"]
    assert all(len(set(controls(few, pool, seed).values())) == 2 for seed in range(30))
    (seed,) = [seed for seed in range(100) if drawn("form a", pool, seed) != drawn("form b", pool, seed)][:1]
    assert controls(few, pool, seed) == {question: drawn(form, pool, seed) for question, form in few.items()}


def test_there_is_no_control_task_of_one_form(world):
    one_form = world.questions.iloc[::2].assign(answer_type=["Thing", "Person"] * (len(world.questions) // 4))
    assert answer_types(one_form, world.contexts, 1) == []


def test_there_is_no_probe_of_one_type(world):
    assert answer_types(world.questions.assign(answer_type="Thing"), world.contexts, 1) == []
