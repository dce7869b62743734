"""What survives, where, and what the heads attend to, against independent readings."""

import pytest
import torch
from kvpress import AdaKVPress, ExpectedAttentionPress, KnormPress, RandomPress, StreamingLLMPress
from transformers import DynamicCache

from kvstudy.contracts.facts import DECODED
from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.context import Unsupported
from kvstudy.engine.prefill import prefill
from kvstudy.engine.trace import SINKS
from kvstudy.models.load import load_model

TEXT = "The ferry to Ostrel leaves at dawn. Its captain, Maro Lint, keeps a parrot that answers to Button. " * 4


@pytest.fixture
def tokens(tokenizer):
    return tokenizer.encode(TEXT, add_special_tokens=False)


def full_cache(model, tokens):
    cache = DynamicCache()
    model.model(input_ids=torch.tensor([tokens]), past_key_values=cache)
    return cache


def test_streaming_keeps_sinks_and_the_recent_window(model, tokens):
    length = len(tokens)
    (context,) = prefill(model, tokens, (0, length), [StreamingLLMPress(0.5, n_sink=4)])
    keep = length // 2
    expected = torch.zeros(length, dtype=torch.bool)
    expected[:4] = expected[length - (keep - 4) :] = True
    assert torch.equal(context.survivors, expected.expand_as(context.survivors))


