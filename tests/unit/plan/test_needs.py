"""What a job of cells asks for grows with its model, its tokens and the attempt."""

from dataclasses import replace
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.config.model import Hub
from kvstudy.plan.cells import cells
from kvstudy.plan.estimate import sizes
from kvstudy.plan.needs import LONGEST_MINUTES, UNKNOWN, memory, parameters, runtime, score_runtime

STUDY = load(Path(__file__).parents[3] / "tests/workflow/tiny.yaml")


def of_size(hub: str):
    """The study with a model of this name."""
    model = STUDY.models["smollm2-135m"].model_copy(update={"source": Hub(hub=hub, revision="0" * 40)})
    return STUDY.model_copy(update={"models": {"any": model, "smollm2-135m": model}})


@pytest.mark.parametrize(
    ("hub", "billions"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", 8),
        ("Qwen/Qwen2.5-0.5B-Instruct", 0.5),
        ("HuggingFaceTB/SmolLM2-360M", 0.36),
        ("google/gemma-3-12b-it", 12),
        ("org/model-v2", UNKNOWN),
    ],
)
def test_a_models_name_tells_its_size(hub, billions):
    assert parameters(of_size(hub), "any") == billions


def test_every_attempt_asks_for_more():
    some, known = cells(STUDY), sizes(STUDY)
    for on_gpu in (False, True):
        assert memory(STUDY, some, on_gpu, 1) < memory(STUDY, some, on_gpu, 2) < memory(STUDY, some, on_gpu, 3)
        assert 2 * runtime(STUDY, some, known, on_gpu, 1) <= runtime(STUDY, some, known, on_gpu, 2) + 1


def test_larger_models_and_more_cells_ask_for_more():
    large, some, known = of_size("org/x-8b"), cells(STUDY), sizes(STUDY)
    of_large = [replace(cell, model="any") for cell in some]
    assert 6000 < memory(STUDY, some, False, 1) < 6200
    assert 36_000 < memory(large, of_large, True, 1) < memory(large, of_large, False, 1)
    assert runtime(STUDY, some, known, False, 1) < runtime(large, of_large, known, False, 1)
    assert runtime(large, of_large[:1], known, False, 1) < runtime(large, of_large, known, False, 1)


def test_no_job_asks_for_more_than_a_day():
    assert score_runtime(1, 1) < score_runtime(100, 1) < LONGEST_MINUTES == score_runtime(100, 3)
    assert runtime(of_size("org/x-70b"), [*cells(STUDY)] * 1000, sizes(STUDY), False, 3) == LONGEST_MINUTES
