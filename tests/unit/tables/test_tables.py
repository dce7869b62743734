"""Every table as CSV, HTML and LaTeX: the right numbers in the right places, every string escaped."""

import math
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from kvstudy.contracts import published
from kvstudy.contracts.analysis import (
    CLIFFS,
    CORRELATIONS,
    COVERAGE,
    CURVES,
    DEPTH_PROFILES,
    FAILURE_CURVES,
    REACHABILITY,
    WITHIN_RATIO,
)
from kvstudy.contracts.judgements import GERS
from kvstudy.contracts.probes import PROBES
from kvstudy.contracts.table import ContractError
from kvstudy.contracts.vocabulary import EVIDENCE, FLOOR, NO_CONTEXT, QUESTION_ONLY
from kvstudy.tables import (
    cliff_estimates,
    columns,
    coverage,
    document,
    failures,
    funnels,
    ger_correlations,
    ger_readings,
    probe_scores,
    routes,
    uncompressed_f1,
)

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "resources" / "published.csv"
HOSTILE = "</table><script>alert(1)</script> & \"q\" 'q' 100% a_b #1 \\input{x} ~^ [x]"


class Reader(HTMLParser):
    """The cells of a table, row by row, and every tag that occurs."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.scopes, self.inside = [], set(), [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def curve(**row):
    defaults = {
        "experiment": "routing",
        "model": "small",
        "policy": "none",
        "ratio": 0.0,
        "compress": "passage",
        "regime": "agnostic",
        "dataset": "base",
        "metric": "token_f1",
        "value": 0.8125,
        "low": 0.75,
        "high": 0.875,
        "contexts": 12,
        "rows": 72,
        "undefined": 0,
        "cut": 0.25,
    }
    return defaults | row


def part(**row):
    defaults = {
        "experiment": "routing",
        "model": "small",
        "policy": "streaming-llm",
        "ratio": 0.5,
        "cell": "c",
        "dataset": "base",
        "compress": "passage",
        "regime": "agnostic",
        "state": "ok",
        "reason": "",
        "contexts": 12,
    }
    return defaults | row


def correlation(**row):
    defaults = {
        "experiment": "routing",
        "model": "small",
        "compress": "passage",
        "regime": "aware",
        "dataset": "base",
        "ratios": "all",
        "ger": "ger_layer",
        "r": 0.861,
        "low": 0.7,
        "high": 0.93,
        "p": 0.0004,
        "points": 12,
        "contexts": 8,
        "undefined": 0,
    }
    return defaults | row


def probe(**row):
    """The rows of one target and regime: score, control, selectivity, chance, and the score of the embedding."""
    known = {
        "experiment": "routing",
        "model": "small",
        "policy": "none",
        "ratio": 0.0,
        "compress": "passage",
        "regime": "agnostic",
        "dataset": "base",
        "target": "candidate",
        "low": 0.5,
        "high": 0.75,
        "contexts": 12,
        "rows": 40,
        "converged": 0.975,
    } | row
    score = {"candidate": "accuracy", "answer_type": "macro_f1"}[known["target"]]
    values = {
        (-1, score): 0.625,
        (-1, "control"): 0.375,
        (-1, "selectivity"): 0.25,
        (0, score): 0.3125,
        (3, score): 0.9,
    }
    if known["target"] == "candidate":
        values[-1, "chance"] = 0.28125
    return [{**known, "layer": layer, "metric": metric, "value": value} for (layer, metric), value in values.items()]


def within(**row):
    defaults = correlation(log_odds=2.5, low=1.0, high=4.0, p=0.001, r=0.31, r_low=0.27, r_high=0.35, cells=10, rows=60)
    return {name: (defaults | row)[name] for name in WITHIN_RATIO.schema.names}


def estimate(table, **row):
    """One metric of one cell, for the tables that put the metrics side by side."""
    return {name: value for name, value in (curve(**row) | row).items() if name in table.schema.names}


def cliff(**row):
    fitted = {"midpoint": 0.8, "width": 0.04, "steepest": 4.375, "half_rise": 0.78}
    ends = {f"{name}_{end}": value for name, value in fitted.items() for end in ("low", "high")}
    aic = {"aic_constant": 300.0, "aic_linear": 250.5, "aic_logistic": 200.0, "won": 0.9, "cut": 0.375}
    more = {"shape": "cliff", "lo": 0.1, "hi": 0.8, "ratios": 5, "last_ratio": 0.9, "metric": "failed"}
    defaults = curve(policy="streaming-llm") | fitted | ends | aic | more | row
    return {name: defaults[name] for name in CLIFFS.schema.names}


@pytest.fixture
def make(tmp_path):
    """Make a table of rows; returns its CSV as a frame, its HTML and its LaTeX."""

    def run(module, table, rows, within_ratio=()):
        table.write(rows, tmp_path / f"{table.name}.parquet")
        if module is ger_correlations:
            WITHIN_RATIO.write(list(within_ratio), tmp_path / "within_ratio.parquet")
        module.TABLE.write(tmp_path, PUBLISHED.parent, tmp_path / "out")
        assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.csv", "out.html", "out.tex"]
        frame = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
        return frame, (tmp_path / "out.html").read_text(), (tmp_path / "out.tex").read_text()

    return run


def test_uncompressed_f1_stands_above_the_published_numbers_of_its_datasets(make):
    rows = [
        curve(),
        curve(regime=QUESTION_ONLY, value=0.02, low=0.0, high=0.05),
        curve(regime=NO_CONTEXT, value=0.06, low=0.0, high=0.125),
        curve(policy="streaming-llm", ratio=0.5, value=0.3, low=0.2, high=0.4),
        curve(metric="exact_match"),
    ]
    frame, html, tex = make(uncompressed_f1, CURVES, rows)
    assert (
        list(frame["source"])
        == ["this study"] * 3 + ["arXiv 2603.01426, Table 2"] * 4 + ["arXiv 2603.01426, legend of Figure 27"] * 6
    )
    assert set(frame["dataset"]) == {"base"}
    cells = Reader(html).rows
    assert cells[1] == ["base"]
    assert cells[2] == ["small", "question-agnostic", "0.81", "[0.75, 0.88]", "12", "72", "0.25"]
    assert cells[3][:4] == ["small", "control: no passage", "0.06", "[0.00, 0.12]"]
    assert cells[4][:4] == ["small", "control: question only", "0.02", "[0.00, 0.05]"]
    assert cells[5] == ["base, arXiv 2603.01426, Table 2"]
    assert cells[6] == ["LLaMA-3 8B", "question-agnostic", "0.70", "", "", "", ""]
    assert r"small & question-agnostic & 0.81 & {[}0.75, 0.88] & 12 & 72 & 0.25 \\" in tex
    assert r"\toprule" in tex


def test_coverage_counts_contexts_and_numbers_the_reasons(make):
    rows = [
        part(policy="none", ratio=0.0, cell="a"),
        part(cell="b"),
        part(ratio=0.9, cell="d", contexts=9),
        part(ratio=0.9, cell="d", state="unsupported", reason="too short", contexts=3),
        part(regime="aware", ratio=0.9, cell="d", state="out_of_memory", reason="2 GiB missing"),
    ]
    frame, html, _ = make(coverage, COVERAGE, rows)
    assert frame.loc[frame["state"] == "unsupported", ["contexts", "of", "reason"]].values.tolist() == [
        [3, 12, "too short"]
    ]
    cells = Reader(html).rows
    assert cells[0] == ["Model", "Policy", "ratio 0", "ratio 0.5", "ratio 0.9"]
    assert cells[1] == ["base, question-agnostic"]
    assert cells[2] == ["small", "none", "ok 12", "", ""]
    assert cells[3] == ["small", "streaming-llm", "", "ok 12", "ok 9/12, unsupported 3/12 [1]"]
    assert cells[5] == ["small", "streaming-llm", "", "", "out of memory 12 [2]"]
    assert "<li>unsupported: too short</li>\n<li>out of memory: 2 GiB missing</li>" in html
    assert "33 of 48 contexts were answered" in html
    assert "`make retry` runs again" in html


def test_correlations_show_all_readings_and_the_published_ones(make):
    frame, html, _ = make(ger_correlations, CORRELATIONS, [correlation(ger=ger) for ger in GERS])
    assert list(frame["ger"])[:3] == list(GERS)
    assert (frame["source"] != "this study").sum() == 10
    cells = Reader(html).rows
    expected = [
        "small",
        "question-aware",
        "by layer",
        "all ratios",
        "0.86",
        "[0.70, 0.93]",
        "< 0.001",
        "",
        "",
        "12",
        "8",
    ]
    assert cells[2] == expected
    assert cells[5] == ["arXiv 2603.01426, Figure 24"]


def test_a_correlation_that_is_not_defined_is_said(make):
    rows = [correlation(r=None, low=None, high=None, p=None, points=1)]
    cells = Reader(make(ger_correlations, CORRELATIONS, rows)[1]).rows
    assert cells[2] == ["small", "question-aware", "by layer", "all ratios", "not defined", *[""] * 4, "1", "8"]


def test_r_over_ratios_stands_beside_the_effect_within_them(make):
    rows = [correlation(), correlation(ratios="paper", r=0.9, points=6)]
    frame, html, _ = make(ger_correlations, CORRELATIONS, rows, [within()])
    assert list(frame["ratios"])[:3] == ["all", "paper", "within"]
    lines = Reader(html).rows[2:5]
    assert [line[3:5] for line in lines] == [
        ["all ratios", "0.86"],
        ["the paper's five", "0.90"],
        ["within a ratio", "0.31"],
    ]
    assert lines[2][5:] == ["[0.27, 0.35]", "", "2.50", "[1.00, 4.00]", "10", "8"]


def test_readings_of_eviction_stand_side_by_side(make):
    rows = [
        curve(policy=policy, ratio=ratio, metric=metric, value=value)
        for policy, ratio in (("none", 0.0), ("b", 0.5), ("a", 0.9), ("a", 0.5))
        for metric, value in (("ger_layer", 0.25), ("ger_head", 0.5), ("eviction_head", ratio), ("token_f1", 1.0))
    ]
    frame, html, _ = make(ger_readings, CURVES, rows)
    assert list(zip(frame["policy"], frame["ratio"], strict=True)) == [("a", 0.5), ("a", 0.9), ("b", 0.5)]
    line = Reader(html).rows[2]
    assert line[:6] == ["small", "a", "0.5", "0.25 [0.75, 0.88]", "", "0.50 [0.75, 0.88]"]
    assert "Not defined" not in html


def test_questions_without_evidence_are_counted_beside_ger_and_below_the_table(make):
    known = {"policy": "a", "metric": "ger_layer"}
    nothing = {"value": math.nan, "low": math.nan, "high": math.nan, "contexts": 0, "rows": 0}
    rows = [
        *(curve(ratio=ratio, **known, undefined=left) for ratio, left in ((0.25, 0), (0.5, 7))),
        curve(ratio=0.9, **known, **nothing, undefined=72),
        *(curve(ratio=ratio, policy="a", metric="eviction_head") for ratio in (0.25, 0.5, 0.9)),
    ]
    frame, html, _ = make(ger_readings, CURVES, rows)
    assert frame["ger_layer_undefined"].tolist() == [0, 7, 72] and frame["ger_layer"].iloc[2] == ""
    assert Reader(html).rows[4][:4] == ["small", "a", "0.9", ""]
    assert "Not defined for some questions or contexts" in html and "GER by layer (up to 72 in a line)" in html
    assert "Eviction by KV head (" not in html


def profile(slope, early, late, **row):
    """The slopes of one row as value and half the width of its interval."""
    summaries = {"slope": slope, "early_slope": early, "late_slope": late}
    ends = {"value": lambda v, _: v, "low": lambda v, w: v - w, "high": lambda v, w: v + w}
    return [
        estimate(DEPTH_PROFILES, **row, summary=name, **{end: of(*found) for end, of in ends.items()})
        for name, found in summaries.items()
    ]


@pytest.mark.parametrize(
    ("slope", "early", "late", "word"),
    [
        ((0.5, 0.25), (0.5, 0.25), (0.5, 0.25), "inverted funnel"),
        ((-0.5, 0.25), (0.125, 0.25), (-0.5, 0.25), "funnel"),
        ((0.125, 0.25), (0.5, 0.25), (0.5, 0.25), "neither"),
        ((0.5, 0.25), (-0.5, 0.25), (1.0, 0.25), "neither"),
        ((0.5, math.nan), (0.5, math.nan), (0.5, math.nan), "not tested"),
    ],
    ids=["rises", "falls", "no direction", "falls and rises", "one context"],
)
def test_slopes_support_a_word_or_none(make, slope, early, late, word):
    known = {"policy": "a", "ratio": 0.5}
    slopes = [row for metric in ("consensus", "jaccard") for row in profile(slope, early, late, **known, metric=metric)]
    frame, html, _ = make(funnels, DEPTH_PROFILES, slopes)
    other_way = {"inverted funnel": "funnel", "funnel": "inverted funnel"}
    assert frame["shape"][:2].tolist() == [word, other_way.get(word, word)]
    cells = Reader(html).rows
    assert cells[1] == ["base, question-agnostic: consensus, last prompt token"]
    interval = "" if word == "not tested" else f" [{slope[0] - slope[1]:.2f}, {slope[0] + slope[1]:.2f}]"
    assert cells[2][:4] == ["small", "a", "0.5", f"{slope[0]:.2f}{interval}"] and cells[2][6:] == [word, "12"]


def test_a_measure_that_no_context_has_makes_no_funnel(make):
    """As that of the first answer tokens, where answers have one."""
    none = {"value": None, "low": None, "high": None, "contexts": 0}
    slopes = [{**row, **none} for row in profile((0.5, 0.1), (0.5, 0.1), (0.5, 0.1), metric="consensus_decoded")]
    frame, _, _ = make(funnels, DEPTH_PROFILES, slopes)
    assert frame.loc[0, ["source", "shape", "contexts"]].tolist() == ["this study", "not tested", "0"]


def test_funnels_stand_above_the_words_of_the_paper(make):
    frame, _, _ = make(funnels, DEPTH_PROFILES, profile((0.5, 0.1), (0.5, 0.1), (0.5, 0.1), metric="agreement"))
    said = {"LLaMA-3 8B", "LLaMA-3.2 3B"}
    assert len(frame) == 5 and set(frame["measure"]) == {"not said"}
    assert set(frame.loc[frame["shape"] == "inverted funnel", "model"]) == said
    assert set(frame.loc[frame["shape"] == "funnel", "model"]) == {f"Qwen-2.5 {size}B" for size in (3, 7, 14)}


def test_failures_say_how_erasure_was_judged(make):
    rows = [
        estimate(FAILURE_CURVES, policy=policy, ratio=ratio, epsilon=epsilon, metric=metric, value=value)
        for policy, ratio in (("none", 0.0), ("a", 0.5))
        for epsilon in (0.0, 0.2)
        for metric, value in (("failed", 0.5), ("erasure", ratio / 2), ("failed_if_erased", 1.0))
    ]
    frame, html, _ = make(failures, FAILURE_CURVES, rows)
    assert frame["erasure"].tolist() == [0.0, 0.0, 0.25, 0.25]
    cells = Reader(html).rows
    assert cells[1] == ["base, question-agnostic; by survival"]
    assert cells[3][:4] == ["small", "a", "0.5", "0.50 [0.75, 0.88]"]
    assert ["base, question-agnostic; by routes of weight > 0.2, sampled passages"] in cells


def test_routes_have_a_group_for_each_weight(make):
    rows = [
        estimate(REACHABILITY, policy="a", ratio=0.5, target=EVIDENCE, epsilon=epsilon, metric=metric, value=value)
        for epsilon in (0.05, 0.5)
        for metric, value in (("directly", 0.5), ("routes", 12.5), ("above_bound", -0.1))
    ]
    frame, html, _ = make(routes, REACHABILITY, rows)
    assert frame["epsilon"].tolist() == [0.05, 0.5] and frame["routes"].tolist() == [12.5] * 2
    cells = Reader(html).rows
    assert cells[1] == ["base, question-agnostic; weight > 0.05"]
    assert cells[2][5] == "0.50 [0.75, 0.88]" and cells[2][-2] == "-0.10 [0.75, 0.88]"


def test_the_floor_of_routes_stands_in_grey_below_them_with_its_own_questions(make):
    rows = [
        estimate(REACHABILITY, policy=policy, ratio=ratio, target=target, epsilon=0.1, metric="directly", **found)
        for policy, ratio in (("none", 0.0), ("a", 0.5))
        for target, found in ((FLOOR, {"value": 0.25, "rows": 17}), (EVIDENCE, {"value": 0.5, "rows": 18}))
    ]
    frame, html, _ = make(routes, REACHABILITY, rows)
    assert frame["target"].tolist() == [EVIDENCE, FLOOR] * 2 and frame["questions"].tolist() == [18, 17] * 2
    lines = [(line[1], line[3], line[5], line[-1]) for line in Reader(html).rows[2:]]
    values = ("evidence", "0.50 [0.75, 0.88]", "18"), ("floor", "0.25 [0.75, 0.88]", "17")
    assert lines == [(policy, *value) for policy in ("none", "a") for value in values]
    assert html.count('<tr class="apart">') == 2


@pytest.mark.parametrize(
    ("shape", "said", "midpoint"),
    [
        ("cliff", "cliff", "0.80 [0.80, 0.80]"),
        ("gradual", "gradual", "0.80 [0.80, 0.80]"),
        ("step", "within one step", "0.80 [0.80, 0.80]"),
        ("unfinished", "unfinished", "0.80 [0.80, 0.80]"),
        ("falling", "falling", "0.80 [0.80, 0.80]"),
        ("beyond", "at or beyond 0.9", ""),
        ("linear", "linear", ""),
    ],
)
def test_a_cliff_is_called_what_it_is(make, shape, said, midpoint):
    line = Reader(make(cliff_estimates, CLIFFS, [cliff(shape=shape)])[1]).rows[2]
    assert line[:5] == ["small", "streaming-llm", "failed", said, midpoint]
    assert line[-5:] == ["-100.0", "-50.5", "0.90", "12", "0.38"]


def test_probes_stand_beside_all_their_floors(make):
    rows = [
        *probe(target="answer_type"),
        *probe(regime=QUESTION_ONLY),
        *probe(policy="streaming-llm", ratio=0.5),
        *probe(),
    ]
    frame, html, _ = make(probe_scores, PROBES, rows)
    assert list(frame["target"]) == ["candidate"] * 3 + ["answer_type"]
    cells = Reader(html).rows
    numbers = ["0.62", "[0.50, 0.75]", "0.31", "0.28", "0.38", "0.25", "[0.50, 0.75]", "12", "40", "98 %"]
    assert cells[1] == ["Candidate, accuracy: base"]
    assert cells[2] == ["small", "question-agnostic", "none", "0", *numbers]
    assert cells[3][:4] == ["small", "question-agnostic", "streaming-llm", "0.5"]
    assert cells[4][:4] == ["small", "control: question only", "none", "0"]
    assert cells[5] == ["Answer type, macro-F1: base"]
    assert cells[6][7] == ""


@pytest.mark.parametrize(
    ("module", "table", "rows"),
    [
        (uncompressed_f1, CURVES, [curve(model=HOSTILE, dataset=HOSTILE, experiment=HOSTILE)]),
        (ger_correlations, CORRELATIONS, [correlation(model=HOSTILE, dataset=HOSTILE)]),
        (probe_scores, PROBES, probe(model=HOSTILE, policy=HOSTILE, dataset=HOSTILE)),
        (
            coverage,
            COVERAGE,
            [part(model=HOSTILE, policy=HOSTILE, state="unsupported", reason=HOSTILE, dataset=HOSTILE)],
        ),
        (cliff_estimates, CLIFFS, [cliff(model=HOSTILE, policy=HOSTILE, dataset=HOSTILE)]),
        (ger_readings, CURVES, [curve(model=HOSTILE, policy=HOSTILE, dataset=HOSTILE, ratio=0.5, metric="ger_layer")]),
        (
            failures,
            FAILURE_CURVES,
            [estimate(FAILURE_CURVES, model=HOSTILE, dataset=HOSTILE, ratio=0.5, epsilon=0.0, metric="failed")],
        ),
        (
            routes,
            REACHABILITY,
            [
                estimate(
                    REACHABILITY,
                    model=HOSTILE,
                    dataset=HOSTILE,
                    ratio=0.5,
                    target=EVIDENCE,
                    epsilon=0.1,
                    metric="reached",
                )
            ],
        ),
    ],
    ids=[
        "uncompressed_f1",
        "ger_correlations",
        "probe_scores",
        "coverage",
        "cliff_estimates",
        "ger_readings",
        "failures",
        "routes",
    ],
)
def test_strings_are_text_and_never_markup(make, module, table, rows):
    frame, html, tex = make(module, table, rows)
    reader = Reader(html)
    assert "script" not in reader.tags and "link" not in reader.tags and "img" not in reader.tags
    assert HOSTILE in {cell for row in reader.rows for cell in row} and HOSTILE in set(frame["model"])
    assert r"\input" not in tex and r"100\%" in tex and r"a\_b" in tex
    assert set(reader.scopes) == {"col", "rowgroup", "row"}


@pytest.mark.parametrize(
    ("module", "table"),
    [
        (uncompressed_f1, CURVES),
        (ger_correlations, CORRELATIONS),
        (ger_readings, CURVES),
        (failures, FAILURE_CURVES),
        (routes, REACHABILITY),
        (cliff_estimates, CLIFFS),
        (probe_scores, PROBES),
        (coverage, COVERAGE),
    ],
)
def test_a_study_without_answers_gives_tables_that_say_so(make, module, table):
    frame, html, _ = make(module, table, [])
    assert module is ger_correlations or (frame.empty and "Nothing to show." in html)


def test_several_experiments_are_told_apart(make):
    cells = Reader(make(uncompressed_f1, CURVES, [curve(), curve(experiment="other")])[1]).rows
    assert [cells[2][0], cells[3][0]] == ["small (other)", "small (routing)"]


def test_numbers_are_aligned_right():
    page = document.Document("t", (document.Column("a"), document.Column("b", number=True)), ())
    assert '<th scope="col">a</th><th scope="col" class="number">b</th>' in page.html()
    assert r"\begin{tabular}{lr}" in page.latex()


def test_published_numbers_are_those_of_the_paper():
    frame = published.read(PUBLISHED)
    table = frame[frame["artefact"] == "Table 2"].pivot(index=["model", "regime"], columns="dataset", values="value")
    assert table.shape == (4, 7)
    assert table.loc[("LLaMA-3 8B", "aware"), "knowledge_manipulation"] == 0.9209
    assert table.loc[("Qwen-2.5 7B", "aware"), "coreference"] == 0.52
    r = frame[frame["metric"] == "pearson_r"].set_index(["model", "regime"])["value"]
    assert (r.min(), r.max()) == (0.78, 0.95)
    assert r["Qwen-2.5 3B", "agnostic"] == 0.95


def test_published_numbers_are_checked(tmp_path):
    bad = tmp_path / "published.csv"
    bad.write_text(PUBLISHED.read_text().replace("0.7005", "70.05"))
    with pytest.raises(ContractError, match=r"value.*70\.05"):
        published.read(bad)


def test_readme_describes_every_column():
    readme = ROOT / "results" / "README.md"
    assert columns.main(["--readme", str(readme), "--check"]) == 0
    text = readme.read_text()
    for path, table in columns.FILES.items():
        section = text.partition(f"### `{path}`\n")[2].partition("\n### ")[0]
        assert all(f"| `{column.name}` |" in section and column.doc in section for column in table.columns)


def test_readme_that_drifted_fails_and_is_repaired(tmp_path, capsys):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{columns.BEGIN}\nold\n{columns.END}\nafter\n")
    assert columns.main(["--readme", str(readme), "--check"]) == 1
    assert "out of date" in capsys.readouterr().out
    assert columns.main(["--readme", str(readme)]) == 0
    assert columns.main(["--readme", str(readme), "--check"]) == 0
    assert readme.read_text().startswith("before\n") and readme.read_text().endswith("\nafter\n")


def test_readme_without_marks_is_an_error():
    with pytest.raises(ValueError, match="marks"):
        columns.rewritten("nothing here")
