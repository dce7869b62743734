"""Numbers printed in the papers, read from resources/published.csv."""

from pathlib import Path

import pandas as pd

from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.contracts.table import NUMBER, TEXT, Column, Table
from kvstudy.contracts.tags import AXES
from kvstudy.contracts.vocabulary import BASELINE, REGIMES

STUDY = "this study"  # the source of numbers that are not printed in a paper
POOLED = "pooled"  # the papers' own compressed policies taken together
UNSTATED = "unstated"  # the paper does not say which dataset
METRICS = {  # in words
    "token_f1": "token F1",
    "pearson_r": "GER and hallucination, r",
    "accuracy": "instructions followed",
    "directive_recall": "directive leaked (ROUGE-L recall)",
    "composite": "composite score",
}
PRINTED = tuple(METRICS)
MODELS = {  # as printed -> family, last part of the repository
    "LLaMA-3 8B": ("llama", "Meta-Llama-3-8B-Instruct"),
    "LLaMA-3.2 3B": ("llama", "Llama-3.2-3B-Instruct"),
    "Qwen-2.5 3B": ("qwen", "Qwen2.5-3B-Instruct"),
    "Qwen-2.5 7B": ("qwen", "Qwen2.5-7B-Instruct"),
    "Qwen-2.5 14B": ("qwen", "Qwen2.5-14B-Instruct"),
    "Llama3": ("llama", "Meta-Llama-3-8B-Instruct"),
    "Qwen2": ("qwen", "Qwen2.5-14B-Instruct"),
}
DEPTH_DIRECTION = "depth_direction"  # stands for words, not for a number
LABELS = ("metric", "dataset", "policy", "variant", "regime", "layout", "axis", "tag", "ratio")  # what is measured
PUBLISHED = Table(
    "published",
    (
        Column("paper", TEXT, doc="arXiv number."),
        Column("artefact", TEXT, doc="Table or figure of the paper; of a number that is printed twice the first."),
        Column("model", TEXT, doc="Name of the model, as printed."),
        Column("dataset", TEXT, doc=f"Name of the dataset in this study; {UNSTATED} where the paper does not say."),
        Column(
            "policy",
            TEXT,
            doc=f"{BASELINE} at ratio 0; {POOLED} over the paper's two; or its usual name.",
        ),
        Column("variant", TEXT, optional=True, doc="How the policy was repaired; empty for a policy as it is."),
        Column("regime", TEXT, values=REGIMES, optional=True, doc="Regime; empty where the paper does not say."),
        Column(
            "layout", TEXT, optional=True, values=LAYOUTS, doc="Of a system prompt: where its defence is; else empty."
        ),
        Column(
            "axis",
            TEXT,
            optional=True,
            values=tuple(AXES),
            doc="Label by which some questions are picked; empty for all.",
        ),
        Column("tag", TEXT, optional=True, doc="Which label they have."),
        Column("ratio", NUMBER, unit="0..1", low=0, high=1, optional=True, doc="Ratio; empty when over all ratios."),
        Column(
            "metric",
            TEXT,
            values=(*PRINTED, DEPTH_DIRECTION),
            doc="What the number is; depth_direction stands for words: 1 for heads that agree early and diverge late, "
            "-1 for the reverse.",
        ),
        Column("value", NUMBER, low=-1, high=1, doc="The number; F1 is printed in the paper as a percentage."),
        Column("sd", NUMBER, low=0, optional=True, doc="Its printed deviation; empty where none is printed."),
        Column("source", TEXT, doc="Where it is printed."),
    ),
    key=("paper", *LABELS, "model"),
    doc="One number printed in a paper.",
)


def read(path: Path) -> pd.DataFrame:
    """Read and check the published numbers.

    Raises
    ------
    kvstudy.contracts.table.ContractError
        A column is missing or unknown, or a value is out of range.
    """
    texts = {column.name: str for column in PUBLISHED.columns if column.type == TEXT}
    numbers = {column.name: float for column in PUBLISHED.columns if column.type == NUMBER}
    # "none" is a policy here and not a missing value.
    frame = pd.read_csv(path, dtype=texts | numbers, keep_default_na=False, na_values=[""])
    PUBLISHED.check(frame, str(path))
    return frame


def read_sizes(path: Path | str) -> pd.DataFrame:
    """The printed sizes of datasets: dataset, passages, words of one, their printed spread, questions of one, source.

    `questions` are those about all passages; a spread that is not printed is missing.
    """
    whole = dict.fromkeys(("passages", "words", "spread", "each", "questions"), "Int64")
    return pd.read_csv(path, dtype={"dataset": str, "source": str, **whole}, keep_default_na=False, na_values=[""])
