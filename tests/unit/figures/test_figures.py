"""Every figure from tables as a study gives them: what is drawn, what it says, and the same bytes every time."""

import math
import re
import warnings
import xml.etree.ElementTree as ET
from collections import Counter

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from kvstudy.contracts.analysis import (
    CLIFFS,
    CURVES,
    DEPTH_PROFILES,
    FAILURE_CURVES,
    HEAD_CURVES,
    REACHABILITY,
    SUSCEPTIBILITY,
)
from kvstudy.contracts.comparisons import REPRODUCED
from kvstudy.contracts.labels import REGIME_NAMES
from kvstudy.contracts.probes import PROBES
from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.contracts.vocabulary import CONTROLS, EVIDENCE, FLOOR, REGIMES
from kvstudy.figures import (
    cliffs,
    consensus_by_layer,
    consensus_by_ratio,
    depth_profiles,
    errors_by_ratio,
    eviction_by_ratio,
    f1_by_alteration,
    f1_by_answer_type,
    f1_by_direction,
    f1_by_hop,
    f1_by_question_type,
    f1_by_ratio,
    failure_modes,
    ger_hallucination,
    panels,
    probes_by_layer,
    probes_by_ratio,
    probes_by_type,
    published_and_reproduced,
    routes_by_ratio,
    style,
    survival_by_head,
)

FIGURES = (
    f1_by_ratio,
    errors_by_ratio,
    ger_hallucination,
    consensus_by_layer,
    probes_by_ratio,
    probes_by_layer,
    probes_by_type,
    survival_by_head,
    depth_profiles,
    failure_modes,
    cliffs,
    routes_by_ratio,
    f1_by_answer_type,
    f1_by_question_type,
    f1_by_direction,
    f1_by_alteration,
    f1_by_hop,
    eviction_by_ratio,
    consensus_by_ratio,
)
POLICIES = ("adakv-expected-attention", "chunk-expected-attention", "streaming-llm")
SHAPES = {
    "one policy": {"policies": ("streaming-llm",), "datasets": ("base",), "layers": 4},
    "one ratio": {"ratios": (0.5,), "points": 3, "datasets": ("base",), "layers": 1},
    "one regime": {"regimes": ("aware",), "layers": 2},
    "one point": {"policies": ("streaming-llm",), "ratios": (0.5,), "points": 1, "datasets": ("base",), "layers": 1},
    "one control": {"controls": ("question_only",), "datasets": ("base",), "layers": 1},
    "no control": {"controls": (), "datasets": ("base",), "layers": 1},
    "many": {
        "policies": tuple(f"policy-{letter}" for letter in "abcdefghij"),
        "ratios": (0.1, 0.5, 0.9),
        "regimes": ("agnostic",),
        "datasets": ("base",),
        "models": ("llama-3.1-8b-instruct", "qwen2.5-7b-instruct"),
        "layers": 2,
    },
    "many policies": {
        "policies": tuple(f"adakv-expected-attention-{number}" for number in range(27)),  # every press of kvpress
        "ratios": (0.5,),
        "datasets": ("base",),
        "layers": 1,
    },
    "names that are markup": {
        "policies": ("$x^2_y$", "<b>&"),
        "models": ("a_$b$_c",),
        "datasets": ("base",),
        "layers": 3,
    },
    "nothing": {"models": (), "layers": 1},
}


@pytest.fixture(autouse=True)
def strict():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def written(study, module, **shape):
    """The folder of the tables that a figure reads, of a study of the given shape."""
    for table in module.FIGURE.tables:
        write = getattr(study, table.name)
        taken = write.__code__.co_varnames[: write.__code__.co_argcount]
        write(**{name: value for name, value in shape.items() if name in taken})
    return study.folder


