"""Cards: counted right, marked where answers stand, and with every string of the dataset as text."""

import subprocess
import sys
from pathlib import Path

import pytest
import tokenizers

from kvstudy.cards import docs
from kvstudy.cards.card import card, digest, spread
from kvstudy.cards.contents import about
from kvstudy.cards.lengths import lengths
from kvstudy.cards.markdown import escape, markdown
from kvstudy.cards.marks import Piece, pieces
from kvstudy.cards.page import html
from kvstudy.config.model import Passages
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.vocabulary import UNKNOWN
from tests.unit.cards.conftest import HOSTILE, Reader


def context(number=0, text="Ada Fern lives in Westmoor.", dataset="base"):
    name = f"{dataset}-{number:04d}"
    return {"context_id": name, "dataset": dataset, "passage": text, "words": len(text.split()), "entities": []}


def question(number=0, of=0, **row):
    defaults = {
        "question_id": f"base-{of:04d}-q{number:02d}",
        "context_id": f"base-{of:04d}",
        "dataset": "base",
        "question": "Where does she live?",
        "answers": ["Westmoor"],
        "answer_type": "Location",
        "question_type": "standard",
        "direction": "forward",
        "hop": 0,
        "altered": False,
        "bridge": [],
        "evidence": [{"start": 18, "end": 26}],
    }
    return defaults | row


def span(start, end):
    return {"start": start, "end": end}


def test_lengths_are_quartiles_and_a_histogram():
    found = lengths([10, 10, 10, 20, 30])
    assert found.quartiles == (10, 10, 10, 20, 30) and found.mean == 16
    assert (found.histogram[0], found.histogram[10], found.histogram[19], sum(found.histogram)) == (3, 1, 1, 5)
    assert found.bars == "█" + 9 * "▁" + "▄" + 8 * "▁" + "▄"
    assert (lengths([7, 7]).histogram, lengths([7, 7]).bars) == ((2,), "█")


def test_a_passage_is_cut_where_answers_and_links_stand():
    asked = [
        {"evidence": [span(0, 8)], "bridge": []},
        {"evidence": [span(0, 3)], "bridge": []},
        {"evidence": [span(18, 26)], "bridge": [span(4, 8)]},
    ]
    found = pieces("Ada Fern lives in Westmoor.", asked)
    assert found == [Piece("Ada Fern", (1, 2), (3,)), Piece(" lives in "), Piece("Westmoor", (3,)), Piece(".")]
    assert [piece.label for piece in found] == ["1, 2, (3)", "", "3", ""]
    assert pieces("No.", []) == [Piece("No.")]


def test_a_card_counts_questions_by_tag():
    asked = [
        question(0),
        question(1, bridge=[span(0, 8)], hop=1, answer_type="Person"),
        question(2, altered=True, answers=list(UNKNOWN), evidence=[]),
        question(0, of=1, evidence=[], answers=["nowhere"]),
    ]
    found = card([context(0), context(1, "Ben.")], asked, {"small": lambda texts: [len(text) for text in texts]})
    assert (found.contexts, found.questions, found.asked, found.unfound) == (2, 4, (1, 3), 1)
    assert list(found.lengths) == ["words", "tokens of small"]
    assert found.lengths["tokens of small"].quartiles[0::4] == (4, 27)
    assert found.tags == {
        "Answer type": {"Person": 1, "Location": 3},
        "Question type": {"standard": 4},
        "Direction": {"forward": 4},
        "Hops": {"0": 3, "1": 1},
        "Altered": {"answered by the passage": 3, "altered": 1},
        "Spans of evidence": {"0": 2, "1": 2},
        "Spans of a bridge": {"0": 3, "1": 1},
    }
    assert about(found).endswith(
        "2 passages, 4 questions, 1 to 3 a passage. 1 questions have no evidence: their answers were not found in the "
        "passage."
    )


def test_samples_are_the_first_the_last_and_some_between():
    assert spread(list(range(9)), 3) == [0, 4, 8]
    assert spread([1, 2], 3) == [1, 2]


