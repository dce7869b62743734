"""The published numbers beside the study's own, and for those that it has none of, why.

A published number is compared with the same model where the study has it, else with the models of the same family,
else with all of them.
"""

import numpy as np
import pandas as pd

from kvstudy.analysis.analysis import Analysis, Results
from kvstudy.contracts import published
from kvstudy.contracts.analysis import CORRELATIONS, CURVES
from kvstudy.contracts.comparisons import REPRODUCED
from kvstudy.contracts.instruction_analysis import COMPOSITES, FAMILY_CURVES, LEAKAGES, RESPONSE_CURVES
from kvstudy.contracts.instruction_classes import ATTACK
from kvstudy.contracts.judgements import ALL
from kvstudy.contracts.published import LABELS, MODELS, POOLED, PRINTED, UNSTATED
from kvstudy.contracts.setup import Setup
from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.contracts.vocabulary import LOWEST, PLAIN, REGIMES, SYSTEM_PROMPTS

LIKELY = "base"  # the dataset that an unstated one is taken to be
PUBLISHED_ATTACK = "plain"
PRESSES = {  # class of the press -> the policy's usual name
    "StreamingLLMPress": "streaming-llm",
    "SnapKVPress": "snapkv",
    "TOVAPress": "tova",
    "ObservedAttentionPress": "h2o",
    "KnormPress": "knorm",
}
MISSING = {  # label -> why a number is missing for which nothing has this label; in the order of asking
    "metric": "no {} in this study",
    "dataset": "the dataset {} is not in the study",
    "layout": "no system prompts {}",
    "regime": "the regime {} is not in the study",
    "policy": "the policy {} is not in the study",
    "variant": "the variant {} is not in the study",
    "axis": "no questions told apart by {}",
    "tag": "no questions of this kind: {}",
    "ratio": "the ratio {} is not in the study",
}
DEFINITIONS = {
    "token_f1": "words, best accepted form (published: sub-words, one form)",
    "pearson_r": "GER by layer and the policies of this study; the dataset is taken to be base",
    "accuracy": "strict verdicts (published: strict or loose, not said)",
    "directive_recall": "plain requests (published: the attack is not said)",
    "composite": "over the ratios of this study from 0.4 to 0.7 (published: seven)",
}
TABLES = (CURVES, TAG_CURVES, CORRELATIONS, FAMILY_CURVES, RESPONSE_CURVES, COMPOSITES)
ESTIMATE = ["value", "low", "high", "contexts", "cut"]


def reproduced(printed: pd.DataFrame, setup: Setup, **tables: pd.DataFrame) -> pd.DataFrame:
    """The table `reproduced`.

    Parameters
    ----------
    printed : pandas.DataFrame
        The published numbers.
    setup : Setup
    **tables : pandas.DataFrame
        Those of `TABLES` that the study has, by name.
    """
    own = comparable(setup, **tables)
    printed = printed[printed["metric"].isin(PRINTED)]
    printed = with_blanks(printed.rename(columns={"model": "published_model", "value": "published"}))
    partners = [(name, model) for name in MODELS for model in compared_with(name, setup)]
    pairs = printed.merge(pd.DataFrame(partners, columns=["published_model", "model"]), on="published_model")
    found = pairs.merge(own, on=["model", *LABELS], how="inner")
    answered = ["paper", *LABELS, "published_model"]
    left = printed.merge(found[answered].drop_duplicates(), on=answered, how="left", indicator=True)
    left = left[left["_merge"] == "left_only"]
    reasons = [reason(row, own) for row in left[list(LABELS)].to_dict("records")]
    unanswered = left.assign(model="", reason=reasons, other_model="", other_data="", other_definition="")
    compared = found.assign(
        difference=found["value"] - found["published"],
        reason="",
        other_model=[other_model(*pair, setup) for pair in zip(found["published_model"], found["model"], strict=True)],
        other_data=[other_data(*pair, setup) for pair in zip(found["dataset"], found["model"], strict=True)],
        other_definition=[definition(*pair) for pair in zip(found["metric"], found["request"], strict=True)],
    )
    rows = [*compared.to_dict("records"), *unanswered.to_dict("records")]
    frame = pd.DataFrame(rows, columns=[column.name for column in REPRODUCED.columns])
    numbers = dict.fromkeys((*ESTIMATE, "difference"), float)
    return frame.astype(numbers).assign(ratio=frame["ratio"].where(frame["ratio"] >= 0))


