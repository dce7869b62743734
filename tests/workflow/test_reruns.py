"""What reruns after a change, on a study that has really run."""

import os
from collections import Counter

from kvstudy.plan.experiment import EXPERIMENTS

ESTIMATES = EXPERIMENTS["routing"].estimates
AFTER_SCORES = Counter((*ESTIMATES, "claims", "reproduced", "numbers", "figures", "tables", "page"))
AFTER_FACTS = AFTER_SCORES + Counter(["coverage"])


def test_a_touched_file_reruns_nothing(finished_study):
    for top in ("workflow", "config", "resources", "tests", "results"):
        for path in (finished_study.folder / top).rglob("*"):
            if path.is_file():
                os.utime(path)
    assert finished_study.counts() == Counter()


def test_a_comment_or_docstring_reruns_nothing(finished_study):
    for path in (finished_study.folder / "workflow/kvstudy").rglob("*.py"):
        path.write_text(f"{path.read_text()}\n# a comment\n")
    finished_study.edit("workflow/kvstudy/contracts/facts.py", 'doc="The question."', 'doc="Another sentence."')
    finished_study.edit("workflow/kvstudy/metrics/token_f1.py", '"""', '"""Another sentence. ')
    assert finished_study.counts() == Counter()


def test_a_changed_caption_reruns_nothing_but_the_report(finished_study):
    with (finished_study.folder / "workflow/report/f1_by_ratio.rst").open("a") as caption:
        caption.write("\nOne more sentence.\n")
    assert finished_study.counts() == Counter()
    done = finished_study.study()
    assert "The report is made: reports/tiny.html" in done.stdout
    assert "One more sentence." in (finished_study.folder / "reports/tiny/report.html").read_text()


def test_a_changed_figure_redraws_the_figures(finished_study):
    finished_study.append("figures/f1_by_ratio.py")
    assert finished_study.counts() == Counter(["figures"])


def test_a_changed_table_makes_the_tables_anew(finished_study):
    finished_study.append("tables/coverage.py")
    assert finished_study.counts() == Counter(["tables"])


def test_a_figure_that_the_study_does_not_show_reruns_nothing(finished_study):
    finished_study.append("figures/repairs.py")
    assert finished_study.counts() == Counter()


def test_a_changed_analysis_is_made_anew_with_what_reads_it(finished_study):
    finished_study.append("analysis/cliffs.py")
    assert finished_study.counts() == Counter(["cliffs", "claims", "numbers", "figures", "tables", "page"])


def test_a_changed_style_of_the_study_page_reruns_the_page(finished_study):
    with (finished_study.folder / "resources/page/page.css").open("a") as style:
        style.write("p { margin: 0 }\n")
    assert finished_study.counts() == Counter(["page"])


def test_changed_worked_examples_rerun_cells_whenever_they_were_written(finished_study):
    """One may edit them while a cell runs, and its files are then newer."""
    path = "resources/prompts/examples.json"
    finished_study.edit(path, '"instruction": "', '"instruction": "Please. ')
    os.utime(finished_study.folder / path, (1e9, 1e9))
    assert finished_study.counts() == AFTER_FACTS + Counter({"cell": 2, "score": 2, "gather_scores": 1})


def test_a_changed_metric_reruns_scores_and_what_follows(finished_study):
    finished_study.append("metrics/token_f1.py")
    assert finished_study.counts() == AFTER_SCORES + Counter({"score": 2, "gather_scores": 1})


def test_another_version_of_the_facts_reruns_cells_and_what_follows(finished_study):
    finished_study.raise_version("FACTS")
    assert finished_study.counts() == AFTER_FACTS + Counter({"cell": 2, "score": 2, "gather_scores": 1})


def test_changed_code_of_models_datasets_and_engine_reruns_none_of_them(finished_study):
    """What they write has a version, which is raised by hand."""
    for module in (
        "models/materialise.py",
        "datasets/base.py",
        "datasets/world.py",
        "engine/answer.py",
        "cells/run.py",
    ):
        finished_study.append(module)
    for stage in ("models", "datasets", "cells"):
        finished_study.edit(f"workflow/rules/{stage}.smk", "python -m", "python  -m")
    assert finished_study.cells() == set()
    assert not {"cell", "dataset", "model"} & set(finished_study.counts())


def test_another_label_reruns_no_cell_and_no_score(finished_study):
    finished_study.edit(
        "workflow/kvstudy/contracts/labels.py", '"control: question only"', '"control: the question only"'
    )
    counts = finished_study.counts()
    assert {"page", "tables", "figures"} <= set(counts)
    assert not {"cell", "score", "gather_scores", *ESTIMATES} & set(counts)