def texts(figure):
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_shape_of_study_is_drawn(module, shape, study, tmp_path, monkeypatch):
    monkeypatch.setattr(style, "METADATA", {"svg": style.METADATA["svg"]})  # the others hold the same, and take longer
    module.FIGURE.write(written(study, module, **shape), tmp_path / "f")
    assert ET.parse(tmp_path / "f.svg").getroot().tag.endswith("svg")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_same_tables_give_the_same_bytes(module, study, tmp_path, monkeypatch):
    analysis = written(study, module, datasets=("base",), layers=3)
    module.FIGURE.write(analysis, tmp_path / "first")
    monkeypatch.setitem(matplotlib.rcParams, "lines.linewidth", 9.0)  # a user's own settings change nothing
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    module.FIGURE.write(analysis, tmp_path / "second")
    for suffix, start in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        first = (tmp_path / f"first.{suffix}").read_bytes()
        assert first.startswith(start) and first == (tmp_path / f"second.{suffix}").read_bytes()
    assert not list(tmp_path.glob(".*"))
    assert not re.search(rb"<dc:date>|Matplotlib v", (tmp_path / "first.svg").read_bytes())


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_nothing_to_draw_is_said_in_words(module):
    frames = {table.name: pd.DataFrame(columns=[c.name for c in table.columns]) for table in module.FIGURE.tables}
    (text,) = texts(module.draw(**frames))
    assert text.startswith("No ") and "coverage table" in " ".join(text.split())


def without_intervals(path, table):
    """The same table on four contexts, which have none."""
    frame = table.read(path)
    ends = [name for name in ("low", "high", "p", "won") if name in frame]
    ends += [name for name in frame if name.endswith(("_low", "_high"))]
    table.write(frame.assign(**dict.fromkeys(ends, math.nan), contexts=4), path)
    return table.read(path)


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_on_too_few_contexts_estimates_are_drawn_without_intervals_and_the_legend_says_so(module, study, tmp_path):
    frames = [
        without_intervals(getattr(study, table.name)(datasets=("base",)), table) for table in module.FIGURE.tables
    ]
    figure = module.draw(*frames)
    style.save(figure, tmp_path / "f")
    drawn = [axes.lines or axes.collections or axes.patches or axes.images for axes in figure.axes]
    assert all(map(bool, drawn))
    if module is not survival_by_head:  # a map has no intervals
        ends = [path.vertices for axes in figure.axes for one in axes.collections for path in one.get_paths()]
        assert not any(np.isfinite(line).all() and np.ptp(line[:, 1]) > 0 for line in ends)
        assert any("from 5 contexts on" in text for text in texts(figure))


@pytest.mark.parametrize(
    ("module", "metric", "unit"),
    [
        (consensus_by_layer, "consensus", "contexts"),
        (depth_profiles, "consensus", "contexts"),
        (survival_by_head, "evidence_eviction", "contexts"),
        (eviction_by_ratio, "ger_layer", "questions"),
    ],
    ids=["layers", "slopes", "heads", "curves"],
)
def test_what_is_not_defined_is_a_gap_and_its_number_is_said(module, metric, unit, study, tmp_path):
    (table,) = module.FIGURE.tables
    frame = table.read(getattr(study, table.name)(datasets=("base",)))
    gone = (frame["metric"] == metric) & (frame["ratio"] == 0.9)
    assert gone.any() and "left out" not in " ".join(texts(module.draw(frame)))
    nothing = dict.fromkeys(("value", "low", "high"), math.nan) | {"contexts": 0, "undefined": 12}
    frame.loc[gone, list(nothing)] = list(nothing.values())
    figure = module.draw(frame.astype({"contexts": int, "undefined": int}))
    style.save(figure, tmp_path / "f")
    said = " ".join(" ".join(texts(figure)).split())
    assert f"left out of the means: {metric.replace('_', ' ')} for up to 12 {unit}" in said
    assert "0 to 12 contexts" not in said