def test_knorm_keeps_the_smallest_key_norms(model, tokens):
    length = len(tokens)
    (context,) = prefill(model, tokens, (0, length), [KnormPress(0.5)])
    for layer, held in enumerate(full_cache(model, tokens).layers):
        norms = held.keys[0].norm(dim=-1)
        kept = context.survivors[layer]
        assert kept.sum(-1).tolist() == [length // 2] * kept.shape[0]
        for head in range(kept.shape[0]):
            assert norms[head][kept[head]].max() <= norms[head][~kept[head]].min()


def test_survivors_hold_the_keys_and_values_of_their_positions(model, tokens):
    length = len(tokens)
    (context,) = prefill(model, tokens, (0, length), [ExpectedAttentionPress(0.5)])
    for layer, held in zip(context.layers, full_cache(model, tokens).layers, strict=True):
        index = layer.positions[None, ..., None].expand(-1, -1, -1, held.keys.shape[-1])
        assert torch.equal(layer.keys, held.keys.gather(2, index)[0])
        assert torch.equal(layer.values, held.values.gather(2, index)[0])


def test_adakv_masks_what_kvpress_masks(model, tokens):
    length = len(tokens)
    press = AdaKVPress(ExpectedAttentionPress(0.5))
    (context,) = prefill(model, tokens, (0, length), [press])
    with press(model):
        model.model(input_ids=torch.tensor([tokens]), past_key_values=DynamicCache())
    for layer, module in enumerate(model.model.layers):
        _, heads, positions = module.self_attn.masked_key_indices
        expected = torch.ones_like(context.survivors[layer])
        expected[heads, positions] = False
        assert torch.equal(context.survivors[layer], expected)
        module.self_attn.masked_key_indices = None
    assert context.achieved_ratio() == pytest.approx(0.5, abs=1 / length)


def test_one_prefill_serves_many_presses(model, tokens):
    length = len(tokens)
    presses = [None, KnormPress(0.5), AdaKVPress(ExpectedAttentionPress(0.5)), StreamingLLMPress(0.9), KnormPress(0.25)]
    together = prefill(model, tokens, (0, length), presses)
    for press, context in zip(presses, together, strict=True):
        (alone,) = prefill(model, tokens, (0, length), [press])
        assert torch.equal(alone.survivors, context.survivors)
        for a, b in zip(alone.layers, context.layers, strict=True):
            assert torch.equal(a.keys, b.keys)


def test_random_presses_draw_anew_in_every_layer_and_context_and_alike_in_every_bundle(model, tokens):
    length = len(tokens)
    together = prefill(model, tokens, (0, length), [RandomPress(0.5), KnormPress(0.5), RandomPress(0.5)], seed=1)
    (alone,) = prefill(model, tokens, (0, length), [RandomPress(0.5)], seed=1)
    assert torch.equal(together[0].survivors, alone.survivors)
    assert torch.equal(together[2].survivors, alone.survivors)
    assert not torch.equal(alone.survivors[0], alone.survivors[1])
    (other,) = prefill(model, [*tokens[1:], tokens[0]], (0, length), [RandomPress(0.5)], seed=1)
    assert not torch.equal(alone.survivors, other.survivors)


@pytest.mark.parametrize("press", [KnormPress(0.5), StreamingLLMPress(0.5), AdaKVPress(ExpectedAttentionPress(0.5))])
def test_outside_the_region_nothing_is_evicted(model, tokens, press):
    length = len(tokens)
    start, end = 20, length - 10
    (context,) = prefill(model, tokens, (start, end), [press])
    kept = context.survivors
    assert kept[..., :start].all() and kept[..., end:].all()
    assert context.achieved_ratio() == pytest.approx(0.5, abs=1 / (end - start))


def test_a_press_sees_the_region_at_its_true_rotary_phases(model, tokens):
    """Expected attention of a region that starts at 0 and of one that starts later use the same true positions."""
    seen = []

    class Watching(ExpectedAttentionPress):
        def apply_avg_rope(self, module, mu, cov, q_len):
            position = torch.tensor([[q_len]])
            seen.append(module.rotary_emb(mu, position)[0])
            return super().apply_avg_rope(module, mu, cov, q_len)

    prefill(model, tokens, (10, 50), [Watching(0.5)])
    expected = model.model.rotary_emb(torch.zeros(1), torch.tensor([[50]]))[0]
    assert torch.equal(seen[0], expected)


def test_a_press_that_refuses_a_context_says_why(model, tokens):
    refused, fine = prefill(model, tokens[:4], (0, 4), [StreamingLLMPress(0.5, n_sink=4), KnormPress(0.5)])
    assert isinstance(refused, Unsupported)
    assert "n_sink=4" in str(refused)
    assert fine.achieved_ratio() == 0.5


def test_the_trace_is_the_models_own_attention(model_folder, model, tokenizer, tokens):
    """Against eager attention weights at the last prompt token, over the full context."""
    eager = load_model(model_folder, "cpu", "float32")
    eager.set_attn_implementation("eager")
    question = tokenizer.encode("\n\nQuestion: Who keeps a parrot?\nAnswer:", add_special_tokens=False)
    whole = eager(torch.tensor([tokens + question]), output_attentions=True)
    (context,) = prefill(model, tokens, (0, len(tokens)), [None])
    evidence = torch.zeros(1, len(tokens), dtype=torch.bool)
    evidence[0, 10:13] = True
    (answered,) = answer(model, [Asked(context, [question], evidence)], Decoding(1, (2,)))
    for layer, found in zip(whole.attentions, answered.trace.layers, strict=True):
        expected = layer[0, :, -1, : len(tokens)]
        assert torch.allclose(found["top_weight"][0], expected.max(-1).values, atol=1e-4)
        assert torch.allclose(found["context_mass"][0], expected.sum(-1), atol=1e-4)
        assert torch.allclose(found["evidence_mass"][0], expected[:, 10:13].sum(-1), atol=1e-4)
        share = expected / expected.sum(-1, keepdim=True)
        assert torch.allclose(found["entropy"][0], torch.special.entr(share).sum(-1), atol=1e-2)
        clear = expected.topk(2).values.diff().abs()[:, 0] > 1e-4
        assert torch.equal(found["top"][0][clear], expected.argmax(-1)[clear])


def test_the_first_decoded_tokens_look_where_the_model_does(model_folder, model, tokenizer, tokens):
    """Against eager attention weights of the context, the question and the answer, which ends too early for one."""
    eager = load_model(model_folder, "cpu", "float32")
    eager.set_attn_implementation("eager")
    texts = ["Who keeps a parrot?", "Where does the ferry go?"]
    questions = [tokenizer.encode(f"\n\nQuestion: {text}\nAnswer:", add_special_tokens=False) for text in texts]
    (context,) = prefill(model, tokens, (0, len(tokens)), [None])
    asked = Asked(context, questions, torch.zeros(2, len(tokens), dtype=torch.bool))
    (free,) = answer(model, [asked], Decoding(12, ()))
    early = next(token for token in free.answers[1].tokens[1:] if token not in free.answers[0].tokens)
    (answered,) = answer(model, [asked], Decoding(12, (early,)))
    lengths = [len(one.tokens) - 1 for one in answered.answers]
    assert lengths[0] > DECODED > lengths[1] > 0
    assert [looks.questions for looks in answered.trace.decoded] == [
        [q for q in range(2) if lengths[q] >= token] for token in range(1, DECODED + 1)
    ]
    for q, question in enumerate(questions):
        whole = eager(torch.tensor([tokens + question + answered.answers[q].tokens]), output_attentions=True)
        for token, looks in enumerate(answered.trace.decoded[: lengths[q]]):
            row = looks.questions.index(q)
            for layer, found in zip(whole.attentions, looks.layers, strict=True):
                expected = layer[0, :, len(tokens) + len(question) + token, : len(tokens)]
                for name, first in (("tops", 0), ("tops_beyond_sinks", SINKS)):
                    clear = expected[:, first:].topk(2).values.diff().abs()[:, 0] > 1e-4
                    assert torch.equal(found[name][row][clear], expected[:, first:].argmax(-1)[clear] + first)


CONTEXTS = [TEXT, TEXT[: len(TEXT) // 3], "Ilse Vorn sold maps in Tarrow until 1911."]
QUESTIONS = [
    ["Where does the ferry go?", "Who is the captain of the ferry that leaves at dawn?", "What is the parrot called?"],
    ["Who keeps a parrot?"],
    ["Until which year did Ilse Vorn sell maps?", "Where did Ilse Vorn sell maps?"],
]


def test_no_answer_depends_on_how_many_contexts_are_answered_together(model, tokenizer):
    """Sixteen contexts of sixteen lengths: one by one, by threes, and all at once."""
    words, asked = (TEXT + TEXT).split(), []
    for index in range(16):
        tokens = tokenizer.encode(" ".join(words[index : 20 + 7 * index]), add_special_tokens=False)
        press = [None, KnormPress(0.5), AdaKVPress(ExpectedAttentionPress(0.5))][index % 3]
        (context,) = prefill(model, tokens, (0, len(tokens)), [press])
        suffixes = [
            tokenizer.encode(f"\n\nQuestion: {q}\nAnswer:", add_special_tokens=False) for q in QUESTIONS[index % 2]
        ]
        asked.append(Asked(context, suffixes, torch.zeros(len(suffixes), len(tokens), dtype=torch.bool)))
    decoding = Decoding(12, (2,), (198,))
    together = answer(model, asked, decoding)
    for size in (1, 3):
        for start in range(0, len(asked), size):
            for found, expected in zip(
                answer(model, asked[start : start + size], decoding), together[start : start + size], strict=True
            ):
                assert found.answers == expected.answers


def test_hidden_states_are_the_models_own(model, tokenizer, tokens):
    """Against transformers' own, at the last token of each question, over the full context."""
    questions = [tokenizer.encode(f"\n\nQuestion: {text}\nAnswer:", add_special_tokens=False) for text in QUESTIONS[0]]
    (context,) = prefill(model, tokens, (0, len(tokens)), [None])
    evidence = torch.zeros(len(questions), len(tokens), dtype=torch.bool)
    (answered,) = answer(model, [Asked(context, questions, evidence)], Decoding(1, (2,)), keep_hidden=True)
    layers = model.config.num_hidden_layers
    assert answered.hidden_states.shape == (len(questions), layers + 1, model.config.hidden_size)
    for found, question in zip(answered.hidden_states, questions, strict=True):
        whole = model.model(torch.tensor([tokens + question]), output_hidden_states=True).hidden_states
        for layer in range(layers):  # transformers' last entry has the final norm applied
            assert torch.allclose(found[layer].float(), whole[layer][0, -1], rtol=2e-3, atol=2e-2)
        last = model.model.norm(found[layers].float())
        assert torch.allclose(last, whole[layers][0, -1], rtol=2e-2, atol=5e-2)


@pytest.mark.parametrize("press", [None, KnormPress(0.5), AdaKVPress(ExpectedAttentionPress(0.5))])
def test_no_answer_depends_on_what_else_is_in_the_batch(model, tokenizer, press):
    """All contexts and questions at once, a context at a time, and a question at a time."""
    asked = []
    for text, questions in zip(CONTEXTS, QUESTIONS, strict=True):
        tokens = tokenizer.encode(text, add_special_tokens=False)
        (context,) = prefill(model, tokens, (0, len(tokens)), [press])
        suffixes = [tokenizer.encode(f"\n\nQuestion: {q}\nAnswer:", add_special_tokens=False) for q in questions]
        asked.append(Asked(context, suffixes, torch.zeros(len(questions), len(tokens), dtype=torch.bool)))
    decoding = Decoding(12, (2,), (198,))
    together = answer(model, asked, decoding)
    for one, found in zip(asked, together, strict=True):
        (alone,) = answer(model, [one], decoding)
        assert alone.answers == found.answers
        assert all(
            torch.equal(a[k], b[k]) for a, b in zip(alone.trace.layers, found.trace.layers, strict=True) for k in a
        )
        for one_token, the_same in zip(alone.trace.decoded, found.trace.decoded, strict=True):
            assert one_token.questions == the_same.questions
            assert all(
                torch.equal(a[k], b[k]) for a, b in zip(one_token.layers, the_same.layers, strict=True) for k in a
            )
        for index, question in enumerate(one.questions):
            (single,) = answer(model, [Asked(one.context, [question], one.evidence[:1])], decoding)
            assert single.answers[0].tokens == found.answers[index].tokens
