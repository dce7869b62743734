"""What the public executor takes for the state of a job, and why there is one of our own.

Each test reproduces a fault of snakemake-executor-plugin-slurm 2.8.0 with its own `check_active_jobs`, and shows that
ours does not have it. Once one fails because the public plugin has mended its fault, see whether ours can go.
"""

import asyncio
from collections import Counter
from contextlib import nullcontext
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
