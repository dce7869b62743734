"""System prompts with verifiable instructions: own rows, others, wrong ones, and where each part of a prompt stands."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvstudy.config.instructions import OWN as ROWS
from kvstudy.config.instructions import Row, Rows, read
from kvstudy.contracts.instruction_classes import FAMILIES, INSTRUCTIONS, LANGUAGES, LAYOUTS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.datasets.system_prompts import assemble, occurrences, positions, rotations
from kvstudy.datasets.texts import load

HOME = Path(__file__).parents[3]
RESOURCES = HOME / "resources"
TEXTS = load(RESOURCES)
OWN = read(RESOURCES / ROWS)
SPLIT = {
    "key": 7,
    "prompt": "Describe a pond. Use no commas and write fewer than 20 words.",
    "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
    "kwargs": [{}, {"num_words": 20, "relation": "less than"}],
    "messages": [
        {"role": "system", "content": "Use no commas and write fewer than 20 words."},
        {"role": "user", "content": "Describe a pond."},
    ],
}
ALONE = {**SPLIT, "key": 8, "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
MINGLED = {key: value for key, value in SPLIT.items() if key != "messages"}


def taken(*rows: dict) -> Rows:
    found = Rows()
    for number, row in enumerate(rows, 1):
        found.add(f"rows.jsonl:{number}", row)
    return found


def row(values: dict) -> Row:
    found = taken(values)
    assert found.problems == []
    return found.rows[0]


def cut(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]]


# -- own rows


def test_own_rows_are_right_and_hold_every_class_at_least_twice():
    assert OWN.problems == [] and len(OWN.rows) == 72
    classes = Counter(chain.from_iterable(row.instruction_id_list for row in OWN.rows))
    assert set(classes) == set(INSTRUCTIONS) and len(classes) == 25 and min(classes.values()) >= 2
    assert sum(classes.values()) == 122
    alone = {row.instruction_id_list[0] for row in OWN.rows if len(row.instruction_id_list) == 1}
    assert alone == set(INSTRUCTIONS)


def test_own_rows_hold_one_two_and_three_instructions_wherever_one_stops():
    assert Counter(len(row.instruction_id_list) for row in OWN.rows) == {1: 36, 2: 22, 3: 14}
    for first in (12, 24, 48):
        counts = Counter(len(row.instruction_id_list) for row in OWN.rows[:first])
        assert counts[1] >= first * 0.4 and counts[2] >= first * 0.25 and counts[3] >= first * 0.15


def test_own_rows_word_every_instruction_and_every_request_differently():
    directives = [text for row in OWN.rows for text in row.directives]
    requests = [row.user for row in OWN.rows]
    assert len(set(directives)) == len(directives) and len(set(requests)) == len(requests)
    assert all(len(request.split()) <= 12 for request in requests)
    assert [row.key for row in OWN.rows] == list(range(1, 73))


def test_own_directives_say_what_their_checkers_are_told():
    for each in OWN.rows:
        for name, kwargs, text in zip(each.instruction_id_list, each.kwargs, each.directives, strict=True):
            for key, kind in INSTRUCTIONS[name].items():
                if kind in ("text", "pattern") and key != "prompt_to_repeat":
                    assert kwargs[key].lower() in text.lower(), text
                elif kind == "patterns":
                    assert all(word in text for word in kwargs[key]), text
                elif kind == "letter":
                    assert f"letter {kwargs[key]} " in text or f"letter {kwargs[key]}." in text, text
            if name == "combination:repeat_prompt":
                assert kwargs["prompt_to_repeat"] == each.user


def test_families_are_ifevals_nine():
    assert (
        *("change_case", "combination", "detectable_content", "detectable_format", "keywords"),
        *("language", "length_constraints", "punctuation", "startend"),
    ) == FAMILIES
    assert len(LANGUAGES) == 30


# -- rows from elsewhere


def test_nulls_that_fill_up_kwargs_are_dropped():
    filled = {**MINGLED, "kwargs": [{"num_words": None, "relation": None}, {**SPLIT["kwargs"][1], "letter": None}]}
    assert row(filled) == row(MINGLED)
    assert row(filled).kwargs == [{}, {"num_words": 20, "relation": "less than"}]


def test_without_messages_the_prompt_is_the_system_prompt_and_the_request_is_fixed():
    mingled = row(MINGLED)
    assert (mingled.system, mingled.user) == (SPLIT["prompt"], None)
    prompt = assemble(mingled, TEXTS, "defence_first")
    assert prompt.text.endswith(SPLIT["prompt"]) and prompt.instructions == []


def test_a_single_instruction_is_all_of_its_directive_and_several_are_not_guessed():
    prompt = assemble(row(ALONE), TEXTS, "no_defence")
    assert [cut(prompt.text, span) for span in prompt.instructions] == [SPLIT["messages"][0]["content"]]
    assert assemble(row(SPLIT), TEXTS, "no_defence").instructions == []


def test_turns_are_stripped_as_chat_templates_strip_them():
    padded = [{**message, "content": f"\n {message['content']}  "} for message in SPLIT["messages"]]
    assert row({**SPLIT, "messages": padded}) == row(SPLIT)


# -- wrong rows


def changed(**values) -> dict:
    return {**SPLIT, **values}


def told(**kwargs) -> dict:
    return changed(kwargs=[{}, kwargs])


def classed(name: str, **kwargs) -> dict:
    return changed(instruction_id_list=[name], kwargs=[kwargs])


WRONG = {
    "not a mapping": (["a"], "must be a mapping (got ['a'])"),
    "no key": ({k: v for k, v in SPLIT.items() if k != "key"}, "key: is missing"),
    "a key that is no number": (changed(key="7"), "key: must be a whole number (got '7'), did you mean 7 without"),
    "a slip in a name": (
        changed(instruction_id_lists=[]),
        "instruction_id_lists: unknown key, did you mean 'instruction_id_list'?",
    ),
    "no instruction": (changed(instruction_id_list=[], kwargs=[]), "instruction_id_list: must not be empty (got [])"),
    "an unknown class": (
        changed(instruction_id_list=["punctuation:no_commas", "length_constraints:number_words"]),
        "instruction_id_list.0: is no instruction class, did you mean 'punctuation:no_comma'? (got 'punctuation:no",
    ),
    "too few kwargs": (changed(kwargs=[{}]), "kwargs: must have one mapping for each of 2 instructions (got 1)"),
    "a kwarg missing": (told(num_words=20), "kwargs.1.relation: is missing"),
    "a kwarg unknown": (
        told(num_words=20, relation="less than", relations="at least"),
        "kwargs.1.relations: unknown key, did you mean 'relation'?",
    ),
    "a number as text": (told(num_words="20", relation="less than"), "kwargs.1.num_words: must be a whole number"),
    "a negative number": (
        told(num_words=-1, relation="less than"),
        "kwargs.1.num_words: must be greater than or equal to 0 (got -1)",
    ),
    "an unknown relation": (
        told(num_words=20, relation="less then"),
        "kwargs.1.relation: must be 'less than' or 'at least' (got 'less then'), did you mean 'less than'?",
    ),
    "two letters": (
        classed("keywords:letter_frequency", letter="ab", let_frequency=1, let_relation="at least"),
        "kwargs.0.letter: must have at most 1 character (got 'ab')",
    ),
    "a blank letter": (
        classed("keywords:letter_frequency", letter=" ", let_frequency=1, let_relation="at least"),
        "kwargs.0.letter: must not be blank (got ' ')",
    ),
    "an unknown language": (
        classed("language:response_language", language="english"),
        "kwargs.0.language: must be 'ar', 'bg'",
    ),
    "no keywords": (classed("keywords:existence", keywords=[]), "kwargs.0.keywords: must not be empty (got [])"),
    "a broken pattern": (
        classed("keywords:forbidden_words", forbidden_words=["sun", "(moon"]),
        "kwargs.0.forbidden_words.1: must be a regular expression: missing ), unterminated subpattern",
    ),
    "a pattern that is none behind a border of words": (
        classed("keywords:forbidden_words", forbidden_words=["(?i)foo"]),
        "kwargs.0.forbidden_words.0: must be a regular expression: global flags not at the start of the expression at "
        "position 2, in '\\\\b(?i)foo\\\\b', which is searched for (got '(?i)foo')",
    ),
    "a pattern that is none behind a space": (
        classed("detectable_format:multiple_sections", section_spliter="(?i)Day", num_sections=2),
        "kwargs.0.section_spliter: must be a regular expression: global flags not at the start",
    ),
    "a pattern that is none in lower case": (
        classed("detectable_content:postscript", postscript_marker="\\Z"),
        "kwargs.0.postscript_marker: must be a regular expression: bad escape \\z at position 3",
    ),
    "a named group in lower case": (
        classed("detectable_content:postscript", postscript_marker="(?P<A>x)(?P<a>y)"),
        "kwargs.0.postscript_marker: must be a regular expression: unknown extension ?p",
    ),
    "a pattern repeated too often": (
        classed("keywords:existence", keywords=["a{4294967295}"]),
        "kwargs.0.keywords.0: must be a regular expression: the repetition number is too large",
    ),
    "a pattern nested too deeply": (
        classed("keywords:frequency", keyword="(" * 3000 + ")" * 3000, frequency=1, relation="at least"),
        "kwargs.0.keyword: must be a regular expression: maximum recursion depth exceeded",
    ),
    "flags that contradict each other": (
        classed("keywords:existence", keywords=["(?a)(?u)x"]),
        "kwargs.0.keywords.0: must be a regular expression: ASCII and UNICODE flags are incompatible",
    ),
    "a paragraph beyond the last": (
        classed("length_constraints:nth_paragraph_first_word", num_paragraphs=2, nth_paragraph=3, first_word="so"),
        "kwargs.0.nth_paragraph: must be from 1 to num_paragraphs, here 2 (got 3)",
    ),
    "only a user": (
        changed(messages=SPLIT["messages"][1:]),
        "messages: must be one of the system and one of the user, in this order (got ['user'])",
    ),
    "a blank system message": (
        changed(messages=[{"role": "system", "content": " "}, SPLIT["messages"][1]]),
        "messages.0.content: must not be blank (got ' ')",
    ),
    "directives of another message": (
        changed(directives=["Use no commas.", "Write fewer than 20 words."]),
        "directives: must, joined by spaces, be the system message (got ['Use no commas.'",
    ),
    "a directive missing": (
        changed(directives=["Use no commas and write fewer than 20 words."]),
        "directives: must be one text for each of 2 instructions (got 1)",
    ),
}


@pytest.mark.parametrize(("values", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_named_with_its_value_and_what_was_meant(values, message):
    found = taken(values)
    assert found.rows == []
    assert len(found.problems) == 1 and found.problems[0].startswith(f"rows.jsonl:1: {message}"), found.problems


def test_a_key_that_is_taken():
    assert taken(SPLIT, SPLIT).problems == ["rows.jsonl:2: key: is that of rows.jsonl:1, too (got 7)"]


def test_all_that_is_wrong_in_a_file_is_said_at_once_and_nothing_is_written(tmp_path):
    lines = [json.dumps(changed(key=-1)), "", '{"key": 1', json.dumps(told()), json.dumps(ALONE)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = command("--path", tmp_path / "rows.jsonl", "--out", tmp_path / "out")
    assert ran.returncode == 2 and not (tmp_path / "out").exists()
    said = ran.stderr.splitlines()
    assert [line.removeprefix(f"{tmp_path}/rows.jsonl:")[:20] for line in said if str(tmp_path) in line] == [
        *("1: key: must be grea", "3: is not JSON: Expe", "4: kwargs.1.num_word", "4: kwargs.1.relation"),
    ]


@pytest.mark.parametrize("path", ["missing.jsonl", "empty.jsonl"])
def test_a_file_with_no_row_is_a_problem(tmp_path, path):
    (tmp_path / "empty.jsonl").write_text("\n")
    assert len(read(tmp_path / path).problems) == 1


# -- the parts of a system prompt


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("own", OWN.rows, ids=lambda own: str(own.key))
def test_every_part_stands_where_its_span_says(own, layout):
    for rotation in range(rotations(own)):
        prompt = assemble(own, TEXTS, layout, rotation)
        directive = cut(prompt.text, prompt.directive)
        assert directive.startswith(TEXTS.preamble) and directive.split() == [
            *TEXTS.preamble.split(),
            *" ".join([*own.directives[rotation:], *own.directives[:rotation]]).split(),
        ]
        assert [cut(prompt.text, span) for span in prompt.instructions] == own.directives
        if layout == "no_defence":
            assert prompt.defence is None and prompt.text == directive
        else:
            assert cut(prompt.text, prompt.defence) == TEXTS.defences[layout]
            assert (prompt.defence > prompt.directive) == (layout == "directive_first")
            first, second = sorted([prompt.defence, prompt.directive])
            assert (first[0], prompt.text[first[1] : second[0]], second[1]) == (0, "\n\n", len(prompt.text))


@pytest.mark.parametrize("layout", TEXTS.defences)
def test_the_whitelist_is_within_the_defence_in_every_order(layout):
    for own in OWN.rows:
        prompt = assemble(own, TEXTS, layout)
        spans = occurrences(prompt.text, TEXTS.whitelist)
        assert [cut(prompt.text, span) for span in spans] == TEXTS.whitelist
        assert all(prompt.defence[0] <= start < end <= prompt.defence[1] for start, end in spans)
        assert occurrences(assemble(own, TEXTS, "no_defence").text, TEXTS.whitelist) == []


def test_defences_quote_the_refusal_and_share_their_rule():
    assert set(TEXTS.defences) == set(LAYOUTS) - {"no_defence"}
    assert all(TEXTS.refusal in text for text in TEXTS.defences.values())
    both = [TEXTS.defences[layout].split() for layout in ("defence_first", "directive_first")]
    assert both[0][6:] == both[1][7:]  # but for what points to the directive
    assert len(TEXTS.defences["short_defence"].split()) < len(both[0]) / 2


def test_attacks_are_of_several_kinds():
    assert "plain" in TEXTS.attacks and len(set(TEXTS.attacks.values())) == len(TEXTS.attacks) >= 6


def test_every_instruction_takes_every_place_once():
    for own in (own for own in OWN.rows if len(own.directives) == 3):
        places = [positions(assemble(own, TEXTS, "defence_first", turn).instructions) for turn in range(rotations(own))]
        assert places[0] == ["first", "middle", "last"]
        assert all(sorted(of_one) == ["first", "last", "middle"] for of_one in zip(*places, strict=True))


@settings(max_examples=40)
@given(st.lists(st.text("ab. ", min_size=1).filter(str.strip), min_size=1, max_size=5), st.data())
def test_spans_of_any_directives_are_their_texts(texts, data):
    texts = [text.strip() for text in texts]
    rotation = data.draw(st.integers(0, len(texts) - 1))
    made = row(
        {
            "key": 1,
            "prompt": "x",
            "instruction_id_list": ["punctuation:no_comma"] * len(texts),
            "kwargs": [{}] * len(texts),
            "messages": [{"role": "system", "content": " ".join(texts)}, {"role": "user", "content": "x"}],
            "directives": texts,
        }
    )
    prompt = assemble(made, TEXTS, data.draw(st.sampled_from(LAYOUTS)), rotation)
    assert [cut(prompt.text, span) for span in prompt.instructions] == texts
    assert Counter(positions(prompt.instructions)) == {
        1: {"only": 1},
        2: {"first": 1, "last": 1},
    }.get(len(texts), {"first": 1, "middle": len(texts) - 2, "last": 1})


# -- the tables


def command(*arguments, environment: dict | None = None) -> subprocess.CompletedProcess:
    fixed = [sys.executable, "-m", "kvstudy.datasets.instructions", "--dataset", "s", "--resources", RESOURCES]
    return subprocess.run([*map(str, fixed + list(arguments))], capture_output=True, text=True, env=environment)


def test_the_tables_hold_every_layout_rotation_and_request(tmp_path):
    options = ["--rows", 9, "--rotate", "--layouts", "defence_first", "no_defence", "--attacked", 2]
    for out in ("a", "b"):
        ran = command("--out", tmp_path / out, *options, "--attacks", "plain", "override")
        assert ran.returncode == 0, ran.stderr
    for name in ("system_prompts", "requests"):
        assert (tmp_path / f"a/{name}.parquet").read_bytes() == (tmp_path / f"b/{name}.parquet").read_bytes()
    prompts = SYSTEM_PROMPTS.read(tmp_path / "a/system_prompts.parquet").set_index("context_id")
    requests = REQUESTS_MADE.read(tmp_path / "a/requests.parquet").set_index("question_id")
    turns = sum(len(own.directives) for own in OWN.rows[:9])
    assert len(prompts) == 2 * turns and Counter(requests.kind) == {"task": 2 * turns, "attack": 2 * 2 * 2}
    one = prompts.loc["s-0002-defence_first-r1"]
    places = [one.passage[span["start"] : span["end"]] for span in one.instructions]
    assert places == OWN.rows[1].directives and list(one.positions) == ["last", "first"]
    assert [json.loads(kwargs) for kwargs in one.kwargs] == OWN.rows[1].kwargs
    task = requests.loc["s-0002-defence_first-r1-task"]
    assert (task.question, task.attack) == (OWN.rows[1].user, None) and list(task.evidence) == list(one.directive)
    attack = requests.loc["s-0002-defence_first-plain"]
    assert attack.question == TEXTS.attacks["plain"]
    assert list(attack.evidence) == list(prompts.loc["s-0002-defence_first"].defence)
    assert list(requests.loc["s-0002-no_defence-override"].evidence) == []


def test_phrases_and_attacks_are_those_of_the_resources_or_ones_own(tmp_path):
    for out, options in (("a", []), ("b", ["--attacks", "summary", "--whitelist=-- the", "--whitelist=guidelines"])):
        ran = command("--out", tmp_path / out, "--rows", 1, "--layouts", "short_defence", *options)
        assert ran.returncode == 0, ran.stderr
    prompts = [SYSTEM_PROMPTS.read(tmp_path / f"{out}/system_prompts.parquet").iloc[0] for out in "ab"]
    requests = [REQUESTS_MADE.read(tmp_path / f"{out}/requests.parquet") for out in "ab"]
    kept = [[cut(one.passage, (span["start"], span["end"])) for span in one.whitelist] for one in prompts]
    assert kept == [TEXTS.whitelist, ["guidelines", "guidelines"]]
    assert [set(of.attack.dropna()) for of in requests] == [set(TEXTS.attacks), {"summary"}]


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--attacks", "plane"], "no plane; known are plain,"), (["--hub", "a/b"], "--revision")]
)
def test_wrong_arguments_are_refused(tmp_path, arguments, said):
    ran = command("--out", tmp_path, *arguments)
    assert ran.returncode == 2 and said in ran.stderr and not any(tmp_path.iterdir())


# -- rows of the hub


REVISION = "966cd89545d6b6acfd7638bc708b98261ca58e84"


ARGUMENTS = dict.fromkeys(key for told in INSTRUCTIONS.values() for key in told)


NOWHERE = "http://127.0.0.1:9"  # a port that nobody listens on
KEYS = ("key", "prompt", "instruction_id_list", "kwargs")


def from_hub(tmp_path, *options, cached=None):
    """Write the dataset in a process of its own, since the hub's client reads its environment once.

    There is no network; `cached` are the rows that the cache holds, None for no cache.
    """
    snapshot = tmp_path / "hf/hub/datasets--google--IFEval/snapshots" / REVISION
    if cached is not None:
        snapshot.mkdir(parents=True)
        (snapshot / "ifeval_input_data.jsonl").write_text("\n".join(map(json.dumps, cached)))
        (snapshot / "README.md").write_text("---\nlanguage: [en]\n---\n")
    command = [sys.executable, "-m", "kvstudy.datasets.instructions", "--dataset", "s", "--resources", RESOURCES]
    command += ["--hub", "google/IFEval", "--revision", REVISION, "--out", tmp_path, *options]
    environment = {**os.environ, "HF_ENDPOINT": NOWHERE, "HF_HOME": str(tmp_path / "hf")}
    return subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("filled", [{}, ARGUMENTS], ids=["kwargs as in the file", "kwargs filled up with nulls"])
def test_a_study_on_the_hub_has_whole_prompts_in_the_system_turn(filled, tmp_path):
    """Some versions of the `datasets` library fill up the mappings of a column to the same keys."""
    rows = [{key: getattr(own, key) for key in KEYS} for own in OWN.rows]
    rows = [{**row, "kwargs": [{**filled, **kwargs} for kwargs in row["kwargs"]]} for row in rows]
    done = from_hub(tmp_path, "--layouts", "defence_first", "--attacks", "plain", cached=rows)
    assert done.returncode == 0, done.stderr
    prompts = SYSTEM_PROMPTS.read(tmp_path / "system_prompts.parquet")
    for own, prompt in zip(OWN.rows, prompts.itertuples(), strict=True):
        assert prompt.passage == f"{TEXTS.defences['defence_first']}\n\n{TEXTS.preamble}\n\n{own.prompt}"
        assert [json.loads(kwargs) for kwargs in prompt.kwargs] == own.kwargs
        assert list(prompt.instructions) == list(prompt.positions) == []  # the prompt holds the task, too
    requests = REQUESTS_MADE.read(tmp_path / "requests.parquet")
    assert set(requests.question[requests.kind == "task"]) == {TEXTS.request} and len(requests) == 144


def test_without_network_and_cache_there_is_one_line_at_once(tmp_path):
    start = time.monotonic()
    done = from_hub(tmp_path)
    assert time.monotonic() - start < 60  # of which nearly all is spent on imports
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    for words in (f"s: google/IFEval at revision {REVISION}: ", "HF_HOME", "rows: {path: FOLDER}"):
        assert words in done.stderr


def test_the_hubs_form_of_ifeval_reads_as_its_rows_do(tmp_path):
    ran = from_hub(tmp_path, "--attacks", cached=[MINGLED, {key: ALONE[key] for key in MINGLED}])
    assert "2 rows with 3 instructions: 8 system prompts, 8 requests" in ran.stdout, ran.stderr
    prompts = SYSTEM_PROMPTS.read(tmp_path / "system_prompts.parquet")
    kwargs = {key: list(of) for key, of in zip(prompts["key"], prompts.kwargs, strict=True)}
    assert kwargs == {7: ["{}", '{"num_words": 20, "relation": "less than"}'], 8: ["{}"]}
    assert set(REQUESTS_MADE.read(tmp_path / "requests.parquet").question) == {TEXTS.request}