def test_f1_panels_say_what_they_hold_and_how_much(study):
    figure = f1_by_ratio.draw(CURVES.read(study.curves()))
    assert len(figure.axes) == 2
    said = texts(figure)
    assert {"base", "knowledge_manipulation"} <= set(said)
    assert any(text.startswith("Compression ratio of the passage") for text in said)
    assert "smollm2-135m\n8 contexts, 104 questions\ncut: 25 %" in said
    assert {"control: no passage", "control: question only"} <= set(said)


def test_a_pdf_does_not_say_when_or_by_what_it_was_made(study, tmp_path):
    f1_by_hop.FIGURE.write(written(study, f1_by_hop), tmp_path / "f")
    assert not re.search(rb"CreationDate|Producer|Creator|Matplotlib", (tmp_path / "f.pdf").read_bytes())


def test_published_numbers_stand_against_the_studys_own():
    row = dict.fromkeys(REPRODUCED.schema.names, "") | {"metric": "token_f1", "published_model": "LLaMA-3 8B"}
    numbers = {"published": 0.7, "value": 0.5, "low": 0.4, "high": 0.75, "contexts": 6, "cut": 0.25}
    other = {"published": 0.9, "published_model": "Llama3"}
    rows = [{**row, **numbers, "model": "m"}, {**row, **numbers, **other, "model": "m"}, row]
    frame = pd.DataFrame(rows).replace({name: {"": None} for name in numbers})
    frame = frame.astype(dict.fromkeys(numbers, float))
    figure = published_and_reproduced.draw(frame)
    (axes,) = figure.axes
    drawn = [point for line in axes.lines for point in zip(line.get_xdata(), line.get_ydata(), strict=True)]
    assert {(0.7, 0.5), (0.9, 0.5)} <= set(drawn)
    assert "m\n2 numbers on 6 contexts\n1 of 2 in the interval\ncut: 25 %" in texts(figure)
    assert [text for text in texts(figure) if "lama" in text.lower()] == ["Meta-Llama-3-8B-Instruct"]  # printed twice
    assert {line.get_color() for line in axes.lines} == {style.INK}, "a colour is a policy"
    (text,) = texts(published_and_reproduced.draw(frame[frame["model"] == ""]))
    assert text.startswith("No published number")


def test_tags_stand_in_their_order_and_only_where_there_are_such_questions(study):
    table = TAG_CURVES.read(study.tag_curves(regimes=("agnostic",)))
    hops = f1_by_hop.draw(table)
    assert [text for text in texts(hops) if text.startswith("hop ")][:4] == ["hop 0", "hop 1", "hop 2", "hop 10"]
    types = texts(f1_by_answer_type.draw(table))
    assert types.count("Person") == 2 and types.count("Event") == 1  # which one dataset does not ask for
    alone = table[(table["dataset"] == "base") | (table["tag"] == "Person")]
    assert not any("knowledge_manipulation" in text for text in texts(f1_by_answer_type.draw(alone)))


OF_ANSWERS = (cliffs, errors_by_ratio, failure_modes, f1_by_answer_type, f1_by_ratio, ger_hallucination)


@pytest.mark.parametrize("module", OF_ANSWERS)
def test_rates_of_answers_say_how_many_were_cut(module, study):
    figure = module.draw(*(table.read(getattr(study, table.name)()) for table in module.FIGURE.tables))
    assert "cut: 25 %" in {line for text in texts(figure) for line in text.splitlines()}
    assert any(panels.CUT in " ".join(text.split()) for text in texts(figure))


