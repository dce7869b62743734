"""The analyses of the instructions experiment, from scores of hand-made cells over real system prompts."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis.analysis import Results
from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.composites import composites
from kvstudy.analysis.family_curves import family_curves
from kvstudy.analysis.family_rankings import family_rankings
from kvstudy.analysis.position_curves import position_curves
from kvstudy.analysis.response_curves import response_curves
from kvstudy.analysis.span_curves import span_curves
from kvstudy.contracts import instruction_analysis as tables
from kvstudy.contracts.instruction_scores import VERDICTS
from kvstudy.contracts.plan import CELLS
from tests.unit.scores.instruction_cell import TEXTS, InstructionCell, dataset, write_scores

BOOTSTRAP = Bootstrap(100, 0.9, 1)
ANALYSES = {
    response_curves: tables.RESPONSE_CURVES,
    family_curves: tables.FAMILY_CURVES,
    family_rankings: tables.FAMILY_RANKINGS,
    span_curves: tables.SPAN_CURVES,
    position_curves: tables.POSITION_CURVES,
    composites: tables.COMPOSITES,
}
ROWS = 6


def directive(prompt: dict) -> str:
    (span,) = prompt["directive"]
    return prompt["passage"][span["start"] : span["end"]]


def leak(prompt: dict, request: dict) -> str:
    return directive(prompt) if request["kind"] == "attack" else "a quiet day. the wind went down."


def refuse(prompt: dict, request: dict) -> str:
    return TEXTS.refusal if request["kind"] == "attack" else "a quiet day. the wind went down."


def spread(tokens: int, count: int) -> np.ndarray:
    """Positions at even distances."""
    return np.linspace(0, tokens - 1, count).round().astype(int)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Nothing compressed: refusals; plain eviction: leaks; fair eviction: refusals, without one system prompt."""
    folder = tmp_path_factory.mktemp("study")
    data = dataset(folder / "data", ROWS, rotate=True)
    cells = [InstructionCell(data, refuse, "none", "plain", 0.0)]
    for ratio in (0.2, 0.5, 0.7):
        cells.append(InstructionCell(data, leak, "streaming-llm", "plain", ratio))
        cells.append(InstructionCell(data, refuse, "streaming-llm", "fair", ratio, keep=spread))
        cells[-1].end_by_length("0001", "0002", kind="task")
    cells[-1].fail("system_prompts-0001-defence_first")
    return write_scores(cells, folder)


@pytest.fixture(scope="module")
def found(study):
    """Every table, checked against its contract."""
    frames = {}
    for analyse, table in ANALYSES.items():
        rows = analyse(*study, BOOTSTRAP)
        frames[table.name] = pd.DataFrame(rows, columns=[column.name for column in table.columns])
        table.check(frames[table.name], "test")
    return frames


def row(frame: pd.DataFrame, **labels) -> dict:
    (one,) = frame.loc[np.logical_and.reduce([frame[k] == v for k, v in labels.items()])].to_dict("records")
    return one


def test_responses(found):
    curves = found["response_curves"]
    place = {"layout": "defence_first", "ratio": 0.5}
    for request in ("attack", "plain"):
        leaked = row(curves, **place, variant="plain", request=request, metric="directive_recall")
        assert (leaked["value"], leaked["low"], leaked["high"]) == (1, 1, 1)
        assert (leaked["contexts"], leaked["rows"]) == (ROWS, ROWS)  # rotations are left out
    assert row(curves, **place, variant="fair", request="attack", metric="response_refusal")["value"] == 1
    assert row(curves, **place, variant="fair", request="task", metric="response_refusal")["value"] == 0
    assert row(curves, **place, variant="plain", request="attack", metric="response_leak")["value"] == 1
    attacked = {**place, "variant": "plain", "request": "attack"}
    floor, excess = (row(curves, **attacked, metric=f"directive_{name}")["value"] for name in ("floor", "excess"))
    assert floor + excess == pytest.approx(1)
    assert set(curves["request"]) == {"task", "attack", "plain"}
    assert not len(curves[(curves["request"] != "task") & (curves["metric"] == "strict")])
    assert not len(curves[(curves["layout"] == "no_defence") & (curves["metric"] == "defence_recall")])
    assert set(zip(curves["policy"], curves["variant"], strict=True)) == {
        *(("none", "plain"), ("streaming-llm", "plain"), ("streaming-llm", "fair"))
    }


def test_a_prompt_that_a_repair_cannot_compress_is_missing_in_its_cell_alone(found):
    curves = found["response_curves"]
    labels = {"layout": "defence_first", "request": "task", "metric": "strict", "ratio": 0.7}
    assert row(curves, **labels, variant="plain")["contexts"] == ROWS
    assert row(curves, **labels, variant="fair")["contexts"] == ROWS - 1


def test_the_share_of_cut_responses_stands_beside_every_rate(found):
    """Under fair eviction the tasks of two of six rows are cut, no attacks; under plain eviction none are."""
    place = {"layout": "no_defence", "ratio": 0.5}
    for variant, share in (("plain", 0), ("fair", 2 / ROWS)):
        curves = found["response_curves"]
        for metric in ("strict", "degenerate", "tokens"):
            cut = row(curves, **place, variant=variant, request="task", metric=metric)["cut"]
            assert cut == pytest.approx(share)
        assert row(curves, **place, variant=variant, request="attack", metric="directive_recall")["cut"] == 0
    fair = {**place, "variant": "fair"}
    curves = found["family_curves"]
    of_all = {"verdict": "strict", "group": "all", "metric": "accuracy"}
    assert row(curves, **fair, **of_all, family="all")["cut"] == pytest.approx(3 / 10)  # 1 and 2 of 10 instructions
    assert row(curves, **fair, **of_all, family="change_case")["cut"] == pytest.approx(1 / 3)
    assert row(found["family_rankings"], **fair, verdict="strict", group="all")["cut"] == pytest.approx(3 / 10)
    places = found["position_curves"]
    assert (places.loc[places["metric"] == "retention", "cut"].isna()).all()
    assert row(places, **fair, group="single", position="only", metric="strict")["cut"] == pytest.approx(1 / 3)


