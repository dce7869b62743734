"""A cluster with accounting, which limits the jobs that a user may have in the queue."""

import time

import pytest

from tests.slurm import accounting, cluster
from tests.slurm.conftest import on_cluster
from tests.slurm.test_faults import MINUTES, PROFILE, ends_well

pytestmark = pytest.mark.cluster


def test_at_a_limit_of_jobs_there_are_as_many_as_it_allows_and_none_uses_up_an_attempt(accounted, faulty):
    on_cluster(faulty)
    accounting.limit_jobs(1)
    try:
        run, most = faulty.start(*PROFILE), 0
        end = time.monotonic() + MINUTES
        while run.poll() is None and time.monotonic() < end:
            most = max(most, len(cluster.queue().splitlines()))
            time.sleep(0.2)
        ends_well(faulty, run, {})
    finally:
        accounting.limit_jobs(-1)
    assert most == 1
    assert "SLURM does not take job" in faulty.log() and "AssocMaxSubmitJobLimit" in faulty.log()
    assert "Trying to restart" not in faulty.log()
