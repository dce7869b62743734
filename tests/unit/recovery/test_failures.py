"""Which jobs are run one by one, which failures there is nothing to go on from, and what is said of them."""

import os
import subprocess
from pathlib import Path

import pytest

from kvstudy.config.load import load
from kvstudy.contracts.files import FACTS_LIST, SCORES_LIST
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.probes import NAMES, PREDICTIONS
from kvstudy.plan.cells import bundles, cells, sources
from kvstudy.plan.table import Job
from kvstudy.recovery import failures
from kvstudy.recovery.failures import (
    ONE_BY_ONE,
    STARTED,
    failed_jobs,
    give_up,
    given_up,
    reason,
    retry,
    say,
    subject,
    write_one_by_one,
)
from kvstudy.recovery.promises import Promises
from kvstudy.recovery.runs import Run
from tests.conftest import HOME

CONFIG = HOME / "config/demo.yaml"
STUDY = load(CONFIG)
CELLS = cells(STUDY)
BUNDLES = list(bundles(STUDY).values())
LARGE = next(own for own in BUNDLES if len(own) > 1)
ALONE = next(own for own in BUNDLES if len(own) == 1)
(MODEL,) = sources(STUDY)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """The log of a job that has started, and has made nothing in the folder where the test runs."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.log"
    path.write_text("no such luck\n")
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, to give things up in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(of, log, rule="cells_1"):
    top, name = ("scores", SCORES_LIST) if "score" in rule else ("cells", FACTS_LIST)
    output = [f"results/{STUDY.study}/{top}/{cell.id}/{name}" for cell in of]
    return Job(rule=rule, reason="Forced execution", output=output, log=[str(log)])


def model_job(log, name=MODEL):
    path = f"results/models/{name}/materialised.json"
    return Job("model", "Missing output files", {"model": name}, [path], [str(log)])


def apart(monkeypatch, failed, log):
    """The cells that are run one by one for these failed jobs, all of which fail again."""
    wanted = []

    def run(self, *more):
        wanted.extend(more[1:])
        return 1

    monkeypatch.setattr(Run, "snakemake", run)
    monkeypatch.setattr(failures, "write_one_by_one", lambda config: None)
    monkeypatch.setattr(failures, "left", lambda *given: [])
    made, failed = failures.one_by_one(STUDY, Run("a.yaml"), failed, 0)
    assert made == sorted(wanted)
    return [cell for cell in CELLS if any(f"/{cell.id}/" in path for path in wanted)]


def test_cells_are_run_alone_where_one_job_had_several(log, monkeypatch):
    assert apart(monkeypatch, [job(LARGE, log)], log) == LARGE
    assert apart(monkeypatch, [job(LARGE[1:], log), job(LARGE[:1], log)], log) == LARGE
    assert apart(monkeypatch, [job(LARGE[:1], log), job(ALONE, log)], log) == []
    assert apart(monkeypatch, [], log) == []
    assert apart(monkeypatch, [job(LARGE, log, rule="scores_1")], log) == LARGE


def test_some_cells_that_failed_are_what_is_wrong(log):
    failed = [job(LARGE, log), job(ALONE, log)]
    assert failed_jobs(STUDY, [*failed, job([], "none", rule="scores_1")], 0) == failed


def test_scores_that_failed_are_what_is_wrong_when_no_cell_is_left(log):
    failed = [job(LARGE, log, rule="scores_1"), job(ALONE, log, rule="score")]
    assert failed_jobs(STUDY, [*failed, job([], "none", rule="page")], 0) == failed


@pytest.mark.parametrize("rule", ["cells_1", "scores_1"])
def test_all_cells_that_failed_are_what_is_wrong_until_one_of_them_was_alone(log, rule):
    half = len(CELLS) // 2
    assert failed_jobs(STUDY, [job(CELLS[:half], log, rule), job(CELLS[half:], log, rule)], 0)
    assert not failed_jobs(STUDY, [job(CELLS[:-1], log, rule), job(CELLS[-1:], log, rule)], 0)


def test_a_model_that_failed_is_gone_on_without_unless_it_is_the_only_one(log):
    failed = [model_job(log, "other")]
    assert failed_jobs(STUDY, [*failed, job(LARGE, "none")], 0) == failed
    assert not failed_jobs(STUDY, [*failed, model_job(log)], 0)


def test_cells_are_not_what_is_wrong_where_something_before_them_is_missing(log):
    assert not failed_jobs(STUDY, [job(LARGE, log), job([], log, rule="dataset")], 0)


def test_cells_that_were_not_tried_did_not_fail(log, tmp_path):
    assert not failed_jobs(STUDY, [job(LARGE, log), job(ALONE, tmp_path / "none.log")], 0)
    began = log.stat().st_mtime
    assert failed_jobs(STUDY, [job(LARGE, log)], began)
    assert not failed_jobs(STUDY, [job(LARGE, log)], began + 1)  # the log is that of an earlier run
    log.write_text("")  # as Snakemake makes it
    assert not failed_jobs(STUDY, [job(LARGE, log)], 0)


def test_a_job_that_made_its_outputs_and_is_left_because_its_input_changed_did_not_fail(log, here):
    made, lost = model_job(log), job(LARGE, log)
    (here / made.output[0]).parent.mkdir(parents=True)
    (here / made.output[0]).touch()
    assert failed_jobs(STUDY, [made, lost], 0) == []
    assert failed_jobs(STUDY, [lost], 0) == [lost]


def test_what_is_given_up_is_told_as_long_as_the_study_has_it(here):
    gone = GivenUp.read(here / "results" / STUDY.study)
    path = f"results/{STUDY.study}/cells/{{}}/{FACTS_LIST}"
    gone.models |= {MODEL: {"source": sources(STUDY)[MODEL], "reason": "no"}, "other": {"source": {}, "reason": "no"}}
    gone.outputs |= {path.format(CELLS[0].id): "no", path.format("a-policy-that-went"): "no"}
    gone.write()
    assert given_up(STUDY) == [MODEL, path.format(CELLS[0].id)]


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
    assert reason(STUDY, job([], log)) == f"RuntimeError: no such \ufffd luck ({log})"
    log.write_text("x" * 1000)
    assert reason(STUDY, job([], log)) == f"{'x' * 300} ({log})"


def test_a_killed_job_says_so_in_its_log_and_a_cell_what_it_is_planned_with(log, capfd):
    command = STARTED.replace("{log:q}", str(log))
    for status, said in ((0, ""), (3, ""), (137, "It was killed by signal 9.\n")):
        done = subprocess.run(["bash", "-euc", f"{command} exit {status}"])
        assert done.returncode == status
        assert log.read_text() == f"It started, and said no more.\n{said}"
    assert capfd.readouterr() == ("", "")
    of_cell = reason(STUDY, job(ALONE, log))
    assert of_cell.startswith(
        "It was killed by signal 9, as by a system that is out of memory; the job is planned with "
    )
    assert of_cell.endswith(f"MB ({log})")
    assert reason(STUDY, job([], log, rule="page")) == f"It was killed by signal 9. ({log})"


def test_probes_that_failed_have_tables_without_rows_and_their_reason(here, log):
    probe = f"results/{STUDY.study}/probes/{CELLS[0].id}.parquet"
    names = f"results/{STUDY.study}/probes/names/{MODEL}.parquet"
    failed = [Job("probe", "", {"cell": CELLS[0].id}, [probe], [str(log)])]
    assert give_up(STUDY, failed, Promises(here / "promised.json")) == [probe]
    assert PREDICTIONS.read(probe).empty
    assert GivenUp.read(failures.results(STUDY)).outputs == {probe: f"no such luck ({log})"}

    failed = [Job("probe_names", "", {"model": MODEL}, [names], [str(log)])]
    given_up = give_up(STUDY, failed, Promises(here / "promised.json"))
    assert NAMES.read(names).empty
    probed = {f"results/{STUDY.study}/probes/{cell.id}.parquet" for cell in CELLS if cell.experiment == "routing"}
    assert set(given_up) == {names, *probed}


def test_a_model_is_given_up_with_its_cells_and_the_directions_of_its_names(here, log, monkeypatch):
    written = []
    monkeypatch.setattr(
        failures, "WRITERS", {n: lambda study, path, why: written.append((str(path), why)) for n in failures.WRITERS}
    )
    log.write_text(f"model {MODEL}: no weights\n")
    promises = Promises(here / "promised.json")
    promises.add_jobs([model_job(log)])
    given_up = give_up(STUDY, [model_job(log)], promises)
    assert promises.read() == []
    names = f"results/{STUDY.study}/probes/names/{MODEL}.parquet"
    why = f"no weights ({log})"
    facts = dict.fromkeys(failures.lists(STUDY, CELLS), f"its model could not be copied: {why}")
    assert dict(written) == {**facts, names: why} and given_up == [*facts, names]


def test_what_is_given_up_is_made_again_when_asked_or_when_its_job_runs_again(here, log):
    failed = [job([cell], log, rule="score") for cell in CELLS[:2]]
    written = give_up(STUDY, failed, Promises(here / "promised.json"))
    gone = GivenUp.read(failures.results(STUDY))
    gone.forget({written[0]})
    assert GivenUp.read(failures.results(STUDY)).outputs.keys() == {written[1]}
    assert retry(STUDY) == [written[1]]
    assert not gone.file.exists()


def test_a_model_is_given_up_until_its_source_is_another(here):
    source = sources(STUDY)
    gone = GivenUp(here / "given_up.json", models={MODEL: {"source": source[MODEL], "reason": "no such luck"}})
    gone.write()
    assert GivenUp.read(here).without(source) == {MODEL}
    assert GivenUp.read(here).without({MODEL: {"path": "elsewhere"}}) == set()


def test_each_failed_job_is_named_with_its_log(log, capsys):
    say(STUDY, [model_job(log, "other"), job(ALONE, log), job([], "none.log", rule="page")], 0)
    assert capsys.readouterr().out == (
        f"model other failed: no such luck ({log})\n{ALONE[0].id} failed: no such luck ({log})\n"
    )
    say(STUDY, [job(ALONE, "none.log")], 0)
    assert "Jobs did not start: what SLURM said is in logs/slurm" in capsys.readouterr().out


def test_jobs_that_did_not_start_are_named_with_what_slurm_said_last(log, capsys):
    for number, text in enumerate(("earlier", "", "python: not found\n\n")):
        said = Path(f"logs/slurm/rule_cell/{number}.log")
        said.parent.mkdir(parents=True, exist_ok=True)
        said.write_text(text)
        os.utime(said, (number + 1, number + 1))
    say(STUDY, [job(ALONE, "none.log")], 2)
    assert "Jobs did not start: python: not found; more is in logs/slurm, and" in capsys.readouterr().out
    say(STUDY, [job(ALONE, "none.log")], 4)
    assert "Jobs did not start: what SLURM said is in logs/slurm, and" in capsys.readouterr().out


def test_a_job_is_named_by_what_it_is_of():
    assert subject(job(LARGE, "a.log", rule="scores_1")) == "scores 1"
    assert subject(job(ALONE, "a.log")) == ALONE[0].id