def test_tags_with_few_questions_are_listed_below_the_panels(study):
    table = TAG_CURVES.read(study.tag_curves(datasets=("base",)))
    rare = table["tag"].isin(["Person", "Event"])
    figure = f1_by_answer_type.draw(table.assign(rows=table["rows"].mask(rare, 2)))
    said = [" ".join(text.split()) for text in texts(figure)]
    words = "Without a panel, on fewer than 3 questions: base: Person (2), Event (2)."
    assert f"Compression ratio of the passage {panels.CUT} {words}" in said
    assert len(figure.axes) == 6 and not {"Person", "Event"} & set(said)
    floors = table[table["regime"].isin(CONTROLS) | (table["tag"] != "Thing")]  # no cell has answered for a thing
    assert "Thing" not in texts(f1_by_answer_type.draw(floors))
    (alone,) = texts(f1_by_answer_type.draw(table.assign(rows=1)))
    assert alone.startswith("No types of answers to draw.") and "Thing (1)" in alone and "coverage table" in alone


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_figure_is_as_wide_as_a_column_and_has_no_small_text(module, study):
    folder = written(study, module)
    tables = [table.read(folder / f"{table.name}.parquet") for table in module.FIGURE.tables]
    with matplotlib.rc_context(style.SETTINGS):
        figure = module.draw(*tables)
        figure.draw_without_rendering()
    assert figure.get_figwidth() == style.WIDTH
    assert min(text.get_fontsize() for text in figure.findobj(matplotlib.text.Text) if text.get_text()) >= style.TEXT
    assert 3.4 / style.WIDTH * style.TEXT > 6 and 360 / 96 / style.WIDTH * style.TEXT > 6
    within = figure.bbox.expanded(1.001, 1.001)
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert box.x0 >= within.x0 and box.x1 <= within.x1, text.get_text()


def test_a_table_is_cut_once_and_gives_its_parts_by_ratio(study):
    table = CURVES.read(study.curves()).sample(frac=1, random_state=1)
    part = panels.grouped(table, "dataset", "metric")
    here = part("base", "token_f1")
    assert set(here.index) == set(table[(table["dataset"] == "base") & (table["metric"] == "token_f1")].index)
    assert here["ratio"].is_monotonic_increasing
    assert part("base", "nothing").empty and list(part("base", "nothing").columns) == list(table.columns)
    assert set(panels.grouped(table, "metric")("token_f1")["metric"]) == {"token_f1"}


@pytest.mark.parametrize(
    ("blocks", "columns", "absent", "strips"),
    [
        (["a"], [1, 2, 3], (), [[("a", 1), ("a", 2)], [("a", 3)]]),
        (["a"], [1, 2, 3, 4, 5], {("a", 2), ("a", 4)}, [[("a", 1), ("a", 3)], [("a", 5)]]),
        (["a", "b"], [1], (), [[("a", 1), ("b", 1)]]),
        (["a", "b"], [1, 2], {("b", 1)}, [[("a", 1), ("a", 2)], [("b", 2)]]),
    ],
)
def test_panels_side_by_side(blocks, columns, absent, strips):
    assert panels.strips_of(blocks, columns, 2, absent) == strips


def test_panels_of_a_block_are_spread_evenly():
    assert [len(strip) for strip in panels.strips_of(["a"], range(4), 3, ())] == [2, 2]


