"""Heads, depth, failures and routes: values by hand, from scores written through their contracts."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.depth_profiles import depth_profiles, profiles
from kvstudy.analysis.failure_curves import failure_curves
from kvstudy.analysis.head_curves import head_curves
from kvstudy.analysis.reachability import reachability
from kvstudy.contracts.analysis import DEPTH_PROFILES, FAILURE_CURVES, HEAD_CURVES, REACHABILITY
from kvstudy.contracts.jobs import write_jobs
from kvstudy.contracts.judgements import FAILURE_MODES
from kvstudy.metrics.failure_modes import Thresholds

BOOTSTRAP = Bootstrap(200, 0.95, 1)
THRESHOLDS = Thresholds(erased=1.0, attended=0.2, agreed=0.5)


def through(table, rows, tmp_path) -> pd.DataFrame:
    """What a reader of the file sees."""
    table.write(rows, tmp_path / "table.parquet")
    return table.read(tmp_path / "table.parquet")


def test_head_curves_by_hand(study, tmp_path):
    cell = study.cell("snapkv", 0.5)
    for context, evidence in zip((f"base-{n:04d}" for n in range(7)), (0.25, 0.75) * 3 + (None,), strict=True):
        for layer, head in itertools.product(range(2), range(2)):
            study.head(cell, context, layer, head, evidence if head == 0 else 1.0)
    found = through(HEAD_CURVES, head_curves(*study.write(tmp_path), BOOTSTRAP), tmp_path)
    found = found.set_index(["metric", "layer", "head"])
    weights = BOOTSTRAP.weights("base", 7)[:, :6]  # the last one has no evidence
    ends = np.quantile(weights @ ([0.25, 0.75] * 3) / weights.sum(axis=1), [0.025, 0.975])
    assert found.loc[("evidence_eviction", 1, 0), ["value", "low", "high"]].tolist() == pytest.approx([0.5, *ends])
    assert found.loc[("evidence_eviction", 1, 0), ["contexts", "undefined"]].tolist() == [6, 1]
    assert found.loc[("eviction", 0, 1), ["value", "contexts", "undefined"]].tolist() == [0.5, 7, 0]


def test_the_slope_is_that_of_the_least_squares_line():
    values = np.random.RandomState(0).rand(3, 7)
    frame = pd.DataFrame(
        [
            {"context_id": f"c{c}", "layer": layer, "dataset": "base", "x": values[c, layer]}
            for c, layer in itertools.product(range(3), range(7))
        ]
    )
    found = profiles(frame, "x")
    for row, of in zip(found.to_dict("records"), values, strict=True):
        assert row["slope"] == pytest.approx(np.polyfit(np.linspace(0, 1, 7), of, 1)[0])
        depth = np.linspace(0, 1, 7)
        assert row["early_slope"] == pytest.approx(np.polyfit(depth[:4], of[:4], 1)[0])
        assert row["late_slope"] == pytest.approx(np.polyfit(depth[3:], of[3:], 1)[0])
        assert (row["early"], row["late"]) == pytest.approx((of[:2].mean(), of[-2:].mean()))


def test_depth_profiles_by_hand(study, tmp_path):
    cell = study.cell("snapkv", 0.5)
    for number, top in enumerate((1.0, 0.5) * 3):
        for layer, share in enumerate((0.0, 0.5, 1.0)):
            study.layer(cell, f"base-{number:04d}", layer, top * share, None if number == 0 else share)
    found = through(DEPTH_PROFILES, depth_profiles(*study.write(tmp_path), BOOTSTRAP), tmp_path)
    found = found.set_index(["metric", "summary"])
    ends = np.quantile(BOOTSTRAP.weights("base", 6) @ ([1.0, 0.5] * 3) / 6, [0.025, 0.975])
    assert found.loc[("consensus", "slope"), ["value", "low", "high"]].tolist() == pytest.approx([0.75, *ends])
    assert found.loc[("agreement", "slope"), "value"] == -0.75
    assert found.loc[("consensus", "early"), "value"] == 0.0 and found.loc[("consensus", "late"), "value"] == 0.75
    assert found.loc[("jaccard", "slope"), ["value", "contexts", "undefined"]].tolist() == [1.0, 5, 1]


def test_one_layer_has_no_slope(study, tmp_path):
    study.layer(study.cell("snapkv", 0.5), "base-0000", 0, 0.5, 0.5)
    found = through(DEPTH_PROFILES, depth_profiles(*study.write(tmp_path), BOOTSTRAP), tmp_path)
    missing = found["value"].isna()
    assert set(found.loc[~missing, "summary"]) == {"early", "late", "mean"} and (found["undefined"] == missing).all()


@pytest.fixture
def failing(study):
    """Two passages. Ratio 0 gets the last of four questions wrong; at ratio 0.9 all are, each for another reason."""
    base, strong = study.cell("none", 0.0), study.cell("snapkv", 0.9)
    for context in ("base-0000", "base-0001"):
        study.ask(base, context, ["correct", "hedged", "correct", "abstained"], ger=0.0)
        study.ask(strong, context, ["fabricated"], ger=1.0)
        for number, options in ((1, {"mass": 0.3}), (2, {"mass": 0.1, "agreement": 0.6}), (3, {"mass": 0.1})):
            study.ask(strong, context, ["correct"] * number + ["empty"], ger=0.5, **options)
            del study.rows[strong["cell"]]["questions"][-number - 1 : -1]
        for cell, number in itertools.product((base, strong), range(4)):
            there = {"routes": 2, "direct": 1.0, "reached": 1.0} if cell is base else {}
            study.route(cell, context, number, 0.1, **{"routes": 0, "direct": 0.0, "reached": number / 4, **there})
            study.route(cell, context, number, 0.1, target="floor", routes=0, direct=0.0, reached=0.0)
    return study


def test_failures_by_hand(failing, tmp_path):
    found = through(FAILURE_CURVES, failure_curves(*failing.write(tmp_path), BOOTSTRAP, THRESHOLDS), tmp_path)
    found = found.set_index(["epsilon", "ratio", "metric"])["value"]
    assert found[0.0, 0.0, "baseline"] == found[0.0, 0.0, "failed"] == 0.25
    shares = {mode: found[0.0, 0.9, mode] for mode in FAILURE_MODES}
    wanted = {"baseline": 0.25, "erasure": 0.25, "rigidity": 0.25, "utilisation": 0.25}
    wanted |= {"dispersion": 0.0, "undefined": 0.0}
    assert shares == wanted
    # by routes: the first question has none to its evidence; that none has one to its floor is another matter
    assert found[0.1, 0.9, "erased"] == 0.25 and found[0.1, 0.9, "erasure"] == 0.25


def test_failures_split_at_erasure(study, tmp_path):
    base, half = study.cell("none", 0.0), study.cell("snapkv", 0.5)
    for context, gers in (("base-0000", (1.0, 1.0, 0.5)), ("base-0001", (1.0, 0.0, 0.0))):
        study.ask(base, context, ["correct", "correct", "degenerate"], ger=0.0)
        study.ask(half, context, ["fabricated", "correct", "degenerate"], ger=0.0)
        for row, ger in zip(study.rows[half["cell"]]["questions"][-3:], gers, strict=True):
            row["ger_layer"] = ger
    found = through(FAILURE_CURVES, failure_curves(*study.write(tmp_path), BOOTSTRAP, THRESHOLDS), tmp_path)
    p = found[found["ratio"] == 0.5].set_index("metric")["value"]
    assert (p["erased"], p["failed_if_erased"], p["failed_if_kept"]) == pytest.approx((1 / 2, 2 / 3, 2 / 3))
    cut = found[found["ratio"] == 0.5].set_index("metric")["cut"]  # the third answer of each passage, which is kept
    assert (cut["failed"], cut["failed_if_erased"], cut["failed_if_kept"]) == pytest.approx((1 / 3, 0, 2 / 3))
    assert cut["failed_before_if_kept"] == pytest.approx(2 / 3) and np.isnan(cut["erased"])
    assert p["failed_before_if_kept"] == pytest.approx(2 / 3)  # of the three that keep it two are wrong at ratio 0
    whole = p["failed_if_erased"] * p["erased"] + p["failed_if_kept"] * (1 - p["erased"])
    assert p["failed"] == pytest.approx(whole) == pytest.approx(sum(p[mode] for mode in FAILURE_MODES))


def test_reachability_by_hand(study, tmp_path):
    base, half = study.cell("none", 0.0), study.cell("snapkv", 0.5)
    for context in ("base-0000", "base-0001"):
        study.ask(base, context, ["correct"] * 3, ger=0.0)
        study.ask(half, context, ["correct"] * 3, ger=0.25)
        for number, (before, direct, reached) in enumerate(((2, 0.5, 1.0), (1, 0.0, 0.5), (0, 0.0, 0.0))):
            study.route(base, context, number, 0.1, routes=3 * before, kv_routes=before, direct=1.0, reached=1.0)
            leaked = {1: 0.5, 2: 0.0 if context == "base-0000" else None}.get(number)
            there = {"direct": direct, "reached": reached, "leaked": leaked, "holding": 0.75}
            study.route(half, context, number, 0.1, routes=1, kv_routes=1, **there)
    found = through(REACHABILITY, reachability(*study.write(tmp_path), BOOTSTRAP), tmp_path)
    found = found[found["ratio"] == 0.5].set_index("metric")
    values = found["value"]
    assert values[["reachable", "directly", "copies_only"]].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert values[["reached", "direct"]].tolist() == pytest.approx([0.5, 1 / 6])
    assert found.loc["leaked", ["value", "rows", "undefined"]].tolist() == pytest.approx([1 / 3, 3, 3])
    assert found.loc["leaks", ["value", "rows", "undefined"]].tolist() == pytest.approx([2 / 3, 3, 3])
    bounds = [1 - 0.25**2, 1 - 0.25, 0.0]  # three KV heads of four keep some of the evidence
    assert values["bound"] == pytest.approx(np.mean(bounds))
    assert values["above_bound"] == pytest.approx(1 / 3 - np.mean(bounds))


def test_the_floor_is_estimated_like_the_evidence_and_apart_from_it(study, tmp_path):
    base, half = study.cell("none", 0.0), study.cell("snapkv", 0.5)
    both, one = ([4, 0], [0.0, 0.5]), ([2], [1.0])  # the second question of every other passage has none
    floor = {f"base-{number:04d}": found for number, found in enumerate((both, one) * 3)}
    for context, (before, reached) in floor.items():
        study.ask(base, context, ["correct"] * 2, ger=0.0)
        study.ask(half, context, ["correct"] * 2, ger=0.25)
        for number in range(2):
            for cell in (base, half):
                study.route(cell, context, number, 0.1, routes=9, kv_routes=3, direct=1.0, reached=1.0)
        for number, (k, share) in enumerate(zip(before, reached, strict=True)):
            to = {"target": "floor", "direct": 0.0, "reached": share}
            study.route(base, context, number, 0.1, routes=k, kv_routes=k, **to)
            study.route(half, context, number, 0.1, routes=0, kv_routes=0, **{**to, "holding": 0.5})
    found = through(REACHABILITY, reachability(*study.write(tmp_path), BOOTSTRAP), tmp_path)
    found = found[found["ratio"] == 0.5].set_index(["target", "metric"])
    assert found.loc[("evidence", "reachable"), ["value", "contexts", "rows"]].tolist() == [1.0, 6, 12]
    shares = found.loc[("floor", "reachable")]
    assert shares[["value", "contexts", "rows"]].tolist() == pytest.approx([2 / 3, 6, 9])
    assert shares["low"] < shares["value"] < shares["high"]
    assert found.loc[("floor", "reached"), "value"] == pytest.approx(0.5)
    # the bound goes by the floor's own routes at ratio 0: 4, 0 and 2 KV heads, each kept with probability 1/2
    bounds = [1 - 0.5**4, 0.0, 1 - 0.5**2]
    assert found.loc[("floor", "bound"), "value"] == pytest.approx(np.mean(bounds))
    assert found.loc[("evidence", "bound"), "value"] == 1.0


def test_the_command_makes_several_and_writes_the_same_bytes_twice(failing, tmp_path):
    names = ["head_curves", "depth_profiles", "failure_curves", "reachability", "within_ratio", "cliffs"]
    failing.write(tmp_path)
    settings = {"resamples": 50, "confidence": 0.9, "seed": 1, "thresholds": vars(THRESHOLDS)}
    names = [f"analysis/{name}" for name in names]
    jobs, made = write_jobs(tmp_path / "jobs", dict.fromkeys(names, settings)), []
    for _ in range(2):
        command = [sys.executable, "-m", "kvstudy.make", *names, "--results", tmp_path, "--jobs", jobs]
        subprocess.run(command, check=True)
        made.append({path.stem: path.read_bytes() for path in (tmp_path / "analysis").iterdir()})
    assert made[0] == made[1] and len(made[0]) == len(names)


def test_one_that_fails_is_named_and_keeps_no_other_from_being_made(failing, tmp_path):
    failing.write(tmp_path)
    settings = {"resamples": 50, "confidence": 0.9, "seed": 1}  # the failure modes want thresholds
    names = ["analysis/failure_curves", "analysis/cliffs"]
    jobs = write_jobs(tmp_path / "jobs", dict.fromkeys(names, settings))
    command = [sys.executable, "-m", "kvstudy.make", *names, "--results", tmp_path, "--jobs", jobs]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == "failure_curves: 'thresholds'"
    assert "KeyError: 'thresholds'" in done.stderr
    assert [path.name for path in (tmp_path / "analysis").iterdir()] == ["cliffs.parquet"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cliffs", "there is no cliffs"),
        ("tables/x", "there is no tables/x"),
        ("figures/a/b", "there is no figures/a/b"),
        ("analysis/cliffs", "needs --jobs"),
    ],
)
def test_a_name_that_cannot_be_made_is_told(tmp_path, name, message):
    command = [sys.executable, "-m", "kvstudy.make", name, "--results", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
