"""Every figure of the instructions experiment, from estimates over hand-made cells: what is drawn, and what it says."""

import importlib
import re
import warnings
import xml.etree.ElementTree as ET
from itertools import product

import matplotlib
import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis import family_curves, family_rankings, position_curves, response_curves, span_curves
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.contracts import instruction_analysis as contracts
from kvstudy.contracts.instruction_classes import FAMILIES
from kvstudy.figures import following_and_leaking, instructions, kept_shares, multiples, repairs, style
from kvstudy.plan.shown import OF_INSTRUCTIONS
from tests.unit.scores.instruction_cell import TEXTS, InstructionCell, dataset, write_scores

TABLES = {
    table.name: table
    for table in (
        *(contracts.RESPONSE_CURVES, contracts.FAMILY_CURVES, contracts.FAMILY_RANKINGS),
        *(contracts.SPAN_CURVES, contracts.POSITION_CURVES),
    )
}
FIGURES = {name: reads for kind, name, reads, *_ in OF_INSTRUCTIONS if kind == "figures"}
POLICIES = ("streaming-llm", "h2o")
VARIANTS = ("plain", "whitelist", "fair", "debias-0.5")
LAYOUTS = ("no_defence", "defence_first", "directive_first")


def say(prompt: dict, request: dict) -> str:
    """Not in lower case throughout, so that the families differ and can be ranked."""
    return "A quiet day. The wind went down." if request["kind"] == "task" else TEXTS.refusal


@pytest.fixture(scope="module")
def estimates(tmp_path_factory):
    """Name -> table, of a study of two policies, four variants, two ratios and three layouts."""
    folder = tmp_path_factory.mktemp("study")
    data = dataset(folder / "data", 4, LAYOUTS)
    cells = [InstructionCell(data, say, "none", "plain", 0.0)]
    cells += [InstructionCell(data, say, p, v, r) for p in POLICIES for v in VARIANTS for r in (0.5, 0.75)]
    for cell in cells[1:]:
        for kind in ("task", "plain"):
            cell.end_by_length("0001", "0002", "0003", kind=kind)
    study, found = write_scores(cells, folder), {}
    for module in (family_curves, family_rankings, position_curves, response_curves, span_curves):
        name = module.__name__.rpartition(".")[2]
        rows = pd.DataFrame(getattr(module, name)(*study, Bootstrap(50, 0.9, 1)))
        TABLES[name].write(rows[TABLES[name].schema.names], folder / f"{name}.parquet")
        found[name] = TABLES[name].read(folder / f"{name}.parquet")
    return found


@pytest.fixture(autouse=True)
def strict():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def module(name: str):
    return importlib.import_module(f"kvstudy.figures.{name}")