def test_of_too_many_blocks_the_first_are_drawn_and_the_figure_says_so(monkeypatch):
    monkeypatch.setattr(panels, "PANELS", 4)
    figure, places = panels.grid(list("abc"), ["row"], [1, 2], lines=1, x="x", curves=1)
    assert [block for block, _, column in places if column == 1] == ["a", "b"]
    assert "The first 2 of 3 blocks of panels; the tables have all." in figure.get_supxlabel().split("\n")
    _, places = panels.grid(list("abc"), ["row"], [1, 2], lines=1, x="x", curves=panels.CURVES // 2)
    assert [block for block, _, column in places if column == 1] == ["a"]


def test_both_regimes_of_a_dataset_stand_in_one_panel_by_tag(study):
    table = TAG_CURVES.read(study.tag_curves(datasets=("base",)))
    table.loc[table["regime"] == "aware", "value"] /= 2
    figure = f1_by_alteration.draw(table)
    assert len(figure.axes) == 2 and {"question-agnostic", "question-aware"} <= set(texts(figure))
    colour = style.marks(table["policy"])["streaming-llm"].colour
    solid, dashes = [line for line in figure.axes[0].lines if line.get_color() == colour]
    assert (solid.get_markerfacecolor(), dashes.get_markerfacecolor()) == (colour, "white")
    assert (solid.get_linestyle(), dashes.get_linestyle()) == ("-", "--")
    assert list(dashes.get_ydata() * 2) == pytest.approx(list(solid.get_ydata()))


def test_what_is_evicted_without_preferences_is_a_line(study):
    figure = eviction_by_ratio.draw(CURVES.read(study.curves()))
    grey = [[line for line in axes.lines if line.get_color() == style.GREY] for axes in figure.axes]
    assert all([0, 1] in [list(line.get_ydata()) for line in lines if len(line.get_xdata()) == 2] for lines in grey)
    assert "no preference: the ratio" in texts(figure)


def test_consensus_by_ratio_draws_means_over_layers(study):
    table = DEPTH_PROFILES.read(study.depth_profiles(datasets=("base",), regimes=("agnostic",)))
    figure = consensus_by_ratio.draw(table)
    means = table[table["summary"] == "mean"]
    assert means["value"].nunique() == means.groupby(["metric", "policy", "ratio"]).ngroups, "no two are alike"
    for axes, metric in zip(figure.axes, ("consensus", "jaccard"), strict=True):
        for policy, mark in style.marks(table["policy"]).items():
            (line,) = [line for line in axes.lines if line.get_color() == mark.colour]
            here = means[(means["metric"] == metric) & means["policy"].isin(["none", policy])].sort_values("ratio")
            assert list(line.get_ydata()) == list(here["value"])


def test_every_curve_starts_at_ratio_0(study):
    table = CURVES.read(study.curves(regimes=("agnostic",)))
    rows = table[(table.metric == "token_f1") & (table.dataset == "base") & (table.regime == "agnostic")]
    axes = f1_by_ratio.draw(table).axes[0]
    marks = style.marks(rows["policy"])
    assert list(marks) == sorted(set(rows["policy"]) - {"none"})
    for policy, mark in marks.items():
        (line,) = [line for line in axes.lines if line.get_color() == mark.colour]
        expected = rows[rows["policy"].isin(["none", policy])].sort_values("ratio")
        assert list(line.get_xdata()) == list(expected["ratio"])
        assert list(line.get_ydata()) == list(expected["value"])


def test_a_control_is_a_line_with_its_interval(study):
    table = CURVES.read(study.curves())
    base = table[(table.metric == "token_f1") & (table.dataset == "base")].set_index("regime")
    axes = f1_by_ratio.draw(table).axes[0]
    for control in CONTROLS:
        value, low, high = base.loc[control, ["value", "low", "high"]]
        assert [value] * 2 in [list(line.get_ydata()) for line in axes.lines]
        spans = [(patch.get_y(), patch.get_y() + patch.get_height()) for patch in axes.patches]
        assert pytest.approx((low, high)) in spans
    assert len(axes.patches) == len(CONTROLS)


def test_each_control_has_one_dash_pattern_in_every_panel_and_in_the_legend(study, tmp_path):
    f1_by_ratio.FIGURE.write(written(study, f1_by_ratio), tmp_path / "f")
    dashes = Counter(re.findall(r"stroke-dasharray: ([\d. ,]+)", (tmp_path / "f.svg").read_text()))
    dotted, dash_dotted = "1.2,1.8", "4.8,1.8,1.2,1.8"
    assert dashes[dotted] == dashes[dash_dotted] == 2 + 1


@pytest.mark.parametrize("control", CONTROLS)
def test_only_the_controls_that_were_run_are_named(study, control):
    said = texts(f1_by_ratio.draw(CURVES.read(study.curves(controls=(control,)))))
    assert [name for name in REGIME_NAMES.values() if name in said and "control" in name] == [REGIME_NAMES[control]]


def test_open_markers_are_question_aware(study):
    table = CURVES.read(study.curves())
    colour = style.marks(table["policy"])["streaming-llm"].colour
    both = [line for line in f1_by_ratio.draw(table).axes[0].lines if line.get_color() == colour]
    rows = table[(table.metric == "token_f1") & (table.dataset == "base")]
    rows = rows[rows["policy"].isin(["none", "streaming-llm"])]
    for line, regime, fill in zip(both, REGIMES, (colour, "white"), strict=True):
        assert line.get_markerfacecolor() == fill
        assert list(line.get_ydata()) == list(rows[rows["regime"] == regime].sort_values("ratio")["value"])


def test_ger_joins_both_metrics_of_the_compressed_cells(study):
    table = CURVES.read(study.curves(policies=("streaming-llm",), regimes=("aware",), datasets=("base",)))
    points = ger_hallucination.points(table)
    assert list(points["ratio"]) == [0.25, 0.5, 0.75, 0.9]
    wanted = table[(table.ratio == 0.75) & (table.metric == "hallucinated")]["value"].item()
    assert points.loc[points["ratio"] == 0.75, "value_y"].item() == wanted


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"r": 0.861, "low": 0.7, "high": 0.93, "p": 0.0004},
            ["r = 0.86 [0.70, 0.93]", "p < 0.001, 12 points, 8 contexts"],
        ),
        ({"r": 0.5, "low": None, "high": None, "p": None}, ["r = 0.50", "12 points, 8 contexts"]),
        ({"r": -0.2, "low": None, "high": None, "p": 0.5}, ["r = -0.20", "p = 0.500, 12 points, 8 contexts"]),
        (
            {"r": None, "low": None, "high": None, "p": None},
            ["r is not defined here", "too few points, or no variation"],
        ),
    ],
)
def test_strength_of_a_correlation(row, said):
    assert ger_hallucination.strength(pd.DataFrame([{**row, "points": 12, "contexts": 8}], dtype=object)) == said


