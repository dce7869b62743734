"""SLURM as Snakemake's executor: the public plugin, with its own way to ask what became of the jobs, and to insist.

`snakemake --executor kvstudy-slurm`; Snakemake finds it by its name on the Python path. Jobs are submitted and ended
by snakemake-executor-plugin-slurm. Asked by that plugin, a job can be lost for ever: when SLURM does not answer for a
moment, when somebody cancels a job and only accounting is asked, when the queue forgets a job between two rounds, and
when there is no accounting at all. Here squeue and sacct are both asked, whichever of them works; a round without an
answer changes nothing; and a job that SLURM knows nothing of any more counts as failed, and is cancelled first, so that
no output has two writers.

A job that SLURM does not take counts with that plugin as one that failed: a controller that is away for a minute, or a
limit of jobs, uses up all attempts of all jobs at once. Here such a job is submitted again until it is taken; only one
that SLURM can never take has failed.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import snakemake_executor_plugin_slurm as slurm
from snakemake_executor_plugin_slurm import common_settings
from snakemake_executor_plugin_slurm.job_status_query import get_min_job_age
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.jobs import JobExecutorInterface

from kvstudy.contracts.installation import HOME
from snakemake_executor_plugin_kvstudy_slurm.refusals import passing
from snakemake_executor_plugin_kvstudy_slurm.states import HOPELESS, ask

__all__ = ["Executor", "ExecutorSettings", "common_settings"]

FAILED = {"CANCELLED", "DEADLINE", "FAILED", "OUT_OF_MEMORY", "TIMEOUT"}
REQUEUED = {None, "BOOT_FAIL", "NODE_FAIL", "PREEMPTED", "REVOKED"}  # SLURM may queue it again, under the same id
PASSING = REQUEUED | HOPELESS
PATIENCE = 5  # rounds that a job may stay in a state that may pass


@dataclass
class ExecutorSettings(slurm.ExecutorSettings):
    """The plugin's settings; the file of the partitions may be named by its path in the checkout, too."""

    def __post_init__(self) -> None:
        """Find that file before it is checked."""
        if self.partition_config and not Path(self.partition_config).exists():
            self.partition_config = HOME / self.partition_config
        super().__post_init__()


class Executor(slurm.Executor):
    """The plugin's executor, but for how it learns that a job ended, and for jobs that SLURM does not take yet."""

    def __post_init__(self, test_mode: bool = False) -> None:
        """Start with no job in doubt, and none refused."""
        super().__post_init__(test_mode)
        self.doubts: Counter[str] = Counter()
        self.refused: dict[JobExecutorInterface, str] = {}
        self.stopping = threading.Event()

    @cached_property
    def interval(self) -> int:
        """Seconds between two rounds, so few that a finished job is seen before the queue forgets it."""
        wanted = self.workflow.executor_settings.init_seconds_before_status_checks
        age = get_min_job_age()
        return max(1, min(wanted, age // 3)) if age else wanted

    def run_job(self, job: JobExecutorInterface) -> None:
        """Submit a job, in a thread of the plugin's, until SLURM takes it, can never take it, or the run is stopped."""
        said = False
        while not self.stopping.is_set():
            self.refused[job] = ""
            super().run_job(job)
            if not (reason := self.refused.pop(job)):
                return
            if not said:
                self.logger.warning(f"SLURM does not take job {job.jobid} yet ({reason}); it is asked again.")
                said = True
            self.stopping.wait(self.interval)

    def _report_job_error_threadsafe(self, job_info: SubmittedJobInfo, msg: str) -> None:
        """Report a job that was not submitted, unless it may be later."""
        job = job_info.job
        if job in self.refused and (reason := passing(msg)):
            self.refused[job] = reason
        else:
            super()._report_job_error_threadsafe(job_info, msg)

    def cancel(self) -> None:
        """Submit nothing more, and cancel all that was submitted."""
        self.stopping.set()
        self._job_submission_executor.shutdown(wait=True, cancel_futures=True)
        super().cancel()

    async def check_active_jobs(self, active_jobs: list[SubmittedJobInfo]) -> AsyncIterator[SubmittedJobInfo]:
        """Report the jobs that ended, and yield the others."""
        self.next_seconds_between_status_checks = self.interval
        if not active_jobs:
            return
        async with self.status_rate_limiter:
            states = await asyncio.to_thread(ask, self.run_uuid)
        if states is None:
            self.logger.warning(f"SLURM does not answer; asking again in {self.interval} s.")
        for job in active_jobs:
            if states is None or not self.has_ended(job, states.get(job.external_jobid)):
                yield job

    def has_ended(self, job: SubmittedJobInfo, state: str | None) -> bool:
        """Whether a job in this state has ended; if so, it is reported."""
        self.doubts[job.external_jobid] = self.doubts[job.external_jobid] + 1 if state in PASSING else 0
        if state == "COMPLETED":
            self.report_job_success(job)
            return True
        lost = self.doubts[job.external_jobid] > PATIENCE
        if lost:
            self.cancel_jobs([job])
        if lost or state in FAILED:
            words = f"SLURM job {job.external_jobid} failed, its state is {state or 'unknown to SLURM'}."
            self.report_job_error(job, msg=f"{words} ", aux_logs=[str(job.aux["slurm_logfile"])])
            return True
        return False
