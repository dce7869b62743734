"""The study beside the papers, as CSV, HTML and LaTeX, and the numbers that prose quotes."""

import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from docutils.core import publish_parts
from jinja2 import Environment

from kvstudy.contracts.analysis import COVERAGE, CURVES
from kvstudy.contracts.comparisons import CLAIMS, FIGURE_MAP, REPRODUCED
from kvstudy.contracts.sizes import DATASET_SIZES
from kvstudy.tables import claims, dataset_sizes, figure_map, numbers, reproduced
from tests.conftest import HOME

CAPTIONS = Path(__file__).parents[3] / "workflow/report"
HOSTILE = "</td><script>alert(1)</script> & 100% a_b"


def claim(**row):
    defaults = {
        "claim": "cliff",
        "paper": "2603.01426",
        "place": "Figure 22",
        "words": "It jumps.",
        "rule": "It holds.",
        "model": "m",
        "verdict": "supported",
        "number": "half-rise",
        "value": 0.875,
        "low": 0.75,
        "high": 0.9375,
        "case": "p, base",
        "cut": 0.625,
        "cases": 3,
        "holding": 2,
        "reason": "",
    }
    return defaults | row


UNTESTED = {
    "verdict": "not tested",
    "model": "",
    "value": None,
    "low": None,
    "high": None,
    "case": "",
    "cut": None,
    "cases": 0,
}


def number(**row):
    defaults = {
        "paper": "2603.01426",
        "artefact": "Figure 10",
        "metric": "token_f1",
        "dataset": "base",
        "policy": "none",
        "variant": "plain",
        "regime": "agnostic",
        "layout": "",
        "axis": "answer_type",
        "tag": "Person",
        "ratio": 0.0,
        "published_model": "LLaMA-3 8B",
        "published": 0.7351,
        "source": "arXiv 2603.01426, Figure 10",
        "model": "m",
        "value": 0.5,
        "low": 0.25,
        "high": 0.75,
        "contexts": 8.0,
        "cut": 0.125,
        "difference": -0.2351,
        "other_model": "SmolLM2 for LLaMA",
        "other_data": "own passages",
        "other_definition": "",
        "reason": "",
    }
    return defaults | row


NONE = {"model": "", "value": None, "low": None, "high": None, "contexts": None, "cut": None, "difference": None}
UNANSWERED = {**NONE, "other_model": "", "other_data": "", "reason": "the dataset hops is not in the study"}

RESOURCES = HOME / "resources"


def artefact(**row):
    defaults = {"paper": "2603.01426", "artefact": "Figure 2", "shows": "F1", "kind": "figures", "name": "f1_by_ratio"}
    return {**defaults, "reason": "", **row}


@pytest.fixture
def make(tmp_path):
    """Make a table of rows; returns its CSV as a frame, its HTML and its LaTeX."""

    def run(module, table, rows):
        table.write(rows, tmp_path / f"{table.name}.parquet")
        module.TABLE.write(tmp_path, RESOURCES, tmp_path / "out")
        frame = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
        return frame, (tmp_path / "out.html").read_text(), (tmp_path / "out.tex").read_text()

    return run


def test_claims_say_verdict_number_and_rule(make):
    rows = [claim(claim="a", **UNTESTED, holding=0, reason="it needs two models"), claim(words=HOSTILE)]
    frame, html, tex = make(claims, CLAIMS, rows)
    assert list(frame["claim"]) == ["cliff", "a"]  # tested ones first
    assert "1 supported, 0 not supported, 1 not tested" in html
    assert (
        "0.88" in html
        and "[0.75, 0.94]" in html
        and "2 of 3" in html
        and "0.62" in html
        and "it needs two models" in html
    )
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert r"100\% a\_b" in tex and r"\toprule" in tex


def test_reproduced_lists_answers_and_counts_the_rest_by_reason(make):
    rows = [
        number(),
        number(tag="Thing", published=0.6),
        *(number(**UNANSWERED, dataset="hops", axis="hop", tag=str(hop)) for hop in range(3)),
        number(artefact="Figure 9", **{**UNANSWERED, "reason": "the regime aware is not in the study"}, regime="aware"),
    ]
    frame, html, tex = make(reproduced, REPRODUCED, rows)
    assert len(frame) == 6 and list(frame["model"]) == ["m", "m", "", "", "", ""]
    assert "base, Person, question-agnostic" in html and "-0.24" in html and ">0.12<" in html and "[0.25, 0.75]" in html
    assert "2 comparisons; of 2 with an interval 2 have the published number inside." in html
    assert "4 published numbers have no counterpart" in html
    assert "3: the dataset hops is not in the study; 1: the regime aware" in html
    assert html.count("SmolLM2 for LLaMA; own passages") == 1  # once in the legend, [1] in the rows
    assert html.count(">[1]<") == 2 and "hop 1" not in html and r"\midrule" in tex


