"""What `make` gives to Python: the arguments that were meant, and nothing that the shell says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
SHOW = """#!/bin/sh
printf '%s\\n' "$@"
env | grep '^PYTHON'
"""


@pytest.fixture
def made(tmp_path):
    """Runs make in a folder whose Python only says what it was given."""
    folder = tmp_path / "a folder"
    (folder / ".venv/bin").mkdir(parents=True)
    shutil.copy(HOME / "Makefile", folder)
    for name in ("requirements.lock", "workflow/environment/install.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / ".venv/bin/python").write_text(SHOW)
    (folder / ".venv/bin/python").chmod(0o755)
    (folder / ".venv/complete").touch()
    shell = {"PYTHONPATH": "/other", "PYTHONHOME": "/nowhere", "PYTHONOPTIMIZE": "1", "PYTHONUTF8": "0"}

    def run(*arguments: str) -> list[str]:
        command = ["make", "--no-print-directory", *arguments]
        environment = {**os.environ, **shell}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()

    return run


def test_what_the_shell_says_to_python_is_not_heard(made, tmp_path):
    variables = {line for line in made("audit") if line.startswith("PYTHON")}
    ours = {"PYTHONSAFEPATH=1", "PYTHONNOUSERSITE=1", "PYTHONUTF8=1"}
    assert variables == {f"PYTHONPATH={tmp_path}/a folder/workflow", *ours}


@pytest.mark.parametrize(("target", "option"), [("study", None), ("retry", "--retry"), ("plan", "--plan-only")])
def test_a_config_and_a_profile_with_blanks(made, target, option):
    given = made(target, "CONFIG=config/tiny one.yaml", "PROFILE=profiles/my own")
    expected = ["-m", "kvstudy.study", "--config", "config/tiny one.yaml", "--profile", "profiles/my own", option]
    assert [line for line in given if not line.startswith("PYTHON")] == [each for each in expected if each]


def test_the_demo_is_one_config_wherever_and_however_it_is_run(made):
    given = made("demo", "CONFIG=other.yaml", "WHERE=/a place")
    expected = ["-m", "kvstudy.study", "--config", "config/demo.yaml", "--where", "/a place"]
    assert [line for line in given if not line.startswith("PYTHON")] == expected
