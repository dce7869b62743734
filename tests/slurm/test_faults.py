"""What goes wrong on a cluster: the study ends by itself, or the same command goes on, with the same tables."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kvstudy.recovery.frozen import CHANGED
from tests.slurm import cluster
from tests.slurm.conftest import on_cluster

pytestmark = pytest.mark.cluster
PROFILE = ("--profile", "profiles/slurm")
NAP = 600  # seconds that a cell sleeps which is not meant to wake up
MINUTES = 15 * 60  # for a study that recovers


def cell() -> list[str]:
    """Id and state of the job of the cell that naps, alone or with others; empty when it is not in the queue."""
    found = [line.split()[:2] for line in cluster.queue().splitlines() if "streaming-llm" in line or "cells_" in line]
    return found[0] if found else []


def nap(study, seconds: float = NAP) -> None:
    """Let the next context that is compressed take so long, once."""
    (study.folder / "nap").write_text(str(seconds))


def asleep(study, run: subprocess.Popen) -> None:
    """Wait until a cell naps."""
    end = time.monotonic() + MINUTES
    while (study.folder / "nap").exists():
        assert run.poll() is None and time.monotonic() < end, study.log()
        time.sleep(0.2)


def napping(study) -> subprocess.Popen:
    """Start the study, and return when one of its cells naps."""
    on_cluster(study)
    nap(study)
    run = study.start(*PROFILE)
    asleep(study, run)
    return run


def start_at_once() -> None:
    """Do not let jobs wait that are in the queue again, as SLURM otherwise does for two minutes."""
    for line in cluster.queue().splitlines():
        subprocess.run(["scontrol", "update", f"JobId={line.split()[0]}", "StartTime=now"], check=False)


def ends_well(study, run: subprocess.Popen, before: dict[str, int]) -> None:
    """The study ends by itself, with the tables of one that was left alone and no finished part computed again."""
    assert run.wait(MINUTES) == 0, study.log()
    assert study.is_undisturbed()
    assert study.kept(before)
    assert cluster.queue() == ""


@pytest.mark.parametrize("bundle", ["cell", "model"])
def test_a_job_that_somebody_cancels_is_submitted_again(slurm, faulty, bundle):
    faulty.bundle(bundle)
    run = napping(faulty)
    before = faulty.parts()
    subprocess.run(["scancel", cell()[0]], check=True)
    ends_well(faulty, run, before)
    assert "its state is CANCELLED" in faulty.log()


@pytest.mark.parametrize("bundle", ["cell", "model"])
def test_a_job_that_is_preempted_goes_back_to_the_queue_by_itself(slurm, faulty, bundle):
    faulty.bundle(bundle)
    run = napping(faulty)
    before = faulty.parts()
    node = cluster.output("squeue", "-h", "-j", cell()[0], "-o", "%N").strip()
    urgent = ["--partition=urgent", f"--nodelist={node}", "--exclusive", "--output=/dev/null", "--wrap=sleep 5"]
    subprocess.run(["sbatch", *urgent], check=True, cwd="/", stdout=subprocess.DEVNULL)
    cluster.until(lambda: cell()[1:] == ["PENDING"], "the job was not pre-empted")
    start_at_once()
    ends_well(faulty, run, before)
    assert "failed" not in faulty.log()


def test_a_node_that_dies_costs_no_more_than_its_parts(slurm, faulty):
    run = napping(faulty)
    before = faulty.parts()
    node = cluster.output("squeue", "-h", "-j", cell()[0], "-o", "%N").strip()
    cluster.crash(slurm, node)
    try:
        cluster.until(lambda: cell()[1:] == ["PENDING"], "the job is not in the queue again")
        start_at_once()
        ends_well(faulty, run, before)
    finally:
        cluster.start_node(node)
        subprocess.run(["scontrol", "update", f"NodeName={node}", "State=RESUME"], check=False)


def test_a_job_beyond_its_time_limit_gets_more_time(slurm, faulty):
    faulty.edit(
        "profiles/slurm/profile.yaml",
        "default-resources:",
        "set-resources: {cell: {runtime: 8 ** attempt // 8}}\ndefault-resources:",
    )
    run = napping(faulty)
    before = faulty.parts()
    ends_well(faulty, run, before)
    assert "its state is TIMEOUT" in faulty.log()


def test_a_job_beyond_its_memory_gets_more(slurm, faulty):
    faulty.edit(
        "profiles/slurm/profile.yaml",
        "default-resources:",
        "set-resources: {cell: {mem_mb: 2500 * attempt}}\ndefault-resources:",
    )
    on_cluster(faulty)
    (faulty.folder / "hunger").write_text(str(3 * 10**9))
    run = faulty.start(*PROFILE)
    ends_well(faulty, run, {})
    said = [log.read_text() for log in slurm.glob("slurmd.*.log")]
    assert any("exceeded memory limit" in text for text in said)
    assert not (faulty.folder / "hunger").exists()


def test_a_controller_that_is_away_for_a_while_loses_no_job(slurm, faulty):
    on_cluster(faulty)
    nap(faulty, 45)
    run = faulty.start(*PROFILE)
    asleep(faulty, run)
    before = faulty.parts()
    cluster.stop_daemon(slurm, "slurmctld")
    time.sleep(25)  # longer than squeue itself waits for an answer
    cluster.start_controller()
    ends_well(faulty, run, before)
    assert "SLURM does not answer; asking again" in faulty.log()


def test_a_controller_that_is_away_when_jobs_are_submitted_uses_up_no_attempt(slurm, faulty, tmp_path, monkeypatch):
    on_cluster(faulty)
    asked, sbatch = tmp_path / "asked", tmp_path / "bin/sbatch"  # which waits until the controller is away
    sbatch.parent.mkdir()
    waits = f"touch {asked}; while [ -e {slurm}/slurmctld.pid ]; do sleep 0.1; done"
    sbatch.write_text(f'#!/bin/sh\n[ -e {asked} ] || {{ {waits}; }}\nexec {shutil.which("sbatch")} "$@"\n')
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sbatch.parent}{os.pathsep}{os.environ['PATH']}")
    run = faulty.start(*PROFILE)
    cluster.until(asked.exists, "no job was submitted", MINUTES)
    cluster.stop_daemon(slurm, "slurmctld")
    cluster.until(lambda: "SLURM does not take job" in faulty.log(), "no job was refused", MINUTES)
    time.sleep(10)
    assert run.poll() is None, faulty.log()
    cluster.start_controller()
    ends_well(faulty, run, {})
    assert "attempt" not in faulty.log() and "Trying to restart" not in faulty.log()


def test_a_run_that_is_killed_in_an_allocation_goes_on_there_with_one_writer(slurm, faulty):
    nap(faulty)
    log = faulty.folder / "run.log"
    twice = f"{shlex.join(faulty.command())} >> {log} 2>&1; {shlex.join(faulty.command())} >> {log} 2>&1"
    environment = {**os.environ, "PYTHONPATH": str(faulty.folder / "workflow")}
    options = ["--wait", "--partition=cpu", "--cpus-per-task=2", "--mem=16000", "--time=60", "--output=/dev/null"]
    run = subprocess.Popen(["sbatch", *options, f"--wrap={twice}"], cwd=faulty.folder, env=environment)
    asleep(faulty, run)
    before = faulty.parts()
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if process.info["cwd"] == str(faulty.folder) and {"snakemake", "kvstudy.study"} & set(process.info["cmdline"]):
            process.kill()
    ends_well(faulty, run, before)
    assert "An earlier run was killed and left" in faulty.log()


def test_nodes_without_python_are_named_with_what_they_said(slurm, faulty):
    on_cluster(faulty)
    hidden = Path(sys.executable).parent
    for node in cluster.NODES:
        cluster.stop_daemon(slurm, f"slurmd.{node}")
        cluster.daemon("unshare", "--mount", "sh", "-c", f"mount -t tmpfs none {hidden}; exec slurmd -N {node}")
    try:
        done = faulty.study(*PROFILE)
    finally:
        for node in cluster.NODES:
            cluster.stop_daemon(slurm, f"slurmd.{node}")
            cluster.start_node(node)
    assert done.returncode == 1
    assert "Jobs did not start: " in done.stdout
    assert f"{sys.executable}: not found; more is in logs/slurm" in done.stdout
    assert " failed: " not in done.stdout
    done = faulty.study(*PROFILE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()


def test_a_killed_run_is_waited_for_and_no_output_has_two_writers(slurm, faulty):
    on_cluster(faulty)
    nap(faulty, 30)
    run = faulty.start(*PROFILE)
    asleep(faulty, run)
    faulty.kill(("-m\0snakemake",))
    run.kill()
    run.wait()
    job = cell()[0]
    again = faulty.start(*PROFILE)
    ends_well(faulty, again, faulty.parts())
    assert "An earlier run left" in faulty.log()
    started = list((faulty.folder / "logs/slurm/rule_cell").rglob("*.log"))
    assert [path.stem for path in started if "streaming-llm" in str(path)] == [job]


def test_what_a_killed_run_left_is_cancelled_when_that_is_asked_for(slurm, faulty):
    run = napping(faulty)
    faulty.kill(("-m\0snakemake",))
    run.kill()
    run.wait()
    before = faulty.parts()
    again = faulty.start(*PROFILE, "--cancel")
    ends_well(faulty, again, before)
    assert "cancelling them" in faulty.log()


def test_a_cell_that_always_fails_takes_no_other_of_its_job_with_it_and_is_retried(slurm, faulty):
    on_cluster(faulty)
    faulty.bundle("model")
    source = faulty.folder / "workflow/napping.py"
    (faulty.folder / "broken").touch()
    text = source.read_text()
    source.write_text(text + "\n\nif Path('broken').exists():\n    raise RuntimeError('no such luck')\n")
    done = faulty.study(*PROFILE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Their 2 cells are run one by one." in done.stdout and "none.r000 failed" not in done.stdout
    assert "streaming-llm.r500 failed: " in done.stdout and "no such luck" in done.stdout
    assert "The report is made" in done.stdout
    assert "failed" in faulty.tables()["tables/coverage.csv"].decode()
    source.write_text(text)
    done = faulty.study(*PROFILE, "--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()


def test_a_job_that_cannot_start_is_not_given_up(slurm, faulty):
    on_cluster(faulty)
    faulty.bundle("policy")
    profile = faulty.folder / "profiles/slurm/profile.yaml"
    usual = profile.read_text()
    wrong = "set-resources: {cells_2: {slurm_extra: \"'--nodelist=nowhere'\"}}\n"
    profile.write_text(wrong + usual)
    done = faulty.study(*PROFILE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "nowhere" in done.stderr
    assert " failed: " not in done.stdout
    assert {path.parent.name for path in (faulty.folder / "results/tiny/cells").glob("*/facts.json")} == {
        "routing.smollm2-135m.none.r000"
    }
    profile.write_text(usual)
    done = faulty.study(*PROFILE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert faulty.is_undisturbed()


def one_at_a_time(study) -> subprocess.Popen:
    """Start the study with a job for each of its two cells, and return when the first of them is in the queue."""
    study.bundle("policy")
    on_cluster(study)
    study.edit("profiles/slurm/profile.yaml", "jobs: 100", "jobs: 1")
    run = study.start(*PROFILE)
    cluster.until(cell, "no cell is in the queue", MINUTES)
    return run


def test_jobs_do_not_read_a_config_that_is_edited_meanwhile(slurm, faulty):
    run = one_at_a_time(faulty)
    faulty.edit(faulty.config, "policies: [streaming-llm]", "policies: [knorm, streaming-llm]")
    ends_well(faulty, run, {})
    assert f"{faulty.config} was changed while the study ran" in faulty.log()
    assert list((faulty.folder / "results/tiny/cells").glob("*knorm*")) == []


def test_jobs_do_not_run_code_that_is_edited_meanwhile(slurm, faulty):
    run = one_at_a_time(faulty)
    faulty.append("engine/answer.py")
    assert run.wait(MINUTES) == 1, faulty.log()
    assert CHANGED in faulty.log() and " failed: " not in faulty.log()
    ends_well(faulty, faulty.start(*PROFILE), {})


def test_the_queue_may_forget_a_job_at_once(slurm, faulty):
    conf = slurm / f"{cluster.OURS}slurm.conf"
    usual = conf.read_text()
    conf.write_text(usual.replace("MinJobAge=300", "MinJobAge=3"))
    subprocess.run(["scontrol", "reconfigure"], check=True)
    try:
        on_cluster(faulty)
        run = faulty.start(*PROFILE)
        ends_well(faulty, run, {})
    finally:
        conf.write_text(usual)
        subprocess.run(["scontrol", "reconfigure"], check=True)


def test_jobs_ask_for_gpus_where_the_study_does(slurm, faulty):
    on_cluster(faulty)
    faulty.edit(faulty.config, "device: cpu", "device: auto")
    run = faulty.start(*PROFILE)
    seen: set[tuple[str, ...]] = set()
    end = time.monotonic() + MINUTES
    while run.poll() is None and time.monotonic() < end:
        jobs = cluster.output("squeue", "-h", "-O", "partition:10,tres-per-job:20,comment:80").splitlines()
        seen |= {tuple(job.split()) for job in jobs}
        time.sleep(0.3)
    assert {(where, what) for where, what, comment in seen if comment.startswith("rule_cell")} == {
        ("gpu", "gres:gpu:1")
    }
    assert run.returncode == 0, faulty.log()
    assert faulty.tables().keys() == faulty.undisturbed.keys()
