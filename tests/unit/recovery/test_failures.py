"""Which cells are run one by one, which are given up, and what is said of them."""

import pytest

from kvstudy.config.load import load
from kvstudy.plan.cells import bundles, cells
from kvstudy.plan.table import Job
from kvstudy.recovery.failures import given_up, one_by_one, reason, to_run_alone
from tests.conftest import HOME

CONFIG = HOME / "config/demo.yaml"
STUDY = load(CONFIG)
CELLS = cells(STUDY)
BUNDLES = list(bundles(STUDY).values())
LARGE = next(own for own in BUNDLES if len(own) > 1)


def job(of, log="", rule="cells_1"):
    output = [f"results/{STUDY.study}/cells/{cell.id}/facts.json" for cell in of]
    return Job(rule=rule, reason="Forced execution", output=output, log=[str(log)])


def test_cells_of_a_job_of_several_are_run_alone():
    assert to_run_alone(STUDY, [job(LARGE), job([], rule="scores_1")]) == LARGE
    assert to_run_alone(STUDY, [job(LARGE[1:]), job(LARGE[:1])]) == LARGE


@pytest.mark.parametrize(
    "jobs",
    [
        [],
        [job(LARGE[:1])],  # it failed alone already
        [job([], rule="model"), job(LARGE)],  # what it is made from is missing
        list(map(job, BUNDLES)),  # what is wrong is wrong with all
    ],
)
def test_no_cells_are_run_alone(jobs):
    assert to_run_alone(STUDY, jobs) == []


def test_cells_are_run_alone_where_one_job_has_all_of_them():
    assert to_run_alone(STUDY, [job(CELLS)]) == CELLS


def test_a_study_one_by_one_has_the_same_cells_and_a_job_for_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = one_by_one(STUDY, CONFIG)
    assert path.parts == ("results", STUDY.study, "one_by_one.yaml")
    alone = load(path)
    assert alone.execution.bundle == "cell"
    assert alone.model_copy(update={"execution": STUDY.execution}) == STUDY


def test_a_study_without_execution_is_run_one_by_one_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for line in CONFIG.read_text().splitlines() if not line.startswith("execution:")]
    (tmp_path / "own.yaml").write_text("\n".join(lines))
    assert load(one_by_one(STUDY, tmp_path / "own.yaml")).execution.bundle == "cell"


def test_cells_are_given_up_unless_all_are_left_or_something_before_them(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("no such luck")
    assert given_up(STUDY, [job(LARGE[:1], log)]) == [(LARGE[0], f"no such luck ({log})")]
    assert given_up(STUDY, [job(CELLS, log)]) == []
    assert given_up(STUDY, [job(LARGE[:1], log), job([], rule="dataset")]) == []


def test_the_reason_is_the_last_line_of_the_log(tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"Traceback\n  File x\nRuntimeError: no such \xff luck\n\n")
    assert reason(job([], log)) == f"RuntimeError: no such \ufffd luck ({log})"
    log.write_text("x" * 1000)
    assert reason(job([], log)) == f"{'x' * 300} ({log})"
    log.write_text("")
    assert reason(job([], log)) == f"its log has no words ({log})"
    assert reason(job([], tmp_path / "none")) == "it left no log"