def test_another_version_of_the_datasets_makes_them_anew(finished_study):
    finished_study.raise_version("DATASETS")
    assert finished_study.counts()["dataset"] == 1


def test_another_version_of_the_model_files_makes_them_anew(finished_study):
    finished_study.raise_version("MODEL_FILES")
    assert finished_study.counts()["model"] == 1


def test_another_version_of_kvpress_reruns_cells(finished_study):
    lock = (finished_study.folder / "requirements.lock").read_text()
    version = next(line.split()[0] for line in lock.splitlines() if line.startswith("kvpress=="))
    finished_study.edit("requirements.lock", version, "kvpress==99.0")
    assert finished_study.counts()["cell"] == 2


def test_another_version_of_statsmodels_reruns_estimates_and_no_cells(finished_study):
    lock = (finished_study.folder / "requirements.lock").read_text()
    version = next(line.split()[0] for line in lock.splitlines() if line.startswith("statsmodels=="))
    finished_study.edit("requirements.lock", version, "statsmodels==99.0")
    counts = finished_study.counts()
    assert set(ESTIMATES) <= set(counts) and counts["cell"] == counts["score"] == 0


def test_a_new_ratio_runs_its_cells_only(finished_study):
    finished_study.edit("tests/workflow/tiny.yaml", "ratios: [0.5]", "ratios: [0.5, 0.75]")
    counts = finished_study.counts()
    assert finished_study.cells() == {"routing.smollm2-135m.streaming-llm.r750"}
    assert counts == AFTER_FACTS + Counter({"plan": 1, "cell": 1, "score": 1, "gather_scores": 1})


def test_a_new_policy_runs_its_cells_only(finished_study):
    finished_study.edit("tests/workflow/tiny.yaml", "policies: [streaming-llm]", "policies: [streaming-llm, knorm]")
    assert finished_study.cells() == {"routing.smollm2-135m.knorm.r500"}


def test_a_new_ratio_runs_only_its_cell_of_a_bundle(finished_study):
    finished_study.bundle("model")
    done = finished_study.snakemake("--", "results/tiny/scores/routing.json")
    assert done.returncode == 0, done.stderr
    assert finished_study.counts() == Counter()
    finished_study.edit("tests/workflow/tiny.yaml", "ratios: [0.5]", "ratios: [0.5, 0.75]")
    assert finished_study.counts()["cells_1"] == 1
    rows = [line.split() for line in finished_study.study("--plan-only").stdout.splitlines()]
    assert ["routing", "smollm2-135m", "none", "0", "1", "-"] in rows
    assert ["routing", "smollm2-135m", "streaming-llm", "0.5", "0.75", "2", "1"] in rows
    assert ["cell", "1", "not", "made", "yet"] in rows
    finished_study.raise_version("FACTS")
    rows = [line.split() for line in finished_study.study("--plan-only").stdout.splitlines()]
    assert ["routing", "smollm2-135m", "none", "0", "1", "1"] in rows
    assert ["routing", "smollm2-135m", "streaming-llm", "0.5", "0.75", "2", "2"] in rows


def test_other_threads_rerun_nothing(finished_study):
    finished_study.edit("tests/workflow/tiny.yaml", "bundle: cell", "bundle: cell, threads: 2")
    assert finished_study.counts() == Counter()


def test_an_edited_press_of_ones_own_reruns_its_cells(finished_study):
    source = "from kvpress import KnormPress\n\n\nclass Mine(KnormPress):\n    power = 1\n"
    own = finished_study.folder / "workflow/own_press.py"
    own.write_text(source)
    finished_study.edit("tests/workflow/tiny.yaml", "knorm: {press: KnormPress}", "mine: {press: own_press.Mine}")
    finished_study.edit("tests/workflow/tiny.yaml", "policies: [streaming-llm]", "policies: [mine]")
    done = finished_study.snakemake("--", "results/tiny/cells/routing.smollm2-135m.mine.r500/facts.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished_study.cells() == set()
    own.write_text(source.replace("power = 1", "power = 2"))
    assert finished_study.cells() == {"routing.smollm2-135m.mine.r500"}


def test_other_resamples_rerun_the_estimates(finished_study):
    finished_study.edit("tests/workflow/tiny.yaml", "resamples: 50", "resamples: 60")
    assert finished_study.counts() == AFTER_SCORES
