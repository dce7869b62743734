"""What the public executor takes for the state of a job, and why there is one of our own.

Each test reproduces a fault of snakemake-executor-plugin-slurm 2.8.0 with its own `check_active_jobs` or `run_job`, and
shows that ours does not have it. Once one fails because the public plugin has mended its fault, see whether ours can
go.
"""

import asyncio
import os
from collections import Counter
from contextlib import nullcontext
from threading import Event
from types import SimpleNamespace

import pytest
import snakemake_executor_plugin_slurm as public

import snakemake_executor_plugin_kvstudy_slurm as own


def followed(executor: type, command: str) -> tuple[list[str], list[str]]:
    """What one round makes of job 7: the ids of the jobs that are still followed, and what was reported of it."""
    said, log = [], []
    quiet = SimpleNamespace(debug=log.append, info=log.append, warning=log.append)
    settings = SimpleNamespace(init_seconds_before_status_checks=1, status_attempts=1, status_command=command)
    asking = SimpleNamespace(
        workflow=SimpleNamespace(executor_settings=settings),
        logger=quiet,
        run_uuid="run",
        status_rate_limiter=nullcontext(),
        get_status_command=lambda: command,
        report_job_success=lambda job: said.append("success"),
        report_job_error=lambda job, msg, aux_logs: said.append("error"),
        cancel_jobs=lambda jobs: said.append("cancelled"),
        next_seconds_between_status_checks=1,
        interval=1,
        doubts=Counter({"7": own.PATIENCE}),
        _preemption_warning=False,
        _status_query_cycle_rows=[],
        **{f"_status_query_{name}": 0 for name in ("calls", "failures", "total_seconds", "min_seconds", "max_seconds")},
    )
    asking.has_ended = lambda job, state: own.Executor.has_ended(asking, job, state)
    job = SimpleNamespace(external_jobid="7", aux={"slurm_logfile": "log"})

    async def round_of() -> list[str]:
        return [each.external_jobid async for each in executor.check_active_jobs(asking, [job])]

    return asyncio.run(round_of()), said


@pytest.mark.parametrize("command", ["squeue", "sacct"])
def test_a_moment_without_an_answer_forgets_every_job(slurm, command):
    slurm()
    assert followed(public.Executor, command) == ([], [])  # nobody asks for it again, and the run waits for ever
    assert followed(own.Executor, command) == (["7"], [])


def test_a_job_that_somebody_cancelled_runs_for_ever(slurm):
    slurm(sacct="7|CANCELLED by 1000\\n")
    assert followed(public.Executor, "sacct") == (["7"], [])
    assert followed(own.Executor, "sacct") == ([], ["error"])


@pytest.mark.parametrize("command", ["squeue", "sacct"])
def test_a_job_that_slurm_has_forgotten_runs_for_ever(slurm, command):
    """The queue forgets a job between two rounds, and accounting is off or has lost it."""
    slurm(squeue="", sacct="")
    assert followed(public.Executor, command) == (["7"], [])
    assert followed(own.Executor, command) == ([], ["cancelled", "error"])


def test_a_job_that_can_never_start_waits_for_ever(slurm):
    slurm(squeue="7|PENDING|PartitionTimeLimit\\n", sacct="")
    assert followed(public.Executor, "squeue") == (["7"], [])
    assert followed(own.Executor, "squeue") == ([], ["cancelled", "error"])


AWAY = "Batch job submission failed: Unable to contact slurm controller (connect failure)"
POLICY = (
    "Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
)
LIMIT = f"AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: {POLICY}"
NEVER = "Batch job submission failed: Requested node configuration is not available"


def submitted(executor: type, monkeypatch, folder) -> list[str]:
    """What is reported of a job that is submitted with this executor."""
    for name, answer in {"get_submit_command": "sbatch", "set_gres_string": "", "get_job_wildcards": ""}.items():
        monkeypatch.setattr(public, name, lambda *_, answer=answer, **__: answer)
    monkeypatch.setattr(public, "validate_slurm_extra", lambda job: None)
    said, made = [], executor.__new__(executor)
    settings = SimpleNamespace(pass_command_as_script=False)
    made.workflow = SimpleNamespace(workdir_init=folder, executor_settings=settings)
    made.logger = SimpleNamespace(debug=print, info=print, warning=print, error=print)
    made.run_uuid, made.slurm_logdir, made._main_event_loop = "run", folder / "logs", None
    made._failed_nodes, made._submitted_job_clusters = set(), set()
    made.get_account_arg, made.get_partition_arg = (lambda job: iter([""])), (lambda job: "")
    made.format_job_exec = lambda job: "true"
    made.report_job_error = lambda job, msg: said.append("error")
    made.report_job_submission = lambda job: said.append(job.external_jobid)
    made.refused, made.stopping, made.interval = {}, Event(), 0.01
    made.run_job(Submitted())
    return said


class Submitted:
    """A job of a rule."""

    name, jobid, resources = "cell", 1, {"runtime": 1, "mem_mb": 1}

    def is_group(self) -> bool:
        return False


@pytest.fixture
def refusing(tmp_path, monkeypatch):
    """Let sbatch refuse a job twice, with these words, and then take it as job 7."""

    def say(words: str) -> None:
        sbatch, tries = tmp_path / "sbatch", tmp_path / "tries"
        tries.write_text("")
        refuse = f'printf "sbatch: error: {words}\\n" >&2; exit 1'
        sbatch.write_text(
            f'#!/bin/sh\necho >> "{tries}"\n[ $(wc -l < "{tries}") -gt 2 ] && echo 7 || {{ {refuse}; }}\n'
        )
        sbatch.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return say


@pytest.mark.parametrize(("words", "ours"), [(AWAY, "7"), (LIMIT, "7"), (NEVER, "error"), (POLICY, "error")])
def test_a_job_that_slurm_does_not_take_for_a_moment_has_failed(refusing, monkeypatch, tmp_path, words, ours):
    refusing(words)
    assert submitted(public.Executor, monkeypatch, tmp_path) == ["error"]
    refusing(words)
    assert submitted(own.Executor, monkeypatch, tmp_path) == [ours]