def test_one_context_is_in_the_singular():
    row = {"r": 0.5, "low": None, "high": None, "p": 0.2, "points": 8, "contexts": 1}
    assert ger_hallucination.strength(pd.DataFrame([row])) == ["r = 0.50", "p = 0.200, 8 points, 1 context"]


def test_probes_by_ratio_show_the_pooled_scores_with_their_floors(study):
    table = PROBES.read(study.probes(datasets=("base",), regimes=("agnostic",)))
    axes = probes_by_ratio.draw(table).axes[0]
    pooled = table[(table.layer == -1) & (table.metric == "accuracy")]
    streaming = pooled[pooled["policy"].isin(["none", "streaming-llm"]) & (pooled.regime == "agnostic")]
    colour = style.marks(table["policy"])["streaming-llm"].colour
    (line,) = [line for line in axes.lines if line.get_color() == colour]
    assert list(line.get_ydata()) == list(streaming.sort_values("ratio")["value"])
    for control in CONTROLS:
        value = pooled.loc[pooled.regime == control, "value"].item()
        assert [value] * 2 in [list(line.get_ydata()) for line in axes.lines]


def test_probes_by_layer_have_a_line_a_ratio_and_a_floor_a_control(study):
    table = PROBES.read(study.probes(datasets=("base",), regimes=("agnostic",), layers=3))
    figure = probes_by_layer.draw(table)
    assert len(figure.axes) == 2 * 3
    lines = figure.axes[0].lines
    assert len(lines) == len(CONTROLS) + 1 + 4 and all(list(line.get_xdata()) == [0, 1, 2, 3] for line in lines)
    assert "smollm2-135m\nbase\nquestion-agnostic\n12 contexts, 40 to 72 questions" in texts(figure)


