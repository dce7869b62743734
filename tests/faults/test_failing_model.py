"""A study with a model that cannot be copied and a policy that cannot be scored: all else comes out, and is retried."""

import json
import shutil
from collections import Counter

import pandas as pd
import pytest

from tests.conftest import Checkout, _copy_or_link, copy

CONFIG = "tests/workflow/two_models.yaml"
WEIGHTS = "other/model.safetensors"
pytestmark = pytest.mark.faults
GREEDY = """
from kvpress import StreamingLLMPress


class Greedy(StreamingLLMPress):
    def compress(self, *arguments):
        self.compression_ratio = 0.9
        return super().compress(*arguments)
"""


@pytest.fixture(scope="module")
def failed(_study_run, tmp_path_factory) -> tuple[Checkout, str]:
    """The study once it has run, and what it printed."""
    made = copy(tmp_path_factory.mktemp("two"))
    made.config = CONFIG
    (made.folder / "workflow/greedy.py").write_text(GREEDY)
    model = _study_run.folder / "results/models/smollm2-135m"
    shutil.copytree(model, made.folder / "results/models/smollm2-135m", copy_function=_copy_or_link)
    shutil.copytree(model, made.folder / "other", ignore=shutil.ignore_patterns("materialised.json"))
    (made.folder / WEIGHTS).write_bytes((made.folder / WEIGHTS).read_bytes()[:1000])
    done = made.study()
    assert done.returncode == 1, done.stdout + done.stderr
    return made, done.stdout


def test_the_failed_model_is_named_with_its_log_and_the_rest_is_made(failed):
    made, said = failed
    assert "model other failed: model.safetensors is damaged: " in said and "(logs/models/other.log)" in said
    assert "failed: routing.smollm2-135m.greedy.r500, agnostic, base-0000: requested ratio 0.5, achieved 0.9" in said
    assert "The report is made: reports/two.html" in said
    assert "`make retry`" in said
    for name in ("reports/two.html", "reports/two/report.html", "results/two/figures/f1_by_ratio.svg"):
        assert (made.folder / name).is_file()
    assert made.counts() == Counter()


def test_a_second_run_does_nothing_and_still_does_not_end_as_if_all_were_there(failed):
    made, _ = failed
    done = made.study()
    assert done.returncode == 1
    assert "No jobs: nothing is to be done." in done.stdout
    assert "The study is without what failed before, other first; `make retry` runs it again." in done.stdout


def test_the_coverage_says_of_each_cell_what_became_of_it(failed):
    made, _ = failed
    rows = pd.read_csv(made.folder / "results/two/tables/coverage.csv")
    rows = rows[rows["regime"] == "agnostic"]
    states = {tuple(row[:4]): row[4] for row in rows[["experiment", "model", "policy", "ratio", "state"]].to_numpy()}
    assert states == {
        ("routing", "smollm2-135m", "none", 0): "ok",
        ("routing", "smollm2-135m", "streaming-llm", 0.5): "ok",
        ("routing", "smollm2-135m", "greedy", 0.5): "unscored",
        ("routing", "other", "none", 0): "failed",
        ("routing", "other", "streaming-llm", 0.5): "failed",
        ("routing", "other", "greedy", 0.5): "failed",
        ("instructions", "other", "none", 0): "failed",
        ("instructions", "other", "streaming-llm", 0.5): "failed",
    }
    reasons = set(rows.loc[rows["model"] == "other", "reason"])
    assert len(reasons) == 1 and "its model could not be copied: model.safetensors is damaged: " in reasons.pop()
    page = (made.folder / "reports/two.html").read_text()
    assert "its model could not be copied" in page and "runs again what failed" in page


def test_what_did_not_fail_is_judged_as_it_would_be_alone(failed):
    made, _ = failed
    curves = pd.read_parquet(made.folder / "results/two/analysis/curves.parquet")
    assert set(curves["model"]) == {"smollm2-135m"}
    assert set(curves["policy"]) == {"none", "streaming-llm"}


def test_when_the_reasons_are_gone_retry_makes_what_was_missing_and_no_more(failed, tmp_path):
    before, _ = failed
    made = Checkout(tmp_path / "study", CONFIG)
    shutil.copytree(before.folder, made.folder, copy_function=_copy_or_link)
    whole = made.folder / "results/models/smollm2-135m/model.safetensors"
    shutil.copy2(whole, made.folder / WEIGHTS)
    made.edit("workflow/greedy.py", "        self.compression_ratio = 0.9\n", "")
    kept = "results/two/cells/routing.smollm2-135m.streaming-llm.r500/run.json"
    times = (made.folder / kept).stat().st_mtime_ns
    done = made.study("--retry")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (made.folder / "results/two/given_up.json").exists()
    assert set(pd.read_csv(made.folder / "results/two/tables/coverage.csv")["state"]) == {"ok"}
    curves = pd.read_parquet(made.folder / "results/two/analysis/curves.parquet")
    assert set(curves["model"]) == {"smollm2-135m", "other"}
    assert (made.folder / kept).stat().st_mtime_ns == times
    assert made.counts() == Counter()


def test_another_source_is_tried_without_being_asked(failed, tmp_path):
    before, _ = failed
    made = Checkout(tmp_path / "study", CONFIG)
    shutil.copytree(before.folder, made.folder, copy_function=_copy_or_link)
    assert json.loads((made.folder / "results/two/given_up.json").read_text())["models"].keys() == {"other"}
    made.edit(CONFIG, "{path: other}", "{path: results/models/smollm2-135m}")
    assert made.counts()["model"] == 1
