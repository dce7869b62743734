"""Cells of the instructions experiment, with the real model: what survives under each repair, and what is written."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

from kvstudy.cells.__main__ import main
from kvstudy.contracts.facts import ANSWERS, STATE, SURVIVORS, TOKEN_SPANS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.contracts.parts import read_facts
from kvstudy.metrics.directives import GIBBERISH
from kvstudy.models.manifest import MANIFEST, write_manifest
from tests.facts import facts_bytes, told
from tests.science.conftest import EXAMPLES, RESOURCES

COMMON = {
    "experiment": "instructions",
    "model": {
        "name": "smollm2-135m",
        "prompt": "system",
        "stop": [],
        "long_contexts": "count",
        "dtype": "float32",
        "attention": "sdpa",
    },
    "compress": "context",
    "max_new_tokens": 5,
    "hidden_states": [],
    "routes": None,
    "device": "cpu",
    "seed": 1,
    "batch_tokens": 2048,
    "settings": [{"dataset": "system_prompts", "regime": "agnostic"}],
}
NONE = {"cell": "none", "policy": None, "policy_name": "none", "variant": "plain", "ratio": 0.0}
PRESSES = {
    "streaming-llm": {"press": "StreamingLLMPress", "arguments": {"n_sink": 4}},
    "snapkv": {"press": "SnapKVPress", "arguments": {"window_size": 16, "kernel_size": 5}},
    "h2o": {"press": "ObservedAttentionPress", "arguments": {}},
}
VARIANTS = ("plain", "whitelist", "fair", "fair-whitelist", "fair-each", "debias-0.5", "weighted-2")


def cell(policy: str, variant: str, ratio: float = 0.5) -> dict:
    name = f"{policy}+{variant}.r{ratio}"
    return {"cell": name, "policy": PRESSES[policy], "policy_name": policy, "variant": variant, "ratio": ratio}


CELLS = [
    NONE,
    *(cell(policy, variant) for policy in PRESSES for variant in VARIANTS),
    cell("snapkv", "whitelist", 0.95),
]


@pytest.fixture(scope="module")
def prompts(tmp_path_factory):
    """System prompts of three rows, of one to three instructions, without a defence and with one."""
    folder = tmp_path_factory.mktemp("datasets")
    command = [sys.executable, "-m", "kvstudy.datasets.instructions", "--dataset", "system_prompts", "--rows", "3"]
    options = ["--layouts", "no_defence", "defence_first", "--attacks", "plain", "--attacked", "1"]
    subprocess.run([*command, *options, "--resources", RESOURCES, "--out", folder / "system_prompts"], check=True)
    return folder


def run(model_folder, prompts, root, cells, **changes):
    """The folder of facts a cell."""
    named = {
        "--model": model_folder,
        "--datasets": prompts,
        "--examples": EXAMPLES,
        "--out": root / "out",
    }
    asked = told(root / "jobs", {**COMMON, **changes}, cells)
    main([*asked, *(str(argument) for pair in named.items() for argument in pair)])
    return root / "out"


@pytest.fixture(scope="module")
def facts(model_folder, prompts, tmp_path_factory):
    return run(model_folder, prompts, tmp_path_factory.mktemp("cells"), CELLS)


def states(facts, name):
    return read_facts(facts / name, STATE).set_index("context_id")


def survivors(facts, name) -> dict[str, np.ndarray]:
    """Context -> (layers * heads, tokens) bool."""
    lengths = states(facts, name).context_tokens
    rows = read_facts(facts / name, SURVIVORS)
    return {
        context: np.stack([np.unpackbits(np.frombuffer(b, np.uint8))[: lengths[context]] for b in of.bitmap]) > 0
        for context, of in rows.groupby("context_id")
    }


def spans(facts, name) -> dict[str, dict[str, list]]:
    """Context -> kind -> [start, end) in order of their index."""
    rows = read_facts(facts / name, TOKEN_SPANS)
    return {
        context: {kind: list(zip(same.start, same.end, strict=True)) for kind, same in of.groupby("kind")}
        for context, of in rows.groupby("context_id")
    }


def parts(of: dict[str, list], length: int) -> list[int]:
    """Where each part that fair eviction treats alike begins, and where the last one ends."""
    own = of["defence"] + of["directive"] if "defence" in of else of["instruction"]
    return [0, *sorted(start for start, _ in own)[1:], length]


@pytest.mark.parametrize("policy", PRESSES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_head_keeps_as_many_entries_as_the_ratio_says(facts, policy, variant):
    for kept in survivors(facts, f"{policy}+{variant}.r0.5").values():
        assert set(kept.sum(-1)) == {kept.shape[1] // 2}


@pytest.mark.parametrize("policy", PRESSES)
@pytest.mark.parametrize("variant", ["whitelist", "fair-whitelist"])
def test_whitelisted_phrases_survive_in_every_layer_and_head(facts, policy, variant):
    name = f"{policy}+{variant}.r0.5"
    found = survivors(facts, name)
    assert {context.rpartition("-")[2] for context in found} == {"defence_first"}
    for context, kept in found.items():
        phrases = spans(facts, name)[context]["whitelist"]
        assert len(phrases) == 2 and all(kept[:, start:end].all() for start, end in phrases)
    plain = survivors(facts, f"{policy}+plain.r0.5")
    assert not all(plain[c][:, a:b].all() for c in found for a, b in spans(facts, name)[c]["whitelist"])


@pytest.mark.parametrize("policy", PRESSES)
def test_fair_eviction_keeps_the_same_share_of_every_part(facts, policy):
    name = f"{policy}+fair.r0.5"
    found = survivors(facts, name)
    assert len(found) == 5  # three with a defence, two with more instructions than one
    for context, kept in found.items():
        for start, end in pairwise(parts(spans(facts, name)[context], kept.shape[1])):
            assert (abs(kept[:, start:end].sum(-1) - (end - start) / 2) <= 1).all()


def test_the_important_span_keeps_more_and_the_others_less(facts):
    """In the prompts with two instructions and a defence: the defence weighs twice as much as either instruction."""
    each, weighted = (survivors(facts, f"snapkv+{variant}.r0.5") for variant in ("fair-each", "weighted-2"))
    defended = {c: of for c, of in spans(facts, "snapkv+weighted-2.r0.5").items() if "defence" in of}
    several = {c: of for c, of in defended.items() if len(of["instruction"]) > 1}
    assert several
    for context, of in several.items():
        for kind, gains in (("defence", True), ("instruction", False)):
            for start, end in of[kind]:
                before, after = (kept[context][:, start:end].sum(-1) for kept in (each, weighted))
                assert (after > before).all() if gains else (after <= before + 1).all()


@pytest.mark.parametrize("policy", PRESSES)
def test_debiased_keeps_the_mean_of_plain_and_fair_in_every_part(facts, policy):
    """Of parts whose mean ends in a half, the later ones are rounded up."""
    plain, fair, between = (survivors(facts, f"{policy}+{v}.r0.5") for v in ("plain", "fair", "debias-0.5"))
    assert len(between) == 5
    for context, kept in between.items():
        bounds = parts(spans(facts, f"{policy}+debias-0.5.r0.5")[context], kept.shape[1])
        counts = [
            np.stack([one[context][:, start:end].sum(-1) for start, end in pairwise(bounds)]) for one in (plain, fair)
        ]
        mean = sum(counts) / 2
        half = mean % 1 == 0.5
        up = half & (half[::-1].cumsum(0)[::-1] <= half.sum(0) / 2)
        found = np.stack([kept[:, start:end].sum(-1) for start, end in pairwise(bounds)])
        assert (found == np.floor(mean) + up).all()


def test_what_a_repair_cannot_work_on_is_unsupported_with_the_reason(facts):
    found = {
        name: states(facts, name) for name in ("snapkv+fair.r0.5", "snapkv+whitelist.r0.5", "snapkv+whitelist.r0.95")
    }
    fair, whitelist, tight = found.values()
    assert fair.state.tolist() == ["ok", "unsupported", "ok", "ok", "ok", "ok"]
    reason = "fair eviction needs two spans or more, this system prompt has 1"
    assert fair.reason["system_prompts-0001-no_defence"] == reason
    assert set(whitelist.reason[whitelist.state == "unsupported"]) == {"this system prompt holds no whitelisted phrase"}
    reasons = tight.reason[tight.index.str.endswith("defence_first")]
    assert set(tight.state) == {"unsupported"}
    assert all(reason.startswith("ValueError: the whitelist holds 15 positions, the budget is ") for reason in reasons)


def test_every_request_of_an_answered_prompt_is_answered(facts, prompts):
    requests = REQUESTS_MADE.read(prompts / "system_prompts/requests.parquet")
    for job in CELLS:
        answered = states(facts, job["cell"]).query("state == 'ok'").index
        found = read_facts(facts / job["cell"], ANSWERS)
        assert sorted(found.question_id) == sorted(requests[requests.context_id.isin(answered)].question_id)


def test_responses_to_attacks_may_have_a_limit_of_their_own(facts, model_folder, prompts, tmp_path):
    """What a shorter limit leaves is the beginning of the same response."""
    job = cell("snapkv", "plain")
    short = run(model_folder, prompts, tmp_path, [job], max_attack_tokens=2)
    kinds = REQUESTS_MADE.read(prompts / "system_prompts/requests.parquet").set_index("question_id").kind
    before, after = (read_facts(folder / job["cell"], ANSWERS) for folder in (facts, short))
    assert set(kinds[after.question_id]) == {"task", "attack"}
    for one, other in zip(before.itertuples(), after.itertuples(), strict=True):
        limit = 2 if kinds[other.question_id] == "attack" else COMMON["max_new_tokens"]
        assert list(other.answer_tokens) == list(one.answer_tokens)[:limit]


def test_without_compression_responses_and_entropies_are_the_models_own(facts, prompts, model, tokenizer):
    passages = SYSTEM_PROMPTS.read(prompts / "system_prompts/system_prompts.parquet").set_index("context_id").passage
    requests = REQUESTS_MADE.read(prompts / "system_prompts/requests.parquet").set_index("question_id")
    for answer in read_facts(facts / "none", ANSWERS).itertuples():
        request = requests.loc[answer.question_id]
        turns = [
            {"role": "system", "content": passages[request.context_id]},
            {"role": "user", "content": request.question},
        ]
        prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=False)
        logits = model(torch.tensor([[*prompt, *answer.answer_tokens]])).logits[0, len(prompt) - 1 : -1].float()
        assert logits.argmax(-1).tolist() == list(answer.answer_tokens)
        entropies = torch.distributions.Categorical(logits=logits).entropy()
        assert answer.entropies == pytest.approx(entropies.numpy(), rel=2e-3, abs=2e-3)
        assert answer.answer == tokenizer.decode(answer.answer_tokens, skip_special_tokens=True)


def test_a_cell_alone_writes_what_it_writes_in_a_bundle(model_folder, prompts, facts, tmp_path):
    one = cell("h2o", "fair-whitelist")
    alone = run(model_folder, prompts, tmp_path, [one])
    found = facts_bytes(alone / one["cell"])
    assert found == facts_bytes(facts / one["cell"])
    assert {file.partition("/")[0] for file in found} == {
        "answers",
        "survivors",
        "spans",
        "attention",
        "decoded_attention",
        "states",
    }


def test_other_spans_are_other_parts(model_folder, prompts, tmp_path):
    """A phrase more in the whitelist is nothing to the text, but to what is kept."""
    job = cell("streaming-llm", "whitelist")
    run(model_folder, prompts, tmp_path, [job])
    parts = tmp_path / "out" / job["cell"] / "parts"
    before = set(parts.iterdir())
    table = SYSTEM_PROMPTS.read(prompts / "system_prompts/system_prompts.parquet")
    changed = tmp_path / "changed/system_prompts"
    SYSTEM_PROMPTS.write(table.assign(whitelist=table.directive), changed / "system_prompts.parquet")
    requests = REQUESTS_MADE.read(prompts / "system_prompts/requests.parquet")
    REQUESTS_MADE.write(requests, changed / "requests.parquet")
    run(model_folder, changed.parent, tmp_path, [job])
    assert len(set(parts.iterdir()) - before) == 2


def test_a_model_without_a_system_turn_ends_with_a_message(model_folder, prompts, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for file in model_folder.iterdir():
        if file.name not in (MANIFEST, "chat_template.jinja"):
            (folder / file.name).symlink_to(file)
    (folder / "chat_template.jinja").write_text(
        "{% for m in messages %}{{ raise_exception('no system here') }}{% endfor %}"
    )
    write_manifest(folder, "m", {})
    with pytest.raises(SystemExit, match=r"smollm2-135m: its chat template .* \(no system here\)"):
        run(folder, prompts, tmp_path, [NONE])


def test_every_word_of_meaningless_text_is_a_token(tokenizer):
    """So that a text is cut to so many tokens by its words."""
    for text in GIBBERISH:
        words = text.split()
        assert len(tokenizer(" ".join(words), add_special_tokens=False)["input_ids"]) == len(words)
