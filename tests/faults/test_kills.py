"""A study is killed while cells of a job that failed run one by one; at random moments: test_campaign.py."""

import time

import pytest

VICTIMS = {"snakemake": ("-m\0snakemake",), "both": ("kvstudy.cells", "-m\0snakemake")}


@pytest.mark.faults
@pytest.mark.parametrize("victim", ["snakemake", "both"])
def test_killed_while_cells_run_one_by_one(faulty, victim):
    faulty.bundle("model")
    source = faulty.folder / "workflow/napping.py"
    usual = source.read_text()
    source.write_text(f"{usual}\n\nraise RuntimeError('no such luck')\n")
    run = faulty.start()
    while "run one by one" not in faulty.log() or not faulty.parts():
        assert run.poll() is None, faulty.log()
        time.sleep(0.1)
    faulty.kill(VICTIMS[victim])
    if victim == "both":
        run.kill()
    assert run.wait() != 0
    before = faulty.parts()
    source.write_text(usual)
    done = faulty.study("--retry")
    assert done.returncode == 0, faulty.log() + done.stdout + done.stderr
    assert faulty.kept(before)
    assert faulty.is_undisturbed()
    assert faulty.counts().total() == 0
