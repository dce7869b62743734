import os
from pathlib import Path

import pytest

from tests.faults.conftest import _undisturbed, duration, faulty  # noqa: F401 (fixtures of the tests here)
from tests.slurm.cluster import cluster


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A running cluster; its folder."""
    folder = tmp_path_factory.mktemp("cluster")
    with cluster(folder):
        yield folder


@pytest.fixture(scope="module")
def accounted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A running cluster with accounting; its folder."""
    folder = tmp_path_factory.mktemp("cluster")
    with cluster(folder, accounted=True):
        yield folder


def on_cluster(study, **replaced: str) -> None:
    """Let a checkout's profile ask SLURM every second, and replace some of its settings by others."""
    profile = "profiles/slurm/profile.yaml"
    study.edit(profile, "status-checks: 20", "status-checks: 1")
    study.edit(profile, "latency-wait: 60", "latency-wait: 5")
    for old, new in replaced.items():
        study.edit(profile, old.replace("_", "-"), new)


CONFIG = os.environ.get("STUDY", "tests/slurm/study.yaml")
