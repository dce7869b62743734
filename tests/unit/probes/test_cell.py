import numpy as np
import pandas as pd
import pytest

from kvstudy.contracts.facts import HIDDEN_STATES
from kvstudy.contracts.probes import NAMES, POOLED, PREDICTIONS
from kvstudy.probes import __main__ as program
from kvstudy.probes.cell import predictions, stacked
from tests.facts import write_facts


def found(world, states, seed=1):
    return predictions(states, {"base": (world.contexts, world.questions)}, world.names, seed)


def right(frame):
    scores = (frame["label"] == frame["predicted"]).groupby([frame["target"], frame["task"], frame["layer"]]).mean()
    return scores.to_dict()


def test_each_layer_tells_what_it_holds(make_world):
    world = make_world(passages=60)
    score = right(found(world, world.hidden_states()))
    assert set(score) == {
        (target, task, layer)
        for target in ("answer_type", "candidate")
        for task in ("task", "control")
        for layer in (POOLED, 0, 1, 2)
    }
    assert score["answer_type", "task", 1] > 0.85 > 0.65 > score["answer_type", "task", 2]
    assert score["candidate", "task", 2] > 0.9 > 0.5 > score["candidate", "task", 1]
    assert score["candidate", "task", POOLED] > 0.8


def test_the_pooled_state_is_the_mean_of_the_layers_without_the_embedding(world):
    states = world.hidden_states()
    again = states.copy()
    again.loc[states["layer"] == 0, "state"] = again.loc[states["layer"] == 0, "state"].map(lambda state: state * 7)
    pooled = found(world, states).query("layer == @POOLED").reset_index(drop=True)
    pd.testing.assert_frame_equal(pooled, found(world, again).query("layer == @POOLED").reset_index(drop=True))
    halved = states[states["layer"] < 2].copy()  # the mean of one layer is that layer
    one = found(world, halved)
    columns = ["question_id", "target", "task", "predicted"]
    first, mean = (one[one["layer"] == layer][columns].reset_index(drop=True) for layer in (1, POOLED))
    pd.testing.assert_frame_equal(first, mean)


def test_states_are_stacked_by_question_and_layer_whatever_their_order(world):
    states = world.hidden_states()
    ids, stack = stacked(states.sample(frac=1, random_state=1))
    assert list(ids) == sorted(world.ids) and stack.shape == (len(ids), 3, 24)
    row = states[(states["question_id"] == ids[5]) & (states["layer"] == 2)]["state"].item()
    assert np.array_equal(stack[5, 2], row.astype(np.float32))


def test_a_context_that_was_not_answered_leaves_the_others_in_their_folds(world):
    states = world.hidden_states()
    fewer = found(world, states[states["context_id"] != "base-0003"])
    assert set(fewer["question_id"]) == set(world.ids) - {"base-0003-q00", "base-0003-q01"}


def test_a_question_without_an_answer_has_no_predictions(world):
    world.questions["altered"] = world.questions["question_id"] == "base-0000-q00"
    assert "base-0000-q00" not in set(found(world, world.hidden_states())["question_id"])


def test_fewer_than_five_passages_have_no_predictions(make_world):
    world = make_world(passages=4)
    frame = found(world, world.hidden_states())
    assert frame.empty and list(frame.columns) == [column.name for column in PREDICTIONS.columns]


@pytest.fixture
def run(world, tmp_path, monkeypatch):
    """Run the program on the world; returns the file."""
    from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS

    CONTEXTS.write(world.contexts, tmp_path / "datasets/base/contexts.parquet")
    QUESTIONS.write(world.questions, tmp_path / "datasets/base/questions.parquet")
    names = world.names.assign(direction=[direction.astype(np.float16) for direction in world.names["direction"]])
    NAMES.write(names, tmp_path / "names.parquet")

    def program_on(states, name):
        write_facts(tmp_path / "facts", (HIDDEN_STATES, states))
        options = {
            "--facts": tmp_path / "facts",
            "--datasets": tmp_path / "datasets",
            "--names": tmp_path / "names.parquet",
            "--seed": 1,
            "--out": tmp_path / name,
        }
        monkeypatch.setattr("sys.argv", ["probes", *(str(part) for pair in options.items() for part in pair)])
        program.main()
        return tmp_path / name

    return program_on


def test_the_program_writes_the_same_bytes_twice(world, run):
    both = pd.concat([world.hidden_states(), world.hidden_states("question_only")], ignore_index=True)
    first, second = run(both, "first.parquet"), run(both, "second.parquet")
    assert first.read_bytes() == second.read_bytes()
    assert set(PREDICTIONS.read(first)["regime"]) == {"agnostic", "question_only"}


def test_a_cell_without_hidden_states_has_an_empty_table(world, run):
    assert PREDICTIONS.read(run(world.hidden_states()[:0], "empty.parquet")).empty
