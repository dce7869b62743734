"""What a cell does when memory runs out: halves, singles, a state, another try. The failed allocations are injected."""

import json

import pytest
import torch

from kvstudy.cells import answering
from kvstudy.cells.__main__ import main
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.parts import read_facts
from tests.science.test_resume import BUNDLE, COMMON, arguments, record, table_bytes

CELLS = BUNDLE[1:3]


@pytest.fixture(scope="module")
def undisturbed(model_folder, datasets, tmp_path_factory):
    root = tmp_path_factory.mktemp("undisturbed")
    main(arguments(model_folder, datasets, root, CELLS))
    return root


def failing(real, fails):
    """The real function, except that it runs out of memory where `fails` says so."""

    def wrapped(*args):
        if fails(*args):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(*args)

    return wrapped


def test_a_batch_that_does_not_fit_is_halved(model_folder, datasets, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(answering, "answer", failing(answering.answer, lambda model, batch, *others: len(batch) > 1))
    main(arguments(model_folder, datasets, tmp_path, CELLS))
    for cell in CELLS:
        assert table_bytes(tmp_path, cell["cell"]) == table_bytes(undisturbed, cell["cell"])


def test_policies_that_do_not_fit_together_are_run_singly(model_folder, datasets, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(
        answering, "prefill", failing(answering.prefill, lambda m, tokens, region, presses, *others: len(presses) > 1)
    )
    main(arguments(model_folder, datasets, tmp_path, CELLS))
    for cell in CELLS:
        assert table_bytes(tmp_path, cell["cell"]) == table_bytes(undisturbed, cell["cell"])


def test_out_of_memory_is_a_state_that_the_next_run_tries_again(
    model_folder, datasets, undisturbed, tmp_path, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(answering, "answer", failing(answering.answer, lambda *arguments: True))
        main(arguments(model_folder, datasets, tmp_path, CELLS[:1]))
    states = read_facts(tmp_path / "out" / "knorm", STATE)
    assert set(states.state) == {"out_of_memory"}
    assert set(states.reason) == {"out of memory"}
    main(arguments(model_folder, datasets, tmp_path, CELLS[:1]))
    assert record(tmp_path, "knorm")["parts"] == {"all": 1, "computed_now": 1}
    assert table_bytes(tmp_path, "knorm") == table_bytes(undisturbed, "knorm")


def test_other_errors_are_not_taken_for_a_lack_of_memory(model_folder, datasets, tmp_path, monkeypatch):
    def broken(*arguments):
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(answering, "answer", broken)
    with pytest.raises(RuntimeError, match="shapes differ"):
        main(arguments(model_folder, datasets, tmp_path, CELLS[:1]))


def test_a_stop_text_of_several_tokens_is_refused(model_folder, datasets, tmp_path):
    model = {**COMMON["model"], "stop": ["Question: what"]}
    with pytest.raises(SystemExit, match="it must be one"):
        main(arguments(model_folder, datasets, tmp_path, CELLS[:1], model=model))


def test_a_policy_that_refuses_a_context_is_a_state(model_folder, datasets, tmp_path):
    window = {"press": "SnapKVPress", "arguments": {"window_size": 4096}}
    cell = {"cell": "snapkv", "policy": window, "ratio": 0.5}
    main(arguments(model_folder, datasets, tmp_path, (cell,)))
    states = read_facts(tmp_path / "out" / "snapkv", STATE)
    assert set(states.state) == {"unsupported"}
    assert "window size 4096" in states.reason[0]
    parts = json.loads((tmp_path / "out" / "snapkv" / "run.json").read_text())["states"]
    assert {part["state"] for part in parts} == {"unsupported"}
    assert sum(part["contexts"] for part in parts) == 2
