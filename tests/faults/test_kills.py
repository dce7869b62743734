"""A study is killed at a random moment, and the same command goes on: the same tables, and no finished part again."""

import subprocess
import time

import pytest

from tests.faults.conftest import seeded

TRIALS = 20
BUNDLES = ("cell", "model")
VICTIMS = {"cell": ("kvstudy.cells",), "snakemake": ("-m\0snakemake",), "both": ("kvstudy.cells", "-m\0snakemake")}


@pytest.mark.faults
@pytest.mark.parametrize("trial", range(TRIALS))
def test_killed_at_a_random_moment(faulty, duration, trial):
    draw = seeded(trial)
    faulty.bundle(BUNDLES[trial % len(BUNDLES)])
    victim, moment = sorted(VICTIMS)[trial % len(VICTIMS)], draw.uniform(0.1, 0.9) * duration
    run, killed = faulty.start(), 0
    try:
        run.wait(moment)
    except subprocess.TimeoutExpired:
        killed = faulty.kill(VICTIMS[victim])
        if victim == "both":
            run.kill()
    before = faulty.parts()
    status = run.wait()
    print(f"trial {trial}: {victim}, {killed} killed after {moment:.1f} s, status {status}, {len(before)} parts kept")
    if status:
        done = faulty.study("--retry")
        assert done.returncode == 0, faulty.log() + done.stdout + done.stderr
    assert faulty.kept(before)
    assert faulty.is_undisturbed()
    assert faulty.counts().total() == 0


@pytest.mark.faults
@pytest.mark.parametrize("victim", ["snakemake", "both"])
def test_killed_while_cells_run_one_by_one(faulty, victim):
    faulty.bundle("model")
    source, broken = faulty.folder / "workflow/napping.py", faulty.folder / "broken"
    source.write_text(f"{source.read_text()}\n\nif Path('broken').exists():\n    raise RuntimeError('no such luck')\n")
    broken.touch()
    run = faulty.start()
    while "run one by one" not in faulty.log() or not faulty.parts():
        assert run.poll() is None, faulty.log()
        time.sleep(0.1)
    faulty.kill(VICTIMS[victim])
    if victim == "both":
        run.kill()
    assert run.wait() != 0
    before = faulty.parts()
    broken.unlink()
    done = faulty.study("--retry")
    assert done.returncode == 0, faulty.log() + done.stdout + done.stderr
    assert faulty.kept(before)
    assert faulty.is_undisturbed()
    assert faulty.counts().total() == 0
