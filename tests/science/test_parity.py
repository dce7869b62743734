"""The engine's answers are those of kvpress's own pipeline, token for token.

The pipeline runs one question at a time, does not test the first generated token for the end, and decodes over one
concatenated cache; the engine runs all questions at once over a shared context. A difference counts as a float tie only
when the engine's two best logits are closer than TIE at the token where they part; ties are counted and printed.
"""

from contextlib import contextmanager, nullcontext

import pytest
import torch
from kvpress import KVPressTextGenerationPipeline

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.engine.answer import Asked, Decoding, answer
from kvstudy.engine.context import CompressedContext
from kvstudy.engine.prefill import prefill
from kvstudy.models.prompt import ANNOUNCEMENT, INSTRUCTION, Prompter
from kvstudy.policies.build import build
from tests.science.conftest import EXAMPLES

EXPECTED = {"press": "ExpectedAttentionPress"}
POLICIES = {
    "none": None,
    "chunk": {"press": "ChunkPress", "arguments": {"press": EXPECTED, "chunk_length": 256}},
    "adakv": {"press": "AdaKVPress", "arguments": {"press": EXPECTED}},
    "streaming": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}},
    "knorm": {"press": "KnormPress", "arguments": {}},
}
OTHERS = {
    "h2o": {"press": "ObservedAttentionPress", "arguments": {}},
    "rerotated": {"press": "KeyRerotationPress", "arguments": {"press": EXPECTED}},
    "merging": {"press": "MergingPress", "arguments": {"press": EXPECTED}},
    "kvzip": {"press": "KVzipPress", "arguments": {}},
    "kvgrad": {"press": "KVgradPress", "arguments": {}},
    "critical": {"press": "CriticalAdaKVPress", "arguments": {"press": EXPECTED}},
}
CELLS = [("none", 0.0)] + [(policy, ratio) for policy in list(POLICIES)[1:] for ratio in (0.25, 0.5, 0.9)]
FEW = [(policy, ratio) for policy, ratio in CELLS if ratio in (0.0, 0.5)]
NEW_TOKENS = 12
ASKED, FEWER = 6, 3  # questions of a passage
TIE = 1e-3
EOS, NEWLINE = 2, 198


class Pipeline:
    """kvpress's pipeline, its generated tokens taken as it decodes them."""

    def __init__(self, model, tokenizer, stops):
        self.model, self.stops = model, stops
        self.pipeline = KVPressTextGenerationPipeline(model=model, tokenizer=tokenizer)
        self.generated = []
        decode = tokenizer.decode

        def taking(tokens, **options):
            if isinstance(tokens, torch.Tensor):
                self.generated.append(tokens.tolist())
            return decode(tokens, **options)

        tokenizer.decode = taking

    def answers(self, context, questions, press, prefix):
        self.generated.clear()
        usual = self.model.generation_config.eos_token_id
        self.model.generation_config.eos_token_id = self.stops
        try:
            self.pipeline(context, questions=questions, answer_prefix=prefix, press=press, max_new_tokens=NEW_TOKENS)
        finally:
            self.model.generation_config.eos_token_id = usual
            for layer in self.model.model.layers:  # what head-wise presses masked out stays there
                layer.self_attn.masked_key_indices = None
        return list(self.generated)


def compare(ours, theirs, stops):
    """'same', 'tie' or 'different'; the pipeline goes on after a first token that ends our answer."""
    theirs = theirs[:1] if ours.tokens[0] in stops else theirs
    if ours.tokens == theirs:
        return "same"
    parted = next((i for i, (a, b) in enumerate(zip(ours.tokens, theirs, strict=False)) if a != b), None)
    return "tie" if parted is not None and ours.margins[parted] < TIE else "different"


@contextmanager
def eager(model):
    """The attention that the pipeline needs for presses that score with attention weights."""
    model.set_attn_implementation("eager")
    try:
        yield
    finally:
        model.set_attn_implementation("sdpa")


def run(model, tokenizer, datasets, dataset, regime, form, cells, policies, count=FEWER):
    stops = (NEWLINE,) if form == "examples" else ()
    if form == "examples":
        tokenizer.chat_template = None
    pipeline = Pipeline(model, tokenizer, [EOS, *stops])
    prompter = Prompter(tokenizer, form, "context", EXAMPLES)
    context = CONTEXTS.read(datasets / dataset / "contexts.parquet").iloc[0]
    questions = QUESTIONS.read(datasets / dataset / "questions.parquet")
    questions = questions[questions.context_id == context.context_id].question.tolist()[:count]
    prompt = prompter.context(context.passage, questions, regime)
    suffixes = [prompter.question(question) for question in questions]
    if form == "examples":
        text = prompter.form.context(context.passage, questions if regime == "aware" else [])
        raw, prefix = text.removeprefix(tokenizer.bos_token), "Answer:"
        asked = [prompter.form.question(question).removesuffix("\nAnswer:") for question in questions]
    else:
        announced = ANNOUNCEMENT + " ".join(questions) + " " if regime == "aware" else ""
        raw, prefix, asked = INSTRUCTION + announced + context.passage, "", questions
    compared = []
    for name, ratio in cells:
        policy = policies[name]
        made = build(policy, ratio) if policy else None
        (compressed,) = prefill(model, prompt.tokens, prompt.region, [made])
        assert isinstance(compressed, CompressedContext), f"{name} at {ratio}: {compressed}"
        evidence = torch.zeros(len(suffixes), len(prompt.tokens), dtype=torch.bool)
        (found,) = answer(model, [Asked(compressed, suffixes, evidence)], Decoding(NEW_TOKENS, (EOS,), stops))
        with eager(model) if name == "h2o" else nullcontext():
            theirs = pipeline.answers(raw, asked, build(policy, ratio) if policy else None, prefix)
        ours = found.answers
        assert len(theirs) == len(ours)
        compared += [(name, ratio, compare(a, b, [EOS, *stops])) for a, b in zip(ours, theirs, strict=True)]
    return compared


@pytest.mark.parametrize(
    ("dataset", "regime", "form", "cells"),
    [
        ("base", "agnostic", "examples", CELLS),
        ("base", "aware", "examples", FEW),
        ("knowledge_manipulation", "agnostic", "examples", FEW),
        ("knowledge_manipulation", "aware", "examples", FEW),
        ("base", "agnostic", "chat", FEW),
        ("base", "aware", "chat", FEW),
    ],
)
def test_answers_equal_the_pipelines(model, tokenizer, datasets, dataset, regime, form, cells, capsys):
    count = ASKED if cells is CELLS else FEWER
    found = run(model, tokenizer, datasets, dataset, regime, form, cells, POLICIES, count)
    kinds = [kind for _, _, kind in found]
    with capsys.disabled():
        print(f"\nparity {dataset} {regime} {form}: {len(kinds)} answers, {kinds.count('tie')} float ties")
    assert [case for case in found if case[2] == "different"] == []
    assert kinds.count("tie") <= len(kinds) // 100


def test_answers_of_other_kinds_of_press_equal_the_pipelines(model, tokenizer, datasets, capsys):
    """Scored by attention weights, re-rotated, blended, with passes of their own, and head-wise in two stages."""
    cells = [(name, 0.5) for name in OTHERS]
    found = run(model, tokenizer, datasets, "base", "agnostic", "examples", cells, OTHERS)
    kinds = [kind for _, _, kind in found]
    with capsys.disabled():
        print(f"\nparity of other presses: {len(kinds)} answers, {kinds.count('tie')} float ties")
    assert [case for case in found if case[2] == "different"] == []
