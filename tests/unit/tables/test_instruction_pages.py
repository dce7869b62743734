"""Composite scores and the summary of the instructions experiment, as CSV, HTML and LaTeX."""

from pathlib import Path

import pandas as pd
import pytest

from kvstudy.contracts import published
from kvstudy.contracts.instruction_analysis import COMPOSITES, FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.tables import composite_scores, instructions_summary

PUBLISHED = Path(__file__).parents[3] / "resources/published.csv"
PLACE = {"model": "small", "policy": "snapkv", "variant": "fair", "ratio": 0.5, "layout": "defence_first"}
ESTIMATE = {"value": 0.25, "low": 0.125, "high": 0.375, "contexts": 6, "undefined": 0}


def composite(**row) -> dict:
    labels = {name: PLACE[name] for name in ("model", "policy", "variant", "layout")}
    labels |= {"request": "attack", "leakage": "recall", "lowest": 0.4}
    return {**labels, **ESTIMATE, "sd": 0.05, "defined": 1.0, "ratios": 3, "cut": 0.875, **row}


def files(tmp_path) -> tuple[pd.DataFrame, str, str]:
    csv = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    return csv, (tmp_path / "out.html").read_text(), (tmp_path / "out.tex").read_text()


@pytest.fixture
def compose(tmp_path):
    def run(rows):
        COMPOSITES.write(rows, tmp_path / "composites.parquet")
        composite_scores.TABLE.write(tmp_path, PUBLISHED.parent, tmp_path / "out")
        return files(tmp_path)

    return run


def test_composite_scores_stand_above_the_published_ones(compose):
    csv, html, tex = compose([composite(), composite(request="plain", value=0.5), composite(variant="<b>", sd=None)])
    assert list(csv["source"]).count("this study") == 3
    assert len(csv) == 3 + 20
    assert "snapkv & fair & 0.250 & {[}0.125, 0.375] & +- 0.050 & 3 & 6 & 0.88" in tex
    assert "streaming-llm & fair & 0.220 &  & +- 0.062 &  &" in tex
    assert "0.500" not in tex  # a single kind of attack is in the CSV file alone
    assert "<b>" not in html and "&lt;b&gt;" in html


def test_a_score_without_a_common_ratio_is_said_to_be_undefined(compose):
    missing = dict.fromkeys(("value", "low", "high", "sd", "cut"))
    _, _, tex = compose([composite(**missing, defined=0.0, ratios=0, contexts=0)])
    assert "snapkv & fair & not defined &  &  & 0 & 0" in tex


def test_the_published_composites_are_the_papers_table():
    frame = published.read(PUBLISHED)
    found = frame[frame["metric"] == "composite"]
    wide = found.pivot(index="policy", columns=["model", "variant"], values="value")
    assert wide.shape == (5, 4) and wide.notna().all(axis=None)
    assert wide.loc["streaming-llm", ("Llama3", "fair")] == 0.2201
    assert wide.loc["knorm", ("Qwen2", "fair")] == 0.0138
    assert (found["sd"] > 0).all()


@pytest.fixture
def summarise(tmp_path):
    def run(places):
        family = {
            "verdict": "strict",
            "group": "all",
            "family": "all",
            "metric": "accuracy",
            "defined": 1.0,
            "rows": 10,
            "cut": 0.75,
        }
        excess = {"request": "attack", "metric": "directive_excess", "rows": 6, "undefined": 0}
        refused = {
            "request": "attack",
            "metric": "response_refusal",
            "rows": 3,
            "contexts": 3,
            "cut": 1.0,
            "undefined": 0,
        }
        span = {"group": "all", "metric": "retention_directive", "rows": 6, "undefined": 0}
        for table, kinds in ((FAMILY_CURVES, [family]), (RESPONSE_CURVES, [excess, refused]), (SPAN_CURVES, [span])):
            rows = [{**ESTIMATE, **place, **kind} for place in places for kind in kinds]
            table.write(rows, tmp_path / f"{table.name}.parquet")
        instructions_summary.TABLE.write(tmp_path, PUBLISHED.parent, tmp_path / "out")
        return files(tmp_path)

    return run


def test_the_summary_has_a_row_a_policy_variant_and_ratio(summarise):
    baseline = {**PLACE, "policy": "none", "variant": "plain", "ratio": 0.0}
    places = [baseline, {**PLACE, "contexts": 2}, {**PLACE, "variant": "plain"}, {**PLACE, "layout": "no_defence"}]
    csv, html, tex = summarise(places)
    assert csv[["layout", "policy", "variant"]].values.tolist() == [
        ["no_defence", "snapkv", "fair"],
        ["defence_first", "none", "plain"],
        ["defence_first", "snapkv", "plain"],
        ["defence_first", "snapkv", "fair"],
    ]
    assert (csv["excess"] == 0.25).all() and (csv["excess_low"] == 0.125).all() and (csv["leaked"] == "").all()
    assert (csv["attacked"] == 3).all() and csv["prompts"].tolist() == [6, 6, 6, 2]
    assert (csv["cut"] == 0.75).all() and (csv["attacks_cut"] == 1).all()
    assert r"snapkv & plain & 0.5 & 6 & 3 & 0.75 & 1.00 & 0.25 {[}0.12, 0.38]" in tex
    assert r"snapkv & fair & 0.5 & 2 of 6 & 3 & 0.75 & 1.00 & 0.25 {[}0.12, 0.38]" in tex
    assert "small, defence first" in html


def test_an_empty_summary_says_so(summarise):
    _, html, _ = summarise([])
    assert "Nothing to show." in html
