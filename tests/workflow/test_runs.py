"""How the study command begins and ends, on a study that has really run: again, after a failure, beside another run."""

import fcntl
import json
import os
import subprocess
import sys
from collections import Counter

from kvstudy.contracts.versions import FACTS
from kvstudy.recovery.lock import Place


def test_a_second_run_has_nothing_to_do_and_keeps_the_report(finished_study):
    page = finished_study.folder / "reports/tiny/report.html"
    before = page.stat().st_mtime_ns
    done = finished_study.study()
    assert done.returncode == 0, done.stderr
    assert "No jobs: nothing is to be done." in done.stdout
    assert "The report is up to date: reports/tiny.html" in done.stdout
    assert page.stat().st_mtime_ns == before


def test_a_cell_that_fails_is_in_the_report_and_is_run_again_when_it_changes(finished_study):
    shown = "workflow/kvstudy/plan/shown.py"
    finished_study.edit(shown, "for each in ALL", "for each in ALL if each.kind == 'tables'")  # figures take long
    own = finished_study.folder / "workflow/own_press.py"
    text = "from kvpress import KnormPress\n\n\nclass Mine(KnormPress):\n    pass\n"
    own.write_text(f"{text}\n\nraise RuntimeError('no such luck')\n")
    finished_study.edit("tests/workflow/tiny.yaml", "knorm: {press: KnormPress}", "mine: {press: own_press.Mine}")
    finished_study.edit("tests/workflow/tiny.yaml", "policies: [streaming-llm]", "policies: [mine]")
    done = finished_study.study()
    assert done.returncode == 1
    assert "The report is made: reports/tiny.html" in done.stdout, done.stdout + done.stderr
    for page in ("reports/tiny.html", "results/tiny/tables/coverage.html"):
        assert "no such luck" in (finished_study.folder / page).read_text()
    assert finished_study.counts() == Counter()
    own.write_text(text)
    assert finished_study.cells() == {"routing.smollm2-135m.mine.r500"}
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no such luck" not in (finished_study.folder / "reports/tiny.html").read_text()


def test_what_an_older_config_was_to_make_is_forgotten(finished_study):
    promised = finished_study.folder / "results/tiny/promised.json"
    cells = "results/tiny/cells/routing.smollm2-135m.gone.r500/facts.json"
    promised.write_text(json.dumps([[cells], ["results/tiny/figures/gone.svg"]]))
    done = finished_study.study()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No jobs: nothing is to be done." in done.stdout
    assert not promised.exists()


def test_a_report_that_fails_leaves_the_page_that_was_there_and_is_made_again(finished_study):
    page = finished_study.folder / "reports/tiny/report.html"
    before = page.read_bytes()
    caption = finished_study.folder / "workflow/report/f1_by_ratio.rst"
    text = caption.read_text()
    caption.write_text("{{ no_such_name.inner }}\n")
    assert finished_study.study().returncode != 0
    assert page.read_bytes() == before
    assert [path.name for path in page.parent.iterdir()] == ["report.html"]
    caption.write_text(text)
    assert "The report is made: reports/tiny.html" in finished_study.study().stdout


def test_a_profile_is_found_from_where_the_command_is_run(finished_study, tmp_path):
    profile = tmp_path / "cluster"
    profile.mkdir()
    (profile / "profile.yaml").write_text("cores: 1\n")
    config, program = finished_study.folder / finished_study.config, finished_study.folder / "workflow"
    environment = {**os.environ, "PYTHONPATH": str(program)}
    command = [sys.executable, "-m", "kvstudy.study", "--config", str(config), "--profile", "cluster", "--plan-only"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "No jobs: nothing is to be done." in done.stdout


def test_the_plan_says_why_and_at_what_measured_rate(finished_study):
    finished_study.raise_version("FACTS")
    done = finished_study.study("--plan-only")
    rows = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert ["cell", "2", "what it writes has another version"] in rows
    assert "measured on 2 finished cells" in done.stdout


def test_the_record_of_a_cell_is_what_the_plan_reads(finished_study):
    for record in (finished_study.folder / "results/tiny/cells").glob("*/run.json"):
        content = json.loads(record.read_text())
        assert content["seconds"] > 0
        assert len(content["code"]) == 1 and content["depends"]["facts"] == FACTS
        assert content["tokens"] > 0


def test_two_runs_do_not_meet(finished_study):
    finished_study.append("figures/f1_by_ratio.py")
    with (finished_study.folder / ".snakemake/kvstudy.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = finished_study.study()
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Another study is running in this folder. Wait for it, or stop it with Ctrl-C.")


def test_what_a_killed_run_left_locked_is_freed(finished_study):
    finished_study.append("figures/f1_by_ratio.py")
    locks = finished_study.folder / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text("results/tiny/figures/f1_by_ratio.svg\n")
    assert finished_study.snakemake().returncode == 1
    (finished_study.folder / ".snakemake/kvstudy.lock").write_text(str(Place.here()))
    done = finished_study.study()
    assert done.returncode == 0, done.stderr
    assert finished_study.counts() == Counter()


def test_a_failed_job_stops_the_study_with_its_log_and_is_retried(finished_study):
    finished_study.edit("workflow/kvstudy/figures/f1_by_ratio.py", "def draw(", 'raise SystemExit("no ink")\ndef draw(')
    done = finished_study.study()
    assert done.returncode == 1
    assert "no ink" in done.stderr
    assert "figures failed: f1_by_ratio: no ink (logs/tiny/figures.log)" in done.stdout
    assert "Some jobs failed. The same command retries them." in done.stdout
    finished_study.edit("workflow/kvstudy/figures/f1_by_ratio.py", 'raise SystemExit("no ink")\n', "")
    assert finished_study.counts() == Counter(["figures"])