def test_the_hash_is_that_of_the_rows_whatever_holds_them(tmp_path):
    contexts, asked = [context()], [question(), question(1, altered=True, answers=list(UNKNOWN), evidence=[])]
    CONTEXTS.write(contexts, tmp_path / "contexts.parquet")
    QUESTIONS.write(asked, tmp_path / "questions.parquet")
    read = [table.read(tmp_path / f"{table.name}.parquet").to_dict("records") for table in (CONTEXTS, QUESTIONS)]
    assert digest(*read) == digest(contexts, asked)
    assert digest(contexts, [question(hop=1)]) != digest(contexts, [question()])


def test_strings_of_a_dataset_are_text_and_never_markup():
    contexts = [context(0, HOSTILE, dataset=HOSTILE)]
    asked = [question(question=HOSTILE, answers=[HOSTILE, HOSTILE + "2"], context_id=contexts[0]["context_id"])]
    read = Reader(html(card(contexts, asked, {HOSTILE: lambda texts: [3]})))
    assert not {"script", "b", "a"} & (read.tags - {"b"}) and read.text.count("alert(1)") >= 6
    assert f"{HOSTILE} {HOSTILE} (or {HOSTILE}2) Location, standard, forward" in read.text


def test_markdown_shows_text_as_it_is():
    assert escape("a_b *c* <d> | [e] `f` & #") == r"a\_b \*c\* \<d\> \| \[e\] \`f\` \& \#"
    page = markdown(card([context()], [question()], {}))
    assert (
        "\n\nAda Fern lives in **Westmoor**<sup>1</sup>.\n\n1. Where does she live? **Westmoor** · Location, " in page
    )
    assert "| words | 5 | 5 | 5 | 5 | 5 | 5.0 | █ |" in page
    assert "\n| Answer type | Location | 1 | 100.0 % |\n| Question type | standard | 1 | 100.0 % |\n" in page


def test_the_command_counts_in_the_tokens_of_each_model(tmp_path):
    """A tokenizer of whole words; nothing but its file is there, and torch is not loaded."""
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    (tmp_path / "tiny-model").mkdir()
    words.save(str(tmp_path / "tiny-model/tokenizer.json"))
    CONTEXTS.write([context()], tmp_path / "mine/contexts.parquet")
    QUESTIONS.write([question()], tmp_path / "mine/questions.parquet")
    options = ["mine", "--datasets", tmp_path, "--models", tmp_path / "tiny-model", "--out", tmp_path]
    code = "import sys; from kvstudy.cards.__main__ import main; main(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, *map(str, options)], check=True)
    page = (tmp_path / "mine.html").read_text()
    assert '<th scope="row">tokens of tiny-model</th><td class="number">5</td>' in page
    assert "<mark>Westmoor</mark><sup>1</sup>" in page


def test_docs_show_what_the_generators_make(monkeypatch, tmp_path, capsys):
    root = Path(__file__).parents[3]
    sizes = {name: Passages(passages=2, seed=1) for name in ("base", "coreference")}
    monkeypatch.setattr(docs, "generated", lambda study: sizes)
    monkeypatch.setattr(docs, "STUDY", root / docs.STUDY)
    monkeypatch.setattr(docs, "RESOURCES", root / docs.RESOURCES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["docs"])
    Path("docs").mkdir()
    docs.main()
    written = ["base.md", "coreference.md", "datasets.md", "system_prompts.md"]
    assert sorted(path.name for path in Path("docs").rglob("*.md")) == written
    page = Path("docs/datasets.md").read_text()
    assert "| [base](datasets/base.md) | 2 | " in page and "|  | altered |  | " in page
    assert "[system\\_prompts](datasets/system_prompts.md)" in page
    Path("docs/datasets/old.md").write_text("")
    Path("docs/datasets/base.md").write_text("")
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])
    with pytest.raises(SystemExit) as stopped:
        docs.main()
    assert "docs/datasets/base.md: out of date" in stopped.value.code and "old.md" in stopped.value.code
    monkeypatch.setattr(sys, "argv", ["docs"])
    docs.main()
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])
    with pytest.raises(SystemExit) as stopped:
        docs.main()
    assert stopped.value.code == 0
