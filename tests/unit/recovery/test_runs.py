"""How Snakemake is run: what its jobs share, and how it ends when the study is to stop."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from kvstudy.recovery import runs
from kvstudy.recovery.runs import Killed, Run, Terminated, _wait, terminate

DEAF = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
WAITING = f"""
import signal, subprocess, sys
job = subprocess.Popen([sys.executable, "-c", {DEAF!r}], stdout=subprocess.PIPE)
job.stdout.readline()
print("up", flush=True)
try:
    job.wait()
except KeyboardInterrupt:
    job.wait()
"""  # as Snakemake does, whose job did not hear the signal
OBEYS = "import time; print('up', flush=True); time.sleep(600)"


@pytest.fixture
def stopped(monkeypatch):
    """Wait for a program while signals come; what ended the wait, and the process."""
    monkeypatch.setattr(runs, "PATIENCE", 1)
    monkeypatch.setattr(runs, "LONGEST", 1)
    usual = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, terminate)
    started = []

    def stop(program: str, *signals: signal.Signals) -> tuple[type, subprocess.Popen]:
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        started.append(process)
        assert process.stdout.readline()
        later = "import os, sys, time\nfor s in sys.argv[2:]: time.sleep(0.3); os.kill(int(sys.argv[1]), int(s))"
        sender = subprocess.Popen(
            [sys.executable, "-c", later, str(psutil.Process().pid), *(str(int(s)) for s in signals)]
        )
        with pytest.raises(KeyboardInterrupt) as stop:
            _wait(process)
        sender.wait()
        return stop.type, process

    yield stop
    for process in started:
        process.kill()
        process.stdout.close()
    for each, handler in usual.items():
        signal.signal(each, handler)


def test_a_process_that_hears_it_ends_by_itself(stopped):
    why, process = stopped(OBEYS, signal.SIGTERM)
    assert why is Terminated and process.returncode == -signal.SIGINT


def test_jobs_that_hear_nothing_are_killed_and_snakemake_ends(stopped):
    begin, before = time.monotonic(), set(psutil.Process().children(recursive=True))
    why, process = stopped(WAITING, signal.SIGTERM)
    assert why is Terminated and process.returncode == 0
    assert time.monotonic() - begin < 10
    assert not [each for each in psutil.Process().children(recursive=True) if each not in before]


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM], [signal.SIGINT, signal.SIGINT]]
)
def test_what_hears_nothing_at_all_is_killed(stopped, signals):
    why, process = stopped(DEAF, *signals)
    assert why is Killed and process.returncode == -signal.SIGKILL


def test_jobs_here_share_memory_and_gpus_and_those_on_a_cluster_do_not(monkeypatch):
    monkeypatch.setattr(runs, "memory_mb", lambda: 8000)
    assert Run("a.yaml", cores=2).options[-3:] == ["--resources", "gpu=1", "mem_mb=8000"]
    assert Run("a.yaml", cores=2, alone=True).options[-1] == "mem_mb=1"
    assert "--resources" not in Run("a.yaml", profile="profiles/slurm").options
