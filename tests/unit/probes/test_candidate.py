import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kvstudy.contracts.probes import CONTROL, TASK
from kvstudy.probes.candidate import STRENGTH, choices, shuffled
from kvstudy.probes.fit import SOLVER, folds


def fold_of(world):
    fold = folds(world.questions)
    return np.array([fold[question] for question in world.ids])


def accuracy(target, states, world):
    predicted, _ = target.predict(states, world.ids, fold_of(world))
    return np.mean(predicted == np.array([target.labels[question] for question in world.ids]))


def test_the_predictions_are_those_of_a_loop_over_questions_and_candidates(make_world):
    world = make_world(passages=15)
    states, fold = world.pointing(noise=3.0), fold_of(world)
    target = choices(world.questions, world.contexts, world.names, 1)[0]
    predicted, converged = target.predict(states, world.ids, fold)
    assert converged.all()
    for number in range(5):
        scaler = StandardScaler().fit(states[fold != number])
        rows, right, expected = [], [], []
        for row, question in enumerate(world.ids):
            if fold[row] != number:
                middle = np.mean([target.directions[token] for token in target.among[question]], axis=0)
                for token in target.among[question]:
                    rows.append(scaler.transform(states[[row]])[0] * (target.directions[token] - middle))
                    right.append(token == target.labels[question])
        size = np.std(rows, axis=0)
        twin = LogisticRegression(C=STRENGTH, solver=SOLVER, max_iter=1000, fit_intercept=False)
        weights = twin.fit(np.array(rows) / size, right).coef_[0] / size
        for row, question in enumerate(world.ids):
            if fold[row] == number:
                state = scaler.transform(states[[row]])[0]
                expected.append(max(target.among[question], key=lambda t: weights @ (state * target.directions[t])))
        assert list(predicted[fold == number]) == expected


def test_a_state_that_points_to_the_answer_is_read_and_the_control_task_is_not(make_world):
    world = make_world(passages=60)
    task, control = choices(world.questions, world.contexts, world.names, 1)
    states = world.pointing()
    assert accuracy(task, states, world) > 0.9
    assert accuracy(control, states, world) == pytest.approx(1 / 3, abs=0.12)


def test_states_that_hold_nothing_of_the_answer_are_at_chance(make_world):
    world = make_world(passages=60)
    target = choices(world.questions, world.contexts, world.names, 1)[0]
    assert accuracy(target, world.typed(), world) == pytest.approx(1 / 3, abs=0.12)


def test_a_state_that_is_the_same_for_all_questions_chooses_the_first(world):
    target = choices(world.questions, world.contexts, world.names, 1)[0]
    predicted, converged = target.predict(np.ones((len(world.ids), 24)), world.ids, fold_of(world))
    assert list(predicted) == [target.among[question][0] for question in world.ids] and converged.all()


def test_names_that_begin_alike_are_one_candidate(world):
    names = world.names.assign(token=[name.replace("0b", "0a") for name in world.names["name"]])
    target = choices(world.questions, world.contexts, names, 1)[0]
    assert target.among["base-0000-q00"] == ["P0a", "P0c"] and target.choices("base-0000-q00") == 2
    assert target.among["base-0001-q00"] == ["P1a", "P1b", "P1c"]


def test_a_question_with_one_candidate_is_left_out(world):
    names = world.names.assign(token=[name[:2] if name[1] == "0" else name for name in world.names["name"]])
    target = choices(world.questions, world.contexts, names, 1)[0]
    assert set(world.ids) - set(target.labels) == {"base-0000-q00", "base-0000-q01"}


def test_the_control_task_gives_every_name_the_direction_of_one_name(world):
    task, control = choices(world.questions, world.contexts, world.names, 1)
    assert (task.task, control.task) == (TASK, CONTROL)
    assert (control.labels, control.among) == (task.labels, task.among)
    given, own = (sorted(direction.tobytes() for direction in t.directions.values()) for t in (control, task))
    assert given == own
    moved = sum((control.directions[token] != task.directions[token]).any() for token in task.directions)
    assert moved > 0.9 * len(task.directions)
    first, again, other = (shuffled(task.directions, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first[token], again[token]) for token in first)
    assert not all(np.array_equal(first[token], other[token]) for token in first)