def test_figure_map_gives_a_file_or_a_reason(make):
    rows = [
        artefact(artefact="Table 1", kind="tables", name="dataset_sizes"),
        artefact(artefact="Figure 10", name="", kind="", reason="not in this study: base"),
        artefact(),
    ]
    frame, html, _ = make(figure_map, FIGURE_MAP, rows)
    assert list(frame["artefact"]) == ["Figure 2", "Figure 10", "Table 1"]
    assert "figures/f1_by_ratio.svg" in html and "tables/dataset_sizes.html" in html
    assert "not in this study: base" in html and "2 of 3" in html


def test_sizes_of_datasets(make):
    row = {"dataset": "base", "passages": 2, "words": 12.0, "words_sd": 2.8, "shortest": 10, "longest": 14}
    row |= {"questions": 5, "fewest": 2, "most": 3}
    _, html, _ = make(dataset_sizes, DATASET_SIZES, [row])
    assert "12 +- 3" in html and "2 to 3" in html
    assert "arXiv 2603.01426, Table 1" in html and "175 +- 25" in html and ">1199<" in html
    _, alone, _ = make(dataset_sizes, DATASET_SIZES, [{**row, "dataset": "own"}])
    assert "arXiv" not in alone


@pytest.fixture
def quoted(tmp_path):
    """numbers.json of a small study."""
    cell = {"experiment": "routing", "model": "m", "policy": "none", "ratio": 0.0, "compress": "passage"}
    curve = {**cell, "regime": "agnostic", "dataset": "base", "metric": "token_f1", "value": 0.5, "low": 0.25}
    part = {**cell, "cell": "c", "dataset": "base", "regime": "agnostic", "contexts": 4}
    tables = {
        CLAIMS: [claim(), claim(claim="a", **UNTESTED, holding=0, reason="it needs two models")],
        REPRODUCED: [number(), number(**UNANSWERED, dataset="hops")],
        FIGURE_MAP: [artefact(), artefact(artefact="Figure 3", kind="", name="", reason="no")],
        COVERAGE: [{**part, "state": "ok", "reason": ""}, {**part, "state": "unsupported", "reason": "x"}],
        CURVES: [{**curve, "high": 0.75, "contexts": 4, "rows": 24, "undefined": 0}],
    }
    given = []
    for table, rows in tables.items():
        table.write(rows, tmp_path / f"{table.name}.parquet")
        given += [f"--{table.name}", str(tmp_path / f"{table.name}.parquet")]
    numbers.main([*given, "--out", str(tmp_path / "numbers.json")])
    return json.loads((tmp_path / "numbers.json").read_text())


def test_every_number_names_its_table(quoted):
    assert quoted["f1.m.base.agnostic"] == {
        "value": 0.5,
        "low": 0.25,
        "high": 0.75,
        "contexts": 4,
        "text": "0.50 [0.25, 0.75]",
        "table": "analysis/curves.parquet",
    }
    assert quoted["claims_supported"] == {"value": 1, "text": "1", "table": "analysis/claims.parquet"}
    assert quoted["published_numbers"]["value"] == 2 and quoted["published_with_counterpart"]["value"] == 1
    assert quoted["published_without_counterpart"]["value"] == 1
    assert quoted[f"published_without_counterpart.{UNANSWERED['reason']}"]["value"] == 1
    assert (quoted["figures_shown"]["value"], quoted["figures_of_papers"]["value"]) == (1, 2)
    assert (quoted["contexts_answered"]["value"], quoted["contexts_planned"]["value"]) == (4, 8)
    assert all(entry["table"].startswith("analysis/") and entry["text"] for entry in quoted.values())


@pytest.mark.parametrize("name", ["claims", "reproduced", "figure_map"])
def test_captions_quote_numbers_from_the_file_and_none_without_it(name, quoted):
    template = Environment(trim_blocks=True, lstrip_blocks=True).from_string((CAPTIONS / f"{name}.rst").read_text())
    said = {
        "claims": "Here 1 are supported, 0 are not",
        "reproduced": "Of 2 published numbers 1 have a counterpart",
        "figure_map": "1 of 2 have a counterpart",
    }[name]
    for config, there in (({"numbers": quoted}, True), ({}, False)):
        text = template.render(snakemake=SimpleNamespace(config=config))
        body = publish_parts(text, writer="html", settings_overrides={"report_level": 1})["body"]
        assert (said in " ".join(body.split())) is there and "system-message" not in body
