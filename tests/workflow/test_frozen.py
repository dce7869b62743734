"""A run works from the config and the code that it began with, whatever is edited meanwhile."""

from collections import Counter
from pathlib import Path

from kvstudy.recovery.frozen import CHANGED, CODE, COPY
from kvstudy.recovery.leftovers import MARK

MEANWHILE = """
from pathlib import Path

file = Path({path!r})
file.write_text(file.read_text().replace({old!r}, {new!r}, 1))
"""


def meanwhile(study, module: str, path: str, old: str, new: str) -> None:
    """Let the job of a module edit a file once, as a user might while it runs."""
    assert old in (study.folder / path).read_text()
    with (study.folder / "workflow/kvstudy" / module).open("a") as file:
        file.write(MEANWHILE.format(path=path, old=old, new=new))


def test_a_config_that_is_edited_meanwhile_is_told_and_is_not_what_runs(finished_study):
    before = (finished_study.folder / finished_study.config).read_bytes()
    meanwhile(finished_study, "analysis/coverage.py", finished_study.config, "ratios: [0.5]", "ratios: [0.5, 0.75]")
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (finished_study.folder / "results/tiny" / COPY).read_bytes() == before
    assert f"{finished_study.config} was changed while the study ran" in done.stdout
    assert finished_study.cells() == {"routing.smollm2-135m.streaming-llm.r750"}


def test_jobs_do_not_start_with_code_that_was_edited_meanwhile(finished_study):
    table = "workflow/kvstudy/tables/coverage.py"
    meanwhile(finished_study, "analysis/coverage.py", table, "def ", "EDITED = 1\n\n\ndef ")
    done = finished_study.study()
    assert done.returncode == 1
    assert f"{CHANGED}: this job does not start." in done.stderr
    assert f"{CHANGED}: jobs that had yet to start did not." in done.stdout
    made = finished_study.folder / "results/tiny/tables/coverage.html"
    assert not made.exists()
    listed = (finished_study.folder / "results/tiny" / CODE).read_text()
    assert table in listed and "Snakefile" in listed and "resources/prompts/examples.json" in listed
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert made.exists() and finished_study.counts() == Counter()


def test_a_copy_of_the_config_may_be_run_itself(finished_study):
    copy = Path("results/tiny", COPY)
    finished_study.config = str(copy)
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is to be done" in done.stdout and "was changed" not in done.stdout


def test_no_later_snakemake_of_a_run_takes_edited_code_for_its_own(finished_study, monkeypatch):
    """A run starts several: for what is left after a failure, and for cells one by one."""
    monkeypatch.setenv(MARK, str(finished_study.folder))
    made = "results/tiny/tables/coverage.html"
    finished_study.edit("workflow/kvstudy/tables/coverage.py", "def ", "EDITED = 1\n\n\ndef ")
    done = finished_study.snakemake(made)
    assert done.returncode == 1 and f"{CHANGED}: this job does not start." in done.stderr
    monkeypatch.delenv(MARK)
    done = finished_study.snakemake(made)
    assert done.returncode == 0, done.stderr
