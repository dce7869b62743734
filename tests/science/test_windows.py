"""A model whose layers see less than the question is long: there is nothing of the context to look at."""

import pandas as pd
import pytest
import torch
from matplotlib.text import Text
from transformers import MistralConfig, MistralForCausalLM

from kvstudy.analysis.bootstrap import Bootstrap
from kvstudy.analysis.depth_profiles import depth_profiles
from kvstudy.analysis.failure_curves import failure_curves
from kvstudy.analysis.layer_curves import layer_curves
from kvstudy.cells.__main__ import main as run_cells
from kvstudy.contracts.analysis import DEPTH_PROFILES, FAILURE_CURVES, LAYER_CURVES
from kvstudy.contracts.facts import ATTENTION
from kvstudy.contracts.parts import read_facts
from kvstudy.contracts.scores import LAYER_SCORES, QUESTION_SCORES
from kvstudy.figures.consensus_by_layer import draw
from kvstudy.metrics.failure_modes import Thresholds
from kvstudy.models.materialise import materialise
from kvstudy.scores.bundle import score_bundle
from kvstudy.scores.routing import TABLES, scorer
from tests.facts import told
from tests.science.conftest import EXAMPLES, RESOURCES
from tests.science.test_resume import COMMON

LAYERS, WINDOW = 3, 8  # the question with "Question:" and "Answer:" around it is longer
MODEL = {**COMMON["model"], "name": "windowed"}
COMMON_HERE = {**COMMON, "model": MODEL, "hidden_states": [], "routes": None}
CELLS = [
    {"cell": "routing.windowed.none.r000", "policy": None, "policy_name": "none", "ratio": 0.0},
    {"cell": "routing.windowed.knorm.r500", "policy": {"press": "KnormPress", "arguments": {}}, "ratio": 0.5},
]
BOOTSTRAP = Bootstrap(50, 0.95, 1)


@pytest.fixture(scope="module")
def windowed(model_folder, tmp_path_factory):
    """A small random Mistral with a window, beside the real model's tokenizer."""
    folder = tmp_path_factory.mktemp("windowed")
    torch.manual_seed(0)
    sizes = {"hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2}
    tokens = {"vocab_size": 49152, "pad_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
    config = MistralConfig(**sizes, **tokens, num_hidden_layers=LAYERS, sliding_window=WINDOW)
    MistralForCausalLM(config).save_pretrained(folder / "source")
    for file in model_folder.glob("tokenizer*"):
        (folder / "source" / file.name).write_bytes(file.read_bytes())
    materialise("windowed", {"path": str(folder / "source")}, folder / "windowed")
    return folder / "windowed"


@pytest.fixture(scope="module")
def scores(windowed, datasets, tmp_path_factory):
    """Facts by the real engine, and the folder of their scores."""
    root = tmp_path_factory.mktemp("scored")
    named = {"--model": windowed, "--datasets": datasets, "--examples": EXAMPLES, "--out": root / "facts"}
    asked = told(root / "jobs", COMMON_HERE, CELLS)
    run_cells([*asked, *(str(argument) for pair in named.items() for argument in pair)])
    score, jobs = scorer(RESOURCES), [{**COMMON_HERE, **cell} for cell in CELLS]
    score_bundle(jobs, lambda job, facts: score(job, facts, datasets), TABLES, root / "facts", root / "scores")
    return root


def table_of_cells():
    labels = {"experiment": "routing", "model": "windowed"}
    return pd.DataFrame(
        [{"cell": c["cell"], "policy": c["cell"].split(".")[2], "ratio": c["ratio"], **labels} for c in CELLS]
    )


def test_facts_say_that_no_head_sees_any_of_the_context(scores):
    for cell in CELLS:
        looked = read_facts(scores / "facts" / cell["cell"], ATTENTION)
        assert set(looked["top"]) == {-1} and set(looked["context_mass"]) == {0.0}


def test_what_is_not_defined_is_missing_in_the_scores(scores):
    for cell in CELLS:
        folder = scores / "scores" / cell["cell"]
        layers = LAYER_SCORES.read(folder / "layers.parquet")
        assert layers[["consensus", "agreement"]].isna().all(axis=None) and layers["eviction"].notna().all()
        questions = QUESTION_SCORES.read(folder / "questions.parquet")
        assert questions["agreement"].isna().all() and questions["token_f1"].notna().all()
        assert (questions["evidence_mass"].dropna() == 0).all()  # seen or not, no weight is on it


def test_what_is_not_defined_is_counted_in_the_estimates(scores, tmp_path):
    cells = table_of_cells()
    found = layer_curves(cells, scores / "scores", BOOTSTRAP)
    LAYER_CURVES.write(found, tmp_path / "layers.parquet")
    for metric in ("consensus", "agreement"):
        rows = found[found["metric"] == metric]
        assert len(rows) == len(CELLS) * LAYERS and rows["value"].isna().all()
        assert set(rows["contexts"]) == {0} and set(rows["undefined"]) == {2}
    evicted = found[found["metric"] == "eviction"]
    assert evicted["value"].notna().all() and set(evicted["contexts"]) == {2} and set(evicted["undefined"]) == {0}
    slopes = depth_profiles(cells, scores / "scores", BOOTSTRAP)
    DEPTH_PROFILES.write(slopes, tmp_path / "slopes.parquet")
    assert set(slopes.loc[slopes["metric"] == "consensus", "undefined"]) == {2}


def test_a_failure_where_no_head_has_a_choice_is_put_down_to_nothing(scores, tmp_path):
    found = failure_curves(table_of_cells(), scores / "scores", BOOTSTRAP, Thresholds(2.0, 0.1, 0.5))
    FAILURE_CURVES.write(found, tmp_path / "failures.parquet")
    wide = found.pivot_table(index="policy", columns="metric", values="value")
    assert (wide["rigidity"] == 0).all() and (wide["dispersion"] == 0).all()
    assert (wide["baseline"] + wide["undefined"] == wide["failed"]).all()


def test_the_figure_says_how_many_have_no_value(scores):
    figure = draw(layer_curves(table_of_cells(), scores / "scores", BOOTSTRAP))
    said = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "left out of the means: consensus for up to 2 contexts; " in said
