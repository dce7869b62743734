"""What the executor takes for the state of a job, from a queue and an accounting that may both be wrong or away."""

from collections import Counter
from types import SimpleNamespace

import pytest

from snakemake_executor_plugin_kvstudy_slurm import PATIENCE, Executor
from snakemake_executor_plugin_kvstudy_slurm.states import ask


def test_the_queue_knows_best_and_accounting_what_left_it(slurm):
    slurm(squeue="1|RUNNING\\n2|PENDING\\n", sacct="1|PREEMPTED\\n3|COMPLETED\\n")
    assert ask("run") == {"1": "RUNNING", "2": "PENDING", "3": "COMPLETED"}


def test_who_cancelled_a_job_is_no_part_of_its_state(slurm):
    slurm(sacct="1|CANCELLED by 1000\\n2|CANCELLED+\\n")
    assert ask("run") == {"1": "CANCELLED", "2": "CANCELLED"}


def test_a_job_that_will_never_start_has_its_reason_for_a_state(slurm):
    rows = (
        "1|PENDING|Priority",
        "2|PENDING|PartitionTimeLimit",
        "3|PENDING|launch failed requeued held",
        "4|RUNNING|None",
    )
    slurm(squeue="\\n".join(rows))
    states = {"1": "PENDING", "2": "PartitionTimeLimit", "3": "launch failed requeued held", "4": "RUNNING"}
    assert ask("run") == states


def test_either_may_be_away(slurm):
    slurm(squeue="1|RUNNING\\n")
    assert ask("run") == {"1": "RUNNING"}
    slurm(squeue="")
    assert ask("run") == {}


def test_no_answer_is_not_an_empty_queue(slurm):
    slurm()
    assert ask("run") is None


class Recorded:
    """An executor that only takes note of what it reports."""

    has_ended = Executor.has_ended

    def __init__(self):
        self.doubts, self.said = Counter(), []

    def report_job_success(self, job):
        self.said.append("success")

    def report_job_error(self, job, msg, aux_logs):
        self.said.append(msg.strip())

    def cancel_jobs(self, jobs):
        self.said.append("cancelled")


def after(*states: str | None) -> list[str]:
    """What is reported of a job that is seen in these states, one after the other, until it has ended."""
    executor, job = Recorded(), SimpleNamespace(external_jobid="7", aux={"slurm_logfile": "log"})
    for state in states:
        if executor.has_ended(job, state):
            return executor.said
    assert executor.said == []
    return ["goes on"]


def test_a_job_ends_once():
    assert after("PENDING", "RUNNING", "COMPLETING", "COMPLETED") == ["success"]
    for state in ("FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "DEADLINE"):
        assert after("RUNNING", state) == [f"SLURM job 7 failed, its state is {state}."]


@pytest.mark.parametrize("state", ["PREEMPTED", "NODE_FAIL", "PartitionTimeLimit", None])
def test_a_job_that_slurm_may_queue_again_is_given_time_and_cancelled_before_it_counts_as_failed(state):
    assert after(*[state] * PATIENCE) == ["goes on"]
    assert after(*[state] * PATIENCE, "RUNNING", *[state] * PATIENCE, "COMPLETED") == ["success"]
    words = f"SLURM job 7 failed, its state is {state or 'unknown to SLURM'}."
    assert after(*[state] * (PATIENCE + 1)) == ["cancelled", words]


@pytest.mark.parametrize(
    "state", ["SUSPENDED", "CONFIGURING", "REQUEUED", "STOPPED", "RESIZING", "new in a later SLURM"]
)
def test_any_other_state_goes_on(state):
    assert after(*[state] * 3 * PATIENCE) == ["goes on"]