@pytest.mark.parametrize(
    ("ratios", "wanted"),
    [
        ([0.0, 0.1, 0.2, 0.5, 0.8, 0.9], [0.1, 0.5, 0.9]),
        ([0.25, 0.5, 0.75, 0.9], [0.25, 0.5, 0.9]),
        ([0.6], [0.6]),
        ([0.0], []),
    ],
)
def test_radars_are_of_the_ratios_nearest_to_the_published(ratios, wanted):
    assert probes_by_type.shown(ratios) == wanted


def test_a_radar_is_a_closed_line_through_every_type(study):
    table = PROBES.read(study.probes(datasets=("base",), regimes=("agnostic",), policies=("p",), layers=1))
    axes = probes_by_type.draw(table).axes[-1]
    colour = style.marks(["p"])["p"].colour
    (line,) = [line for line in axes.lines if line.get_color() == colour]
    rows = table[(table.layer == -1) & (table.policy == "p") & (table.ratio == 0.9)].set_index("metric")
    names = ["f1_Person", "f1_Thing", "f1_Location", "f1_Date/Time"]
    assert list(line.get_ydata()) == [rows.loc[name, "value"] for name in (*names, names[0])]
    assert {"Person", "Thing", "Loc.", "Date"} <= set(texts(axes))


def test_a_bar_of_failures_is_the_sum_of_its_modes(study):
    table = FAILURE_CURVES.read(study.failure_curves())
    axes = failure_modes.draw(table).axes[0]
    failed = table[(table.metric == "failed") & (table.epsilon == 0) & (table.dataset == "base")]
    assert len(axes.patches) == 2 * 5 * 5  # regimes, modes, ratios
    for place, (regime, hatch) in enumerate((("agnostic", None), ("aware", "////////"))):
        bars = axes.patches[25 * place : 25 * (place + 1)]
        assert {bar.get_hatch() for bar in bars} == {hatch}
        tops = [bar.get_y() + bar.get_height() for bar in bars[-5:]]
        here = failed[(failed["regime"] == regime) & failed["policy"].isin(["none", POLICIES[0]])]
        assert tops == pytest.approx(list(here.sort_values("ratio")["value"]))


def test_bars_of_many_ratios_have_a_few_labels(study):
    ratios = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975)
    axes = failure_modes.draw(FAILURE_CURVES.read(study.failure_curves(ratios=ratios))).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "0.3", "0.6", "0.9"]
    assert list(axes.get_xticks()) == [0, 3, 6, 9]


def test_a_curve_is_drawn_only_where_it_explains_more_than_a_line(study):
    table, drawn = CLIFFS.read(study.cliffs(datasets=("base",), regimes=("agnostic",))), []
    for shape, midpoint in (("flat", 0.8), ("linear", 0.8), ("falling", 0.8), ("cliff", 0.8), ("beyond", 0.95)):
        curve = table.assign(shape=shape, midpoint=midpoint)
        tables = (CURVES.read(study.curves(datasets=("base",), regimes=("agnostic",))), curve)
        axes = cliffs.draw(
            *tables, SUSCEPTIBILITY.read(study.susceptibility(datasets=("base",), regimes=("agnostic",)))
        ).axes[0]
        drawn.append(
            (
                sum(len(line.get_xdata()) == 200 for line in axes.lines),
                sum(line.get_marker() == "|" for line in axes.lines),
            )
        )
    assert drawn == [(0, 0), (0, 0), (3, 3), (3, 3), (3, 0)]


def test_a_step_of_susceptibility_is_as_long_as_it_is_wide(study):
    parts = {"datasets": ("base",), "regimes": ("agnostic",), "policies": ("streaming-llm",)}
    figure = cliffs.draw(
        CURVES.read(study.curves(**parts)),
        CLIFFS.read(study.cliffs(**parts)),
        SUSCEPTIBILITY.read(study.susceptibility(**parts)),
    )
    (bars,) = [
        found for found in figure.axes[1].collections if isinstance(found, matplotlib.collections.LineCollection)
    ]
    assert [tuple(bar[:, 0]) for bar in bars.get_segments()] == [(0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9)]


