"""Which cells are run one by one, which failures are not those of cells, and what is said of them."""

import pytest

from kvstudy.config.load import load
from kvstudy.plan.cells import bundles, cells
from kvstudy.plan.table import Job
from kvstudy.recovery.failures import ONE_BY_ONE, is_common, reason, together, write_one_by_one
from tests.conftest import HOME

CONFIG = HOME / "config/demo.yaml"
STUDY = load(CONFIG)
CELLS = cells(STUDY)
BUNDLES = list(bundles(STUDY).values())
LARGE = next(own for own in BUNDLES if len(own) > 1)
ALONE = next(own for own in BUNDLES if len(own) == 1)


@pytest.fixture
def log(tmp_path):
    """The log of a job that has started."""
    path = tmp_path / "a.log"
    path.write_text("no such luck\n")
    return path


def job(of, log, rule="cells_1"):
    output = [f"results/{STUDY.study}/cells/{cell.id}/facts.json" for cell in of]
    return Job(rule=rule, reason="Forced execution", output=output, log=[str(log)])


def test_cells_are_run_alone_where_one_job_had_several(log):
    assert together(STUDY, [job(LARGE, log), job([], log, rule="scores_1")]) == LARGE
    assert together(STUDY, [job(LARGE[1:], log), job(LARGE[:1], log)]) == LARGE
    assert together(STUDY, [job(LARGE[:1], log), job(ALONE, log)]) == []
    assert together(STUDY, []) == []


def test_some_cells_that_failed_are_what_is_wrong(log):
    assert not is_common(STUDY, [job(LARGE, log), job(ALONE, log), job([], "none", rule="scores_1")], 0)


def test_all_cells_that_failed_are_what_is_wrong_until_one_of_them_was_alone(log):
    half = len(CELLS) // 2
    assert not is_common(STUDY, [job(CELLS[:half], log), job(CELLS[half:], log)], 0)
    assert is_common(STUDY, [job(CELLS[:-1], log), job(CELLS[-1:], log)], 0)


def test_cells_are_not_what_is_wrong_where_something_before_them_is_missing(log):
    assert is_common(STUDY, [job(LARGE, log), job([], log, rule="dataset")], 0)


def test_cells_that_were_not_tried_did_not_fail(log, tmp_path):
    assert is_common(STUDY, [job(LARGE, log), job(ALONE, tmp_path / "none.log")], 0)
    began = log.stat().st_mtime
    assert not is_common(STUDY, [job(LARGE, log)], began)
    assert is_common(STUDY, [job(LARGE, log)], began + 1)  # the log is that of an earlier run
    log.write_text("")  # as Snakemake makes it
    assert is_common(STUDY, [job(LARGE, log)], 0)


def test_a_study_one_by_one_has_the_same_cells_and_a_job_for_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_one_by_one(CONFIG)
    alone = load(ONE_BY_ONE)
    assert alone.execution.bundle == "cell"
    assert alone.model_copy(update={"execution": STUDY.execution}) == STUDY


def test_a_study_without_execution_is_run_one_by_one_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for line in CONFIG.read_text().splitlines() if not line.startswith("execution:")]
    (tmp_path / "own.yaml").write_text("\n".join(lines))
    write_one_by_one(tmp_path / "own.yaml")
    assert load(ONE_BY_ONE).execution.bundle == "cell"


def test_the_reason_is_the_last_line_of_the_log(log):
    log.write_bytes(b"Traceback\n  File x\nRuntimeError: no such \xff luck\n\n")
    assert reason(job([], log)) == f"RuntimeError: no such \ufffd luck ({log})"
    log.write_text("x" * 1000)
    assert reason(job([], log)) == f"{'x' * 300} ({log})"
