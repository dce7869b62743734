"""The campaign on a cluster: every kind of fault of its own at random moments, each followed by the same command."""

import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.faults.conftest import seeded
from tests.faults.test_campaign import BUNDLES, SNAKEMAKE, Trial, every, is_killed, is_told, tried
from tests.slurm import cluster
from tests.slurm.conftest import on_cluster
from tests.slurm.test_faults import PROFILE, start_at_once

pytestmark = [pytest.mark.cluster, pytest.mark.faults]
SLOWER = 2  # times as long as on this machine alone
AWAY = 15  # seconds


def a_job(trial: Trial) -> str:
    """The id of a job in the queue; empty when there is none."""
    jobs = cluster.queue().splitlines()
    return trial.draw.choice(jobs).split()[0] if jobs else ""


def on_a_job(trial: Trial, *command: str) -> None:
    """Do something to a job of a running study."""
    trial.begins()
    if job := a_job(trial):
        subprocess.run([*command, job], check=False, capture_output=True)
        trial.passes(2)
        start_at_once()
    trial.ends()


def with_a_node(trial: Trial, happens: Callable[[str], object], back: Callable[[str], object]) -> None:
    """Let something happen to a node while the study runs, and undo it."""
    trial.begins()
    node = trial.draw.choice(["n1", "n2"])
    happens(node)
    try:
        trial.passes(AWAY)
        start_at_once()
        trial.ends()
    finally:
        back(node)
        subprocess.run(["scontrol", "update", f"NodeName={node}", "State=RESUME"], check=False)


def without_controller(trial: Trial, folder) -> None:
    """Let the controller be away for a while."""
    trial.begins()
    cluster.stop_daemon(folder, "slurmctld")
    trial.passes(AWAY)
    cluster.start_controller()
    trial.ends()


def down(node: str) -> None:
    """Take a node out of service, with what runs there."""
    subprocess.run(["scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=campaign"], check=True)


KINDS = {
    "a job is cancelled": lambda t, _: on_a_job(t, "scancel"),
    "a job is queued again": lambda t, _: on_a_job(t, "scontrol", "requeue"),
    "a node dies": lambda t, folder: with_a_node(t, lambda n: cluster.crash(folder, n), cluster.start_node),
    "a node is taken out of service": lambda t, _: with_a_node(t, down, lambda n: None),
    "the controller is away": without_controller,
    "Snakemake and the study are killed, with jobs in the queue": lambda t, _: is_killed(t, SNAKEMAKE, study=True),
    "the study is told to end, with jobs in the queue": lambda t, _: is_told(t, signal.SIGTERM),
}


@every(KINDS)
def test_a_study_survives(slurm, faulty, duration, record_property, kind, seed):
    draw = seeded(f"{kind} {seed}")
    faulty.bundle(draw.choice(BUNDLES))
    on_cluster(faulty)
    trial = Trial(faulty, SLOWER * duration, draw, PROFILE)
    record_property(kind, tried(trial, lambda trial: KINDS[kind](trial, slurm)))
    assert cluster.queue() == ""
