"""Estimates for each label of the questions: values by hand, from scores written through their contracts."""

import numpy as np
import pandas as pd
import pytest

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.dataset_sizes import size
from kvstudy.analysis.tag_curves import tag_curves, tags_of
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.sizes import DATASET_SIZES
from kvstudy.contracts.tags import TAG_CURVES

BOOTSTRAP = Bootstrap(200, 0.9, 1)
PASSAGES = [f"base-{number:04d}" for number in range(1, 7)]


@pytest.fixture
def datasets(tmp_path):
    """The dataset base: two questions of each of six passages, a hop apart, the second of them altered."""
    rows = [
        {
            "question_id": f"{context}-q{number:02d}",
            "context_id": context,
            "dataset": "base",
            "question": "Who?",
            "answers": ["Ann"],
            "answer_type": "Person",
            "question_type": "standard",
            "direction": "forward",
            "hop": number,
            "altered": number == 1,
            "bridge": [],
            "evidence": [],
        }
        for context in PASSAGES
        for number in (0, 1)
    ]
    passages = [
        {"context_id": context, "dataset": "base", "passage": "a b", "words": words, "entities": []}
        for context, words in zip(PASSAGES, (10, 14) * 3, strict=True)
    ]
    QUESTIONS.write(rows, tmp_path / "datasets/base/questions.parquet")
    CONTEXTS.write(passages, tmp_path / "datasets/base/contexts.parquet")
    return tmp_path / "datasets"


def test_only_axes_with_several_tags_are_told_apart(datasets):
    tags = tags_of(datasets / "base/questions.parquet")
    assert sorted(set(zip(tags["axis"], tags["tag"], strict=True))) == [
        ("alteration", "altered"),
        ("alteration", "standard"),
        ("hop", "0"),
        ("hop", "1"),
    ]


def test_each_tag_has_the_mean_of_its_questions(study, datasets, tmp_path):
    cell = study.cell("none", 0.0)
    for right, wrong in zip(PASSAGES[::2], PASSAGES[1::2], strict=True):
        study.ask(cell, right, ["correct", "abstained"])
        study.ask(cell, wrong, ["degenerate", "abstained"])
    found = tag_curves(*study.write(tmp_path), BOOTSTRAP, datasets)
    TAG_CURVES.write(found, tmp_path / "t.parquet")
    rows = pd.read_parquet(tmp_path / "t.parquet").set_index(["axis", "tag", "metric"])
    shares = BOOTSTRAP.weights("base", 6) @ ([1, 0] * 3) / 6
    found = rows.loc[("hop", "0", "token_f1"), ["value", "low", "high", "contexts", "rows", "undefined"]].tolist()
    assert found == pytest.approx([0.5, *np.quantile(shares, [0.05, 0.95]), 6, 6, 0])
    assert rows.loc[("hop", "0", "outcome_abstained"), "value"] == 0.0
    assert rows.loc[("hop", "0", "token_f1"), "cut"] == 0.5 and rows.loc[("hop", "1", "token_f1"), "cut"] == 0.0
    assert rows.loc[("alteration", "altered", "outcome_abstained"), "value"] == 1.0
    assert len(rows) == 4 * 2


def test_sizes_by_hand(datasets, tmp_path):
    row = size("base", datasets / "base")
    DATASET_SIZES.write([row], tmp_path / "s.parquet")
    assert (row["passages"], row["words"], row["shortest"], row["longest"]) == (6, 12.0, 10, 14)
    assert row["words_sd"] == pytest.approx(4.8**0.5)
    assert (row["questions"], row["fewest"], row["most"]) == (12, 2, 2)