def with_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with labels that can be compared: empty texts for missing ones, -1 for a missing ratio."""
    texts = {name: frame[name].fillna(PLAIN if name == "variant" else "") for name in LABELS if name != "ratio"}
    return frame.assign(**texts, ratio=frame["ratio"].astype(float).round(6).fillna(-1.0))


def comparable(setup: Setup, **tables: pd.DataFrame) -> pd.DataFrame:
    """The study's estimates under the labels of the published numbers.

    Its columns are model, LABELS, value, low, high, contexts, cut, and request: the kind of attack, where there is one.
    """
    makers = {
        "curves": whole_sets,
        "tag_curves": whole_sets,
        "correlations": pooled,
        "family_curves": following,
        "response_curves": leaking,
        "composites": scored,
    }
    columns = ["model", *LABELS, *ESTIMATE, "request"]
    parts = [make(tables[name]).reindex(columns=columns) for name, make in makers.items() if name in tables]
    frame = pd.DataFrame([row for part in parts for row in part.to_dict("records")], columns=columns)
    usual = {name: PRESSES[press] for name, press in setup.policies.items() if press in PRESSES}
    frame = frame.assign(policy=frame["policy"].map(usual).fillna(frame["policy"]))
    return with_blanks(frame.dropna(subset=["value"])).drop_duplicates(["model", *LABELS])


def whole_sets(curves: pd.DataFrame) -> pd.DataFrame:
    """Token F1 with nothing compressed, of every dataset or of every label of its questions."""
    return curves[(curves["metric"] == "token_f1") & (curves["ratio"] == 0) & curves["regime"].isin(REGIMES)]


def pooled(correlations: pd.DataFrame) -> pd.DataFrame:
    """Pearson's r of GER by layer on the likely dataset, over the paper's ratios where all of them were run."""
    rows = correlations[(correlations["ger"] == "ger_layer") & (correlations["dataset"] == LIKELY)]
    rows = rows.assign(metric="pearson_r", dataset=UNSTATED, policy=POOLED, ratio=np.nan, value=rows["r"])
    return rows.sort_values("ratios", ascending=False, kind="stable")  # paper before all


def following(family_curves: pd.DataFrame) -> pd.DataFrame:
    """Share of all instructions followed, strict."""
    kept = (family_curves[["group", "family"]] == ALL).all(axis=1) & (family_curves["verdict"] == "strict")
    return in_prompts(family_curves[kept & (family_curves["metric"] == "accuracy")])


def leaking(response_curves: pd.DataFrame) -> pd.DataFrame:
    """Recall of the directive under the published attack, or under all of them where it was not run."""
    return in_prompts(one_request(response_curves[response_curves["metric"] == "directive_recall"]))


def scored(composites: pd.DataFrame) -> pd.DataFrame:
    """Composite scores by recall from ratio 0.4 on."""
    kept = (composites["leakage"] == LEAKAGES[0]) & (composites["lowest"] == LOWEST)
    return in_prompts(one_request(composites[kept]).assign(metric="composite"))


def one_request(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the published attack, or of all attacks."""
    wanted = PUBLISHED_ATTACK if (rows["request"] == PUBLISHED_ATTACK).any() else ATTACK
    return rows[rows["request"] == wanted]


def in_prompts(rows: pd.DataFrame) -> pd.DataFrame:
    """The labels that all estimates of the instructions experiment share."""
    return rows.assign(dataset=SYSTEM_PROMPTS, regime=REGIMES[0])


def compared_with(printed: str, setup: Setup) -> list[str]:
    """The study's models that a published number of this model is compared with."""
    family, repository = MODELS[printed]
    same = [name for name, source in setup.models.items() if source.lower() == repository.lower()]
    return same or [name for name in setup.models if setup.family(name) == family] or list(setup.models)


def reason(labels: dict, own: pd.DataFrame) -> str:
    """Why the study has no number under these labels: the first label that none of its numbers has."""
    left = own
    for name, words in MISSING.items():
        left = left[left[name] == labels[name]]
        if left.empty:
            return words.format(str(labels[name]).replace("_", " ") or "of this kind")
    return "not with a model that could be compared"


def other_model(printed: str, model: str, setup: Setup) -> str:
    """How the study's model differs from the published one; empty where it does not."""
    source = setup.models[model]
    return "" if source.lower() == MODELS[printed][1].lower() else f"{source} for {MODELS[printed][1]}"


def definition(metric: str, request: str) -> str:
    """How the definition differs."""
    pooled_attacks = f", all kinds of {ATTACK} together" if request == ATTACK else ""
    return DEFINITIONS[metric] + pooled_attacks


def other_data(dataset: str, model: str, setup: Setup) -> str:
    """How passages or prompts, and what is compressed of them, differ from the published ones."""
    if dataset == SYSTEM_PROMPTS:
        rows = "own rows for S-IFEval's" if setup.own_rows else "rows of the config's own source"
        return f"{rows}, own wording of defence and attacks"
    texts = ["passages generated anew"]
    if setup.compress == "passage":
        texts.append("the passage alone compressed")
    if model in setup.examples:
        texts.append("worked examples for the chat template")
    return ", ".join(texts)


def of_study(results: Results) -> pd.DataFrame:
    """The table `reproduced` of a study."""
    printed = published.read(results.resources / "published.csv")
    return reproduced(printed, Setup.of(results.settings["setup"]), **results.tables(TABLES))


ANALYSIS = Analysis(of_study, REPRODUCED)
