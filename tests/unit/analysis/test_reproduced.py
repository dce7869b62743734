"""Published numbers beside the study's own: who is compared with whom, the difference, and the reasons."""

from pathlib import Path

import pandas as pd
import pytest

from kvstudy.analysis import reproduced as module
from kvstudy.analysis.reproduced import compared_with, reproduced
from kvstudy.contracts import published
from kvstudy.contracts.comparisons import REPRODUCED
from kvstudy.contracts.setup import Setup

ALL = published.read(Path(__file__).parents[3] / "resources/published.csv")
PRINTED = ALL[ALL["metric"].isin(published.PRINTED)]  # without what stands for words
LLAMA, QWEN = "Meta-Llama-3-8B-Instruct", "Qwen2.5-7B-Instruct"


def a_setup(**models):
    policies = {"mine": "SnapKVPress", "streaming-llm": "StreamingLLMPress"}
    return Setup(models, policies, ("routing", "base"), "context", (), own_rows=True)


def curve(model="m", **labels):
    row = {"model": model, "dataset": "base", "policy": "none", "regime": "agnostic", "ratio": 0.0}
    row |= {"metric": "token_f1", "value": 0.75, "low": 0.7, "high": 0.8, "contexts": 9, "cut": 0.125}
    return row | labels


def through(frame, tmp_path):
    REPRODUCED.write(frame, tmp_path / "r.parquet")
    return REPRODUCED.read(tmp_path / "r.parquet")


def answered(frame):
    return frame[frame["model"] != ""]


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ({"a": LLAMA, "b": "Llama-3.2-1B", "c": QWEN}, ["a"]),
        ({"b": "Llama-3.2-1B", "c": QWEN, "d": "TinyLlama"}, ["b", "d"]),
        ({"c": QWEN, "e": "SmolLM2"}, ["c", "e"]),
    ],
    ids=["the same model", "its family", "all"],
)
def test_a_number_is_compared_with_the_nearest_models(models, expected):
    assert compared_with("LLaMA-3 8B", a_setup(**models)) == expected


def test_difference_and_what_differs(tmp_path):
    curves = pd.DataFrame([curve(), curve(regime="aware", value=0.5), curve(ratio=0.5, policy="mine")])
    frame = through(reproduced(PRINTED, a_setup(m=LLAMA), curves=curves), tmp_path)
    own = answered(frame).set_index(["published_model", "regime"])
    assert own.loc[("LLaMA-3 8B", "agnostic"), "difference"] == pytest.approx(0.75 - 0.7005)
    assert own.loc[("LLaMA-3 8B", "aware"), ["value", "cut"]].tolist() == [0.5, 0.125]
    assert own.loc[("LLaMA-3 8B", "agnostic"), "other_model"] == ""
    assert own.loc[("LLaMA-3.2 3B", "agnostic"), "other_model"] == f"{LLAMA} for Llama-3.2-3B-Instruct"
    assert "sub-words" in own.loc[("Qwen-2.5 7B", "aware"), "other_definition"]
    assert set(own["dataset"]) == {"base"} and set(own["axis"]) == {""}


def test_every_number_is_answered_or_has_a_reason(tmp_path):
    frame = through(reproduced(PRINTED, a_setup(m="SmolLM2"), curves=pd.DataFrame([curve()])), tmp_path)
    assert len(frame) == len(PRINTED)
    assert ((frame["reason"] == "") == (frame["model"] != "")).all()
    reasons = frame.set_index(["metric", "dataset", "regime", "axis"])["reason"].groupby(level=[0, 1, 2, 3]).first()
    assert reasons["token_f1", "hops", "agnostic", ""] == "the dataset hops is not in the study"
    assert reasons["token_f1", "base", "aware", ""] == "the regime aware is not in the study"
    assert reasons["token_f1", "base", "agnostic", "answer_type"] == "no questions told apart by answer type"
    assert reasons["accuracy", "system_prompts", "agnostic", ""] == "no accuracy in this study"


def test_policies_are_known_by_their_press(tmp_path):
    score = {"model": "m", "policy": "mine", "variant": "fair", "layout": "defence_first", "request": "plain"}
    score |= {"leakage": "recall", "lowest": 0.4, "value": 0.05, "low": 0.0, "high": 0.1, "contexts": 6}
    frame = reproduced(PRINTED, a_setup(m="Qwen2.5-14B-Instruct"), composites=pd.DataFrame([score]))
    own = answered(through(frame, tmp_path)).set_index("published_model")
    assert own.loc["Qwen2", ["policy", "published", "other_model"]].tolist() == ["snapkv", 0.0482, ""]


def test_correlations_are_over_the_papers_ratios_where_they_were_run(tmp_path):
    row = {"model": "m", "dataset": "base", "regime": "agnostic", "ger": "ger_layer", "contexts": 8}
    rows = [{**row, "ratios": "all", "r": 0.5}, {**row, "ratios": "paper", "r": 0.6}]
    table = pd.DataFrame(rows).assign(low=0.1, high=0.9)
    own = answered(through(reproduced(PRINTED, a_setup(m=LLAMA), correlations=table), tmp_path))
    assert set(own["value"]) == {0.6}
    assert own["difference"].tolist() == pytest.approx((0.6 - own["published"]).tolist())


def test_the_published_attack_is_preferred(tmp_path):
    row = {"model": "m", "policy": "none", "variant": "plain", "ratio": 0.0, "layout": "defence_first"}
    row |= {"metric": "directive_recall", "low": 0.0, "high": 0.5, "contexts": 6}
    table = pd.DataFrame([{**row, "request": "attack", "value": 0.3}, {**row, "request": "plain", "value": 0.2}])
    (value,) = answered(reproduced(PRINTED, a_setup(m=LLAMA), response_curves=table))["value"]
    assert value == 0.2


def test_nothing_run_answers_nothing(tmp_path):
    frame = through(reproduced(PRINTED, a_setup(m=LLAMA)), tmp_path)
    assert len(frame) == len(PRINTED) and answered(frame).empty


def test_published_models_are_all_known():
    assert set(PRINTED["model"]) == set(module.MODELS)