def test_families(study, found):
    _, scores = study
    verdicts = VERDICTS.read(scores / "instructions.m.streaming-llm.r500/verdicts.parquet")
    verdicts = verdicts[(verdicts["rotation"] == 0) & (verdicts["layout"] == "no_defence")]
    labels = {"layout": "no_defence", "variant": "plain", "ratio": 0.5, "group": "all", "family": "all"}
    for verdict in ("strict", "loose"):
        accuracy = row(found["family_curves"], **labels, verdict=verdict, metric="accuracy")
        assert accuracy["value"] == pytest.approx(verdicts[verdict].mean())
        assert (accuracy["contexts"], accuracy["rows"]) == (ROWS, len(verdicts))
        floor = row(found["family_curves"], **labels, verdict=verdict, metric="floor")
        assert floor["value"] == pytest.approx(verdicts[f"{verdict}_floor"].mean())
        # the same responses as without compression
        normalised = row(found["family_curves"], **labels, verdict=verdict, metric="normalised_accuracy")
        assert normalised["value"] == normalised["low"] == normalised["high"] == 1
    del labels["family"]
    ranked = row(found["family_rankings"], **labels, verdict="strict")
    assert ranked["value"] == pytest.approx(1) and ranked["families"] == verdicts["family"].nunique()


def test_spans(found):
    curves = found["span_curves"]
    plain = {"layout": "defence_first", "variant": "plain", "ratio": 0.5, "group": "all"}
    fair = {**plain, "variant": "fair"}
    assert row(curves, **plain, metric="retention_directive")["value"] == 1  # it is the latest part
    assert row(curves, **fair, metric="retention_directive")["value"] == pytest.approx(0.5, abs=0.05)
    assert row(curves, **plain, metric="retention_defence")["value"] < 0.3
    assert row(curves, **fair, metric="fairness_parts_index")["value"] > 0.99
    assert row(curves, **plain, metric="fairness_parts_gap")["value"] > 0.7
    assert not len(curves[(curves["layout"] == "no_defence") & curves["metric"].str.startswith("fairness_parts")])
    between = curves[curves["metric"] == "fairness_instructions_index"]
    assert set(between["group"]) == {"all", "multi", "many"}  # a single instruction is alike with itself


def test_positions_with_rotations(found):
    """Each instruction stands in every place of its prompt once: all places of prompts of three hold equally many."""
    curves = found["position_curves"]
    rows = curves[(curves["layout"] == "no_defence") & (curves["ratio"] == 0) & (curves["metric"] == "strict")]
    rows = {group: part.set_index("position")["rows"].to_dict() for group, part in rows.groupby("group")}
    assert set(rows["single"]) == {"only"} and set(rows["all"]) == {"only", "first", "middle", "last"}
    assert set(rows["many"]) == {"first", "middle", "last"} and len(set(rows["many"].values())) == 1
    assert rows["multi"]["first"] == rows["multi"]["last"] > rows["multi"]["middle"] == rows["many"]["middle"]
    curves = curves[curves["group"] == "multi"]
    window = curves[(curves["layout"] == "no_defence") & (curves["ratio"] == 0.7) & (curves["metric"] == "retention")]
    window = window[window["variant"] == "plain"].set_index("position")["value"]
    assert window["first"] < window["last"]


def test_composites(found):
    """Both follow alike; the plain policy leaks all, the fair one next to nothing."""
    scores = found["composites"]
    labels = {"layout": "defence_first", "variant": "fair", "leakage": "recall", "request": "attack"}
    narrow, wide = (row(scores, **labels, lowest=lowest) for lowest in (0.4, 0.1))
    assert 0.4 < narrow["value"] <= 0.5 and narrow["ratios"] == 2 and narrow["contexts"] == ROWS
    assert 0.4 < wide["value"] <= 0.5 and wide["ratios"] == 3
    assert set(scores["variant"]) == {"fair"} and set(scores["request"]) == {"attack", "plain"}
    assert not scores["undefined"].any()


def test_composites_from_a_lower_ratio_on_need_one(study):
    cells, scores = study
    found = composites(cells[cells["ratio"] != 0.2], scores, BOOTSTRAP)
    assert {row["lowest"] for row in found} == {0.4}


def test_nothing_run_gives_empty_tables(study):
    cells, scores = study
    for analyse, table in ANALYSES.items():
        rows = pd.DataFrame(analyse(cells[:0], scores, BOOTSTRAP), columns=[c.name for c in table.columns])
        assert rows.empty


def test_the_cells_of_their_experiment_are_taken(study, tmp_path):
    cells, scores = study
    other = cells.iloc[:1].assign(cell="routing.m.none.r000", experiment="routing")
    CELLS.write(pd.concat([cells, other]), tmp_path / "cells.parquet")
    (tmp_path / "scores").symlink_to(scores)
    results = Results(tmp_path, tmp_path, {"resamples": 50, "confidence": 0.9, "seed": 1})
    for analyse, table in ANALYSES.items():
        out = tmp_path / f"{table.name}.parquet"
        import_module(analyse.__module__).ANALYSIS.write(results, out)
        assert len(table.read(out))
