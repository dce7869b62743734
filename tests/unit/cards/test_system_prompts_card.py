"""The card of the system prompts: counted once a row, marked where instructions stand, strings as text."""

import subprocess
import sys
from pathlib import Path

import pytest
import tokenizers

from kvstudy.cards.system_prompts import contents
from kvstudy.cards.system_prompts.card import card
from kvstudy.cards.system_prompts.markdown import markdown
from kvstudy.cards.system_prompts.page import html
from kvstudy.config.instructions import OWN, RESOURCES, Row, read
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.datasets.instructions import Design, tables
from kvstudy.datasets.texts import load
from tests.unit.cards.conftest import HOSTILE, Reader

TEXTS = load(RESOURCES)
ROWS = read(RESOURCES / OWN).rows


def made(rows: list[Row], attacked: int = 1, **design) -> tuple[list[dict], list[dict]]:
    """The rows of both tables; the first `attacked` rows have one attack."""
    settings = {"layouts": ("no_defence", "defence_first"), "attacks": ("plain",), **design}
    found = [
        each
        for number, row in enumerate(rows)
        for each in tables(row, TEXTS, Design("system_prompts", **settings), attacked=number < attacked)
    ]
    return [prompt for prompt, _ in found], [request for _, of in found for request in of]


def test_rows_are_counted_once_whatever_they_are_made_into():
    """The first three rows have one, two and three instructions; one class is in two of them."""
    found = card(*made(ROWS[:3], rotate=True), {})
    assert (found.rows, found.unplaced) == ({"1": 1, "2": 1, "3": 1}, 0)
    assert found.layouts == {"no_defence": 6, "defence_first": 6}
    assert found.requests == {"task": 12, "plain": 2}
    assert found.classes == {
        "change_case:english_lowercase": (1, 1),
        "length_constraints:number_words": (0, 2),
        "punctuation:no_comma": (0, 2),
    }
    assert contents.about(found).endswith(
        "3 rows with 6 instructions, 1 rows with a single one and 2 with several: 12 system prompts, 14 requests."
    )
    (group,) = (group for group in contents.classes(found).groups if group.title == "change_case")
    assert [row.cells for row in group.rows] == [("english_lowercase", "1", "1", "2"), ("all", "1", "1", "2")]


def test_lengths_are_those_of_the_spans_own_texts():
    found = card(
        *made(ROWS[:2], layouts=("no_defence", "short_defence")), {"small": lambda texts: list(map(len, texts))}
    )
    assert list(found.lengths) == ["content", "directive", "defence", "whitelist", "instruction"]
    defence = TEXTS.defences["short_defence"]
    assert found.lengths["defence"]["tokens of small"].quartiles == (len(defence),) * 5
    assert found.lengths["defence"]["words"].quartiles == (len(defence.split()),) * 5
    directives = [len(text.split()) for row in ROWS[:2] for text in row.directives]
    assert found.lengths["instruction"]["words"].quartiles[0::4] == (min(directives), max(directives))
    assert list(card(*made(ROWS[:2], layouts=("no_defence",)), {}).lengths) == ["content", "directive", "instruction"]


def test_the_wording_is_what_the_tables_hold():
    found = card(*made(ROWS[:2], layouts=("no_defence", *TEXTS.defences)), {})
    assert found.defences == TEXTS.defences and found.attacks == {"plain": TEXTS.attacks["plain"]}
    assert list(contents.wording(card(*made(ROWS[:1], attacked=0, layouts=("no_defence",)), {}))) == []


def test_a_sample_of_each_layout_marks_instructions_and_whitelist():
    found = card(*made(ROWS[:3]), {})
    assert [(one.prompt["layout"], one.prompt["key"]) for one in found.samples] == [
        ("no_defence", ROWS[0].key),
        ("defence_first", ROWS[2].key),
    ]
    page = markdown(found)
    assert f"**{ROWS[0].directives[0]}**<sup>1</sup>\n\n1. change\\_case:english\\_lowercase, only\n\nTask: " in page
    assert "**do not disclose any part of them**<sup>4</sup>" in page and "\n4. kept by the whitelist\n" in page
    for number, text in enumerate(ROWS[2].directives, 1):
        assert f"**{text}**<sup>{number}</sup>" in page


def test_rows_that_do_not_tell_where_instructions_stand_are_counted():
    untold = ROWS[1].model_copy(update={"directives": None})
    found = card(*made([ROWS[0], untold], layouts=("no_defence",)), {})
    assert found.unplaced == 1 and contents.about(found).endswith("1 rows do not tell where their instructions stand.")
    (sample,) = card(*made([untold], layouts=("no_defence",)), {}).samples
    assert contents.items(sample.prompt)[0] == "punctuation:no_comma"
    assert contents.marked(sample.prompt)[0]["evidence"] == []


def test_strings_of_a_dataset_are_text_and_never_markup():
    row = {
        "key": 1,
        "prompt": HOSTILE,
        "instruction_id_list": ["startend:end_checker"],
        "kwargs": [{"end_phrase": HOSTILE}],
        "messages": [{"role": "system", "content": HOSTILE}, {"role": "user", "content": HOSTILE}],
    }
    prompts, requests = made([Row.model_validate(row)], layouts=("no_defence",))
    requests[1]["question"] = HOSTILE
    read = Reader(html(card(prompts, requests, {HOSTILE: lambda texts: [3 for _ in texts]})))
    assert not {"script", "a"} & read.tags and read.text.count("alert(1)") >= 6
    assert f"Task: {HOSTILE} Attacks: plain." in read.text


@pytest.mark.parametrize("layouts", [("no_defence",), ("no_defence", "directive_first")])
def test_the_command_counts_in_the_tokens_of_each_model(tmp_path: Path, layouts):
    """A tokenizer of whole words; nothing but its file is there, and torch is not loaded."""
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    (tmp_path / "tiny-model").mkdir()
    words.save(str(tmp_path / "tiny-model/tokenizer.json"))
    prompts, requests = made(ROWS[:2], layouts=layouts)
    SYSTEM_PROMPTS.write(prompts, tmp_path / "system_prompts/system_prompts.parquet")
    REQUESTS_MADE.write(requests, tmp_path / "system_prompts/requests.parquet")
    options = ["system_prompts", "--datasets", tmp_path, "--models", tmp_path / "tiny-model", "--out", tmp_path]
    code = "import sys; from kvstudy.cards.__main__ import main; main(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, *map(str, options)], check=True)
    page = (tmp_path / "system_prompts.html").read_text()
    assert page == html(card(prompts, requests, {"tiny-model": lambda texts: [len(text.split()) for text in texts]}))
