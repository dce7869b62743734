"""A context is too long when it, a question and its answer do not fit together."""

import pytest
from transformers import GPT2Config, LlamaConfig

from kvstudy.cells.length import held, too_long

QUESTIONS = [[1] * 10, [1] * 4]


@pytest.mark.parametrize(
    ("context", "limits", "most", "reason"),
    [
        (80, [10, 10], 100, None),
        (81, [10, 10], 100, "up to 110 tokens, of which the model can read 100 (max_position_embeddings)"),
        (81, [9, 15], 100, None),
        (81, [9, 16], 100, "up to 110 tokens, of which the model can read 100 (max_position_embeddings)"),
        (1_860, [20, 20], 1_024, "up to 1,900 tokens, of which the model can read 1,024 (max_position_embeddings)"),
        (1_860, [20, 20], None, None),
    ],
)
def test_the_longest_question_with_its_answer_has_to_fit(context, limits, most, reason):
    assert too_long(context, QUESTIONS, limits, most) == reason


def test_the_limit_is_the_configs():
    assert held(LlamaConfig(max_position_embeddings=77)) == 77
    assert held(GPT2Config(n_positions=55)) == 55
    config = LlamaConfig()
    del config.max_position_embeddings
    assert held(config) is None