def test_the_map_of_heads_is_that_of_the_dataset_with_most_contexts(study):
    figure = survival_by_head.draw(HEAD_CURVES.read(study.head_curves(regimes=("agnostic",))))
    images = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(images) == 3 * 3 and images[0].shape == (30, 3)
    assert [float(image[0, 0]) for image in images[:6:2]] == [0.25, 0.75, 0.9]
    heads = [text for axes in figure.axes for text in texts(axes)]
    assert any("base" in text for text in heads) and not any("manipulation" in text for text in heads)
    said = " ".join(" ".join(texts(figure)).split())
    assert "Drawn is base, which has the most contexts. The table has knowledge_manipulation, too." in said


def test_headings_do_not_collide(study):
    figure = f1_by_ratio.draw(CURVES.read(study.curves()))
    assert isinstance(figure, Figure)
    with matplotlib.rc_context(style.SETTINGS):
        figure = f1_by_ratio.draw(CURVES.read(study.curves()))
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for axes in figure.axes for text in axes.texts]
    assert len(boxes) == 4
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])


def test_colours_follow_the_order_of_names():
    marks = style.marks(["b", "none", "a", "b"])
    assert list(marks) == ["a", "b"]
    assert marks["a"].colour == style.COLOURS[0]
    assert len(set(style.marks(f"p{i:02}" for i in range(40)).values())) == 40


@pytest.mark.parametrize(("highest", "top"), [(0.0, 0.1), (0.1, 0.1), (0.11, 0.2), (0.63, 0.7), (1.0, 1.0)])
def test_ceiling_of_a_rate_axis(highest, top):
    assert panels.ceiling(pd.Series([0.0, highest])) == pytest.approx(top)


@pytest.mark.parametrize("tenth", range(1, 11))
def test_a_rate_axis_has_few_ticks_up_to_its_top(tenth):
    axes = Figure().add_subplot()
    panels.rate_axis(axes, tenth / 10)
    assert 3 <= len(axes.get_yticks()) <= 6
    assert axes.get_yticks()[-1] <= tenth / 10 + 1e-9


def test_count_in_words():
    assert panels.count(pd.Series([1]), "context") == "1 context"
    assert panels.count(pd.Series([12, 12]), "context") == "12 contexts"
    assert panels.count(pd.Series([9, 12]), "context") == "9 to 12 contexts"


def test_the_floor_of_routes_is_grey_with_the_markers_of_its_policy_open(study):
    table = REACHABILITY.read(study.reachability(policies=("a", "b"), datasets=("base",), regimes=("agnostic",)))
    figure = routes_by_ratio.draw(table)
    lines, mark = figure.axes[0].lines, style.marks(table["policy"])["b"]
    mine = [line for line in lines if line.get_marker() == mark.marker]
    here = table[(table["epsilon"] == 0.05) & table["policy"].isin(["none", "b"])].sort_values("ratio")
    for target, colour, face in ((EVIDENCE, mark.colour, mark.colour), (FLOOR, style.GREY, "white")):
        shown = [line for line in mine if (line.get_color(), line.get_markerfacecolor()) == (colour, face)]
        rows = here[here["target"] == target]
        wanted = [list(rows.loc[rows["metric"] == way, "value"]) for way in ("directly", "reachable")]
        assert [list(line.get_ydata()) for line in shown] == wanted
    assert "smollm2-135m\nquestion-agnostic\n12 contexts, 18 questions" in texts(figure)
    assert {"floor: by a direct route", "floor: in any way"} <= set(texts(figure))
    alone = routes_by_ratio.draw(table[table["target"] == EVIDENCE])
    assert not any("floor" in text for text in texts(alone))