def two_models(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(
        [frame.assign(model=name) for name in ("a_$b$_c", "llama-3.1-8b-instruct-with-a-long-name")], ignore_index=True
    )


SHAPES = {
    "all": lambda frame: frame,
    "one layout": lambda frame: frame[frame["layout"] == "defence_first"],
    "no defence": lambda frame: frame[frame["layout"] == "no_defence"],
    "one policy at one ratio": lambda frame: frame[frame["policy"].isin(["none", "h2o"]) & (frame["ratio"] < 0.6)],
    "plain alone": lambda frame: frame[frame["variant"] == "plain"],
    "two models, names that are markup": two_models,
    "nothing compressed": lambda frame: frame[frame["policy"] == "none"],
    "nothing": lambda frame: frame.iloc[:0],
}


def texts(figure):
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def drawn(figure) -> set[tuple[float, float]]:
    """(x, y) of every point of a line, those that run across a panel left out."""
    lines = [line for axes in figure.axes for line in axes.lines if line.get_marker() not in ("None", "", None)]
    found = {point for line in lines for point in zip(line.get_xdata(), line.get_ydata(), strict=True)}
    return {(x, y) for x, y in found if not np.isnan(y)}


def lines(figure) -> list[dict[str, list[tuple[float, float]]]]:
    """Of each panel: policy -> the points of its line."""
    policies = {mark.colour: policy for policy, mark in style.marks(POLICIES).items()}
    return [
        {
            policies[line.get_color()]: list(zip(line.get_xdata(), line.get_ydata(), strict=True))
            for line in axes.lines
            if line.get_color() in policies
        }
        for axes in figure.axes
    ]


def expected(rows: pd.DataFrame) -> dict[str, list[tuple[float, float]]]:
    """Policy -> ratio and value of its rows, from the one at ratio 0 on, as the table has them where it is defined."""
    rows = rows[rows["value"].notna()]
    of = {policy: rows[rows["policy"].isin(["none", policy])].sort_values("ratio") for policy in POLICIES}
    return {policy: list(zip(p["ratio"], p["value"], strict=True)) for policy, p in of.items() if len(p)}


def open_markers(axes) -> list[tuple[float, float]]:
    """The points with an open marker."""
    found = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    return [point for line in found for point in zip(line.get_xdata(), line.get_ydata(), strict=True)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("name", FIGURES)
def test_every_shape_of_study_is_drawn(name, shape, estimates):
    """The layout fits: it warns where panels would have to shrink to nothing."""
    with matplotlib.rc_context(style.SETTINGS):
        figure = module(name).draw(**{table: shape(estimates[table]) for table in FIGURES[name]})
        figure.draw_without_rendering()
    found = drawn(figure)
    assert bool(figure.axes) == bool(found), "a figure without a point says why, and has no panel"
    tables = pd.concat([shape(estimates[table]) for table in FIGURES[name]])
    assert found <= set(zip(tables["ratio"], tables["value"], strict=True))


@pytest.mark.parametrize("name", FIGURES)
def test_a_whole_study_has_points_in_every_figure(name, estimates):
    assert drawn(module(name).draw(**{table: estimates[table] for table in FIGURES[name]}))


def test_kept_shares_are_drawn_by_span_layout_and_policy(estimates):
    curves = iter(lines(kept_shares.draw(estimates["span_curves"])))
    table = estimates["span_curves"].query("group == 'all' and variant == 'plain'")
    for metric, layout in product(instructions.KEPT_AXES, LAYOUTS):
        assert next(curves) == expected(table[(table["metric"] == metric) & (table["layout"] == layout)])
    assert not list(curves)


def test_repairs_are_drawn_by_layout_measure_and_variant(estimates):
    curves = iter(lines(repairs.draw(estimates["family_curves"], estimates["response_curves"])))
    accuracy = "verdict == 'strict' and group == 'all' and family == 'all' and metric == 'accuracy'"
    measures = [
        estimates["family_curves"].query(accuracy),
        estimates["response_curves"].query("request == 'attack' and metric == 'directive_recall'"),
        estimates["response_curves"].query("request == 'attack' and metric == 'response_refusal'"),
        estimates["response_curves"].query("request == 'task' and metric == 'degenerate'"),
    ]
    halves = (VARIANTS[:2], VARIANTS[2:])  # side by side
    places = ((layout, *place) for layout in LAYOUTS[1:] for half in halves for place in product(measures, half))
    for layout, measure, variant in places:
        here = measure["layout"].eq(layout) & (measure["variant"].eq(variant) | measure["policy"].eq("none"))
        assert next(curves) == expected(measure[here])
    assert not list(curves)


def test_points_on_fewer_prompts_than_at_ratio_0_are_open(estimates):
    table = estimates["span_curves"]
    assert not any(open_markers(axes) for axes in kept_shares.draw(table).axes)
    some = (table["policy"] == "h2o") & (table["ratio"] == 0.75) & (table["metric"] == "retention_directive")
    figure = kept_shares.draw(table.assign(contexts=table["contexts"].where(~some, 1)))
    values = table[some & (table["group"] == "all") & (table["variant"] == "plain")].set_index("layout")["value"]
    assert [open_markers(axes) for axes in figure.axes[:3]] == [[(0.75, values[layout])] for layout in LAYOUTS]
    assert not any(open_markers(axes) for axes in figure.axes[3:])
    assert {"open: on fewer prompts than at ratio 0", "m\n1 to 4 prompts"} <= set(texts(figure))


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_tables_give_the_same_bytes(name, estimates, tmp_path):
    for table in FIGURES[name]:
        frame = SHAPES["one layout"](estimates[table])
        TABLES[table].write(frame, tmp_path / f"{table}.parquet")
    for out in ("first", "second"):
        module(name).FIGURE.write(tmp_path, tmp_path / out)
    for suffix in ("svg", "pdf", "png"):
        assert (tmp_path / f"first.{suffix}").read_bytes() == (tmp_path / f"second.{suffix}").read_bytes()
    assert ET.parse(tmp_path / "first.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_to_draw_is_said_in_words(name, estimates):
    (text,) = texts(module(name).draw(**{table: estimates[table].iloc[:0] for table in FIGURES[name]}))
    assert text.startswith("No ") and "coverage table" in " ".join(text.split())


def test_every_curve_starts_at_ratio_0_and_plain_policies_alone_are_drawn(estimates):
    figure = following_and_leaking.draw(estimates["family_curves"], estimates["response_curves"])
    rows = estimates["family_curves"].query(
        "layout == 'no_defence' and verdict == 'strict' and group == 'all' and family == 'all' and variant == 'plain'"
    )
    accuracy = rows[rows["metric"] == "accuracy"]
    axes = figure.axes[0]
    for policy, mark in style.marks(POLICIES).items():
        (line,) = [line for line in axes.lines if line.get_color() == mark.colour]
        expected = accuracy[accuracy["policy"].isin(["none", policy])].sort_values("ratio")
        assert list(line.get_xdata()) == [0, 0.5, 0.75]
        assert list(line.get_ydata()) == list(expected["value"])
    floor = rows.loc[(rows["metric"] == "floor") & (rows["ratio"] == 0), "value"].item()
    assert [floor, floor] in [list(line.get_ydata()) for line in axes.lines]
    assert "floor: by chance" in texts(figure)


def floors(estimates, layout: str) -> tuple[float, float]:
    """What is followed and what is leaked by chance, under a layout."""
    followed = "verdict == 'strict' and group == 'all' and family == 'all' and metric == 'floor' and ratio == 0"
    leaked = "request == 'attack' and metric == 'directive_floor' and ratio == 0"
    rows = estimates["family_curves"].query(followed), estimates["response_curves"].query(leaked)
    return tuple(found.loc[found["layout"] == layout, "value"].item() for found in rows)


def test_following_against_leaking_has_a_floor_each_way(estimates):
    figure = module("following_against_leaking").draw(estimates["family_curves"], estimates["response_curves"])
    for axes, layout in zip(figure.axes[::2], LAYOUTS[1:], strict=True):
        followed, leaked = floors(estimates, layout)
        assert [followed] * 2 in [list(line.get_ydata()) for line in axes.lines if line.get_color() == style.GREY]
        assert [leaked] * 2 in [list(line.get_xdata()) for line in axes.lines if line.get_color() == style.GREY]
    assert "floors: by chance" in texts(figure)


def test_standard_and_fair_has_both_floors_and_no_policys_colour(estimates):
    figure = module("standard_and_fair").draw(estimates["family_curves"], estimates["response_curves"])
    followed, leaked = floors(estimates, "defence_first")
    for axes in figure.axes:
        across = [line for line in axes.lines if list(line.get_xdata()) == [0, 1]]
        assert {line.get_ydata()[0] for line in across} == {followed, leaked}
        assert not {line.get_color() for line in axes.lines} & set(style.COLOURS)
    assert {"followed by chance", "recall of another row's directive"} <= set(texts(figure))


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_of_responses_says_how_many_were_cut(name, estimates):
    """Of verdicts 6 in 7, of attacks 3 in 4; none at ratio 0, which one figure draws apart."""
    said = texts(module(name).draw(**{table: estimates[table] for table in FIGURES[name]}))
    lines = {line for text in said for line in text.split("\n")}
    headings = {line for line in lines if re.fullmatch(r"(attacks )?cut: [\d-]+ %", line)}
    noted = any(line.startswith("cut: share of the answers") for line in lines)
    assert bool(headings) == noted == (set(FIGURES[name]) != {"span_curves"})
    if name in ("following_and_leaking", "repairs", "fair_by_order", "standard_and_fair"):
        assert headings == {"cut: 0-86 %", "attacks cut: 0-75 %"}
    if name == "following_against_leaking":
        assert headings == {"cut: 86 %", "attacks cut: 75 %"}


@pytest.mark.parametrize("name", FIGURES)
def test_on_too_few_prompts_estimates_are_drawn_without_intervals_and_the_legend_says_so(name, estimates):
    tables = {table: estimates[table].copy() for table in FIGURES[name]}
    for frame in tables.values():
        frame.loc[:, [end for end in frame if end in ("low", "high")]] = np.nan
    assert any("from 5 prompts on" in text for text in texts(module(name).draw(**tables)))


def test_no_two_families_look_alike():
    marks = style.dashed(FAMILIES)
    assert len(marks) == len(FAMILIES) == len({(mark.colour, mark.dashes) for mark in marks.values()})


def test_layouts_are_columns_in_their_order(estimates):
    said = texts(kept_shares.draw(estimates["span_curves"]))
    layouts = ["no defence", "defence first", "directive first"]
    assert list(dict.fromkeys(text for text in said if text in layouts)) == layouts
    assert said.count("no defence") == 2  # once more where the defence of such prompts would be
    assert "m\n4 prompts" in said


def test_variants_are_columns_in_their_order_and_layouts_without_a_defence_are_left_out(estimates):
    figure = repairs.draw(estimates["family_curves"], estimates["response_curves"])
    said = texts(figure)
    heads = [text for text in said if text in VARIANTS]
    assert heads == [*VARIANTS, *VARIANTS]  # one block for each order of the parts
    assert not [text for text in said if "no defence" in text]
    # ratio 0 is the same in all of them
    starts = [[list(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "--"] for axes in figure.axes]
    assert starts[0] and starts[1] == starts[0] and starts[8] == starts[9] == starts[0]


def test_debiased_variants_come_last():
    points = pd.DataFrame({"variant": ["debias-0.5", "fair", "debias-0.25", "plain"]})
    assert instructions.variants(points) == ["plain", "fair", "debias-0.25", "debias-0.5"]


def test_ends_of_an_axis():
    assert multiples.ends(multiples.Axis("a"), pd.Series([0.3, 7.0])) == (0, 1)
    free = multiples.Axis("a", low=np.nan, high=np.nan)
    assert multiples.ends(free, pd.Series([0.01, 0.2])) == (0, 0.25)
    assert multiples.ends(free, pd.Series([-0.3, 1.6])) == (-0.5, 1.75)


def test_headings_do_not_collide(estimates):
    with matplotlib.rc_context(style.SETTINGS):
        given = {table: two_models(estimates[table]) for table in FIGURES["fairness"]}
        figure = module("fairness").draw(**given)
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for axes in figure.axes for text in axes.texts]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])
