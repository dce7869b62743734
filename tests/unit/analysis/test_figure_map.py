"""Every figure and table of both papers has a file of ours or a reason."""

import re
from pathlib import Path

from kvstudy.analysis.figure_map import figure_map, read
from kvstudy.config.generated import GENERATED
from kvstudy.config.load import load
from kvstudy.contracts.comparisons import FIGURE_MAP
from kvstudy.plan.setup import setup
from kvstudy.plan.shown import ALL
from kvstudy.tables import figure_map as page

HOME = Path(__file__).parents[3]
LISTED = read(HOME / "resources/figure_map.csv")


def numbers(paper, kind):
    found = LISTED.loc[LISTED["paper"] == paper, "artefact"]
    return sorted({int(name.split()[1]) for name in found if re.fullmatch(rf"{kind} \d+", name)})


def test_the_list_has_every_figure_and_table():
    assert numbers("2603.01426", "Figure") == list(range(1, 45))
    assert numbers("2603.01426", "Table") == list(range(1, 7))
    assert numbers("2510.00231", "Figure") == list(range(1, 16))


def test_every_file_is_one_that_is_made():
    made = {(each.kind, each.name) for each in ALL} | {("cards", name) for name in GENERATED} | {("", "")}
    assert set(zip(LISTED["kind"], LISTED["name"], strict=True)) <= made
    assert ((LISTED["name"] == "") == (LISTED["reason"] != "")).all()


def test_what_a_study_did_not_run_is_absent_with_its_reason(tmp_path):
    study = load(HOME / "config/demo.yaml")
    alone = study.model_copy(update={"experiments": study.experiments.model_copy(update={"instructions": None})})
    FIGURE_MAP.write(figure_map(LISTED, setup(alone)), tmp_path / "f.parquet")
    found = FIGURE_MAP.read(tmp_path / "f.parquet").set_index(["paper", "artefact"])
    assert found.loc[("2603.01426", "Figure 10"), "name"].tolist() == ["f1_by_answer_type"]
    assert found.loc[("2603.01426", "Figure 26"), "reason"].tolist() == [
        "not in this study: hidden states of multi_entity"
    ]
    assert found.loc[("2603.01426", "Figure 17"), "reason"].tolist() == ["not in this study: a LLaMA model"]
    assert found.loc[("2603.01426", "Figure 27"), "reason"].tolist() == ["not in this study: several models"]
    cards = found.loc[("2603.01426", "Table 3")].set_index("shows")["name"]
    assert cards["A passage and a question: base"] == "base"
    assert cards["A passage and a question: hops"] == ""
    ten = found.loc[("2510.00231", "Figure 10")]
    assert ten["name"].tolist() == [""]
    assert ten["reason"].tolist() == ["not in this study: instructions experiment, fair"]


def test_the_page_about_any_study_is_up_to_date(monkeypatch):
    monkeypatch.chdir(HOME)
    assert page.main(["--docs", "docs/figures.md", "--check"]) == 0
