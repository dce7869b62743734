"""One's own dataset: what a row may say, what is made of it, and every way to get one wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kvstudy.config.own import Row, files, read_jsonl
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.vocabulary import UNKNOWN
from kvstudy.datasets.own import occurrences

HOME = Path(__file__).parents[3]
BEES = "Mira Tolland keeps bees in Westmoor. Her brother Tam Tolland bakes bread, as Tam Tolland always did."
MILL = "The mill closed in 1911."
ROWS = [
    {"context": BEES, "question": "What does Mira Tolland keep?", "answers": "bees", "answer_type": "Creature"},
    {
        "context": BEES,
        "question": "Who bakes bread?",
        "answers": ["Tam Tolland", "Tolland"],
        "answer_type": "Person",
        "question_type": "manipulated",
        "direction": "reverse",
        "hop": 1,
    },
    {"context": BEES, "question": "What does Tam Tolland keep?", "altered": True, "source": "a letter"},
    {
        "context": MILL,
        "question": "When did it close?",
        "answers": ["the year 1911", "1911"],
        "spans": [[19, 23], [0, 8]],
    },
    {"context": MILL, "question": "Why did it close?", "answers": ["for want of grain"]},
]
KEYS = list(dict.fromkeys(key for row in ROWS for key in row))


def write_jsonl(path: Path, rows: list) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list[dict]) -> Path:
    same = [{key: row.get(key) for key in KEYS} for row in rows]
    listed = [{**row, "answers": [a] if isinstance(a := row["answers"], str) else a} for row in same]
    pq.write_table(pa.Table.from_pylist(listed), path)
    return path


def run(path: Path, out: Path) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "kvstudy.datasets.own",
        "--dataset",
        "mine",
        "--path",
        str(path),
        "--out",
        str(out),
    ]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(params=["jsonl", "parquet", "folder"])
def source(request, tmp_path) -> Path:
    """The same rows in each of the forms in which they may come."""
    if request.param == "jsonl":
        return write_jsonl(tmp_path / "rows.jsonl", ROWS)
    if request.param == "parquet":
        return write_parquet(tmp_path / "rows.parquet", ROWS)
    folder = tmp_path / "rows"
    folder.mkdir()
    write_jsonl(folder / "a.jsonl", ROWS[:2])
    write_parquet(folder / "b.parquet", ROWS[2:4])
    write_jsonl(folder / "c.jsonl", ROWS[4:])
    (folder / "notes.txt").write_text("not read")
    (folder / "older").mkdir()
    write_jsonl(folder / "older/e.jsonl", ROWS)
    (folder / ".d.jsonl").write_text("not read")
    return folder


def test_rows_become_the_two_tables(source, tmp_path):
    done = run(source, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    contexts = CONTEXTS.read(tmp_path / "out/contexts.parquet")
    questions = QUESTIONS.read(tmp_path / "out/questions.parquet")
    assert contexts.context_id.tolist() == ["mine-0000", "mine-0001"]
    assert contexts.passage.tolist() == [BEES, MILL] and contexts.words.tolist() == [17, 5]
    assert questions.question_id.tolist() == [f"mine-000{c}-q0{q}" for c, q in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))]
    assert questions.answer_type.tolist() == ["Creature", "Person", "Thing", "Thing", "Thing"]
    assert questions.question_type.tolist()[:2] == ["standard", "manipulated"]
    assert questions.direction.tolist()[:2] == ["forward", "reverse"]
    assert questions.hop.tolist() == [0, 1, 0, 0, 0]
    assert questions.altered.tolist() == [False, False, True, False, False]
    assert list(questions.answers[2]) == list(UNKNOWN) and list(questions.answers[0]) == ["bees"]
    told = [
        [text[s["start"] : s["end"]] for s in row.evidence]
        for text, row in zip(
            questions.context_id.map(contexts.set_index("context_id").passage), questions.itertuples(), strict=True
        )
    ]
    assert told == [["bees"], ["Tam Tolland", "Tam Tolland"], [], ["1911", "The mill"], []]
    entities = [[(e["form"], e["type"]) for e in found] for found in contexts.entities]
    assert entities == [[("bees", "Creature"), *[("Tam Tolland", "Person")] * 2], [("1911", "Thing")]]


def test_what_is_not_found_and_not_used_is_counted(source, tmp_path):
    assert run(source, tmp_path / "out").stdout.splitlines() == [
        *(["not read: notes.txt", "not read: older"] if source.is_dir() else []),
        "not used: source, in 1 rows",
        "spans that hold no accepted answer: 1",
        "2 contexts, 5 questions, 1 of them altered",
        "evidence: 1 given, 2 found by exact match, 1 not found",
    ]


def test_the_form_of_the_files_changes_nothing(tmp_path):
    for name, path in (
        ("a", write_jsonl(tmp_path / "a.jsonl", ROWS)),
        ("b", write_parquet(tmp_path / "b.parquet", ROWS)),
    ):
        run(path, tmp_path / name)
    for table in ("contexts", "questions"):
        assert (tmp_path / f"a/{table}.parquet").read_bytes() == (tmp_path / f"b/{table}.parquet").read_bytes()


def test_ids_of_ones_own(tmp_path):
    rows = [
        {"context": MILL, "question": "Q", "answers": "mill", "context_id": 7, "question_id": "first"},
        {"context": MILL, "question": "Q", "answers": "mill", "context_id": "eight"},
        {"context": MILL, "question": "Q", "answers": "mill"},
    ]
    data = read_jsonl("mine", write_jsonl(tmp_path / "rows.jsonl", rows))
    assert data.problems == []
    assert list(data.contexts) == ["mine-7", "mine-eight", "mine-0000"]
    assert [q.name for c in data.contexts.values() for q in c.questions] == (
        ["mine-first", "mine-eight-q00", "mine-0000-q00"]
    )


def test_a_number_is_no_name_that_another_row_gives(tmp_path):
    rows = [
        {"context": MILL, "question": "Q", "answers": "mill"},
        {"context": BEES, "question": "Q", "answers": "bees", "context_id": "0000", "question_id": "0001-q00"},
        {"context": MILL, "question": "R", "answers": "mill"},
    ]
    data = read_jsonl("mine", write_jsonl(tmp_path / "rows.jsonl", rows))
    assert data.problems == []
    assert {c.name: [q.name for q in c.questions] for c in data.contexts.values()} == {
        "mine-0001": ["mine-0001-q01", "mine-0001-q02"],
        "mine-0000": ["mine-0001-q00"],
    }


ROW = {"context": MILL, "question": "What closed?", "answers": ["mill"]}
WRONG = {
    "no mapping": ([1], "must be a mapping (got [1])"),
    "no question": ({"question": None}, "question: is missing"),
    "blank context": ({"context": " \n"}, "context: must not be blank (got ' \\n')"),
    "no answers": ({"answers": []}, "answers: is missing"),
    "answer without a word": (
        {"answers": ["mill", "the"]},
        "answers.1: must have a word other than an article (got 'the')",
    ),
    "answer that is no text": ({"answers": [1911]}, "answers.0: must be a text (got 1911), did you mean it in quotes?"),
    "key with a slip": ({"answer": "mill"}, "answer: unknown key, did you mean 'answers'?"),
    "unknown type": (
        {"answer_type": "place"},
        "answer_type: must be 'Person', 'Thing', 'Organization', 'Creature', 'Location', 'Numerals', 'Date/Time' or "
        "'Event' (got 'place')",
    ),
    "negative hop": ({"hop": -1}, "hop: must be greater than or equal to 0 (got -1)"),
    "truth value in words": ({"altered": "no"}, "altered: must be true or false (got 'no')"),
    "span of one": ({"spans": [[1]]}, "spans.0: must be [start, end) (got [1])"),
    "span beyond the end": (
        {"spans": [[0, 3], [19, 25]]},
        "spans.1: must be [start, end) around a text of the context, which has 24 characters (got [19, 25])",
    ),
    "span of a space": (
        {"spans": [[3, 4]]},
        "spans.0: must be [start, end) around a text of the context, which has 24 characters (got [3, 4])",
    ),
    "answers where altered": (
        {"altered": True},
        "answers: must be left out where altered is true: nothing in the context answers it",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_is_named_with_its_line(tmp_path, case):
    change, message = WRONG[case]
    wrong = {**ROW, **change} if isinstance(change, dict) else change
    path = write_jsonl(tmp_path / "rows.jsonl", [ROW, wrong, ROW])
    assert read_jsonl("mine", path).problems == [f"{path}:2: {message}"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "is not JSON: Expecting property name enclosed in double quotes"),
        (b'{"context": "\xff"}', "is not UTF-8 (byte 0xff)"),
        (b"[" * 100_000, "is not JSON: maximum recursion depth exceeded"),
        (b"1" * 5000, "is not JSON: Exceeds the limit"),
    ],
)
def test_a_line_that_is_no_json(tmp_path, line, message):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROW).encode() + b"\n\n" + line + b"\n")
    (found,) = read_jsonl("mine", path).problems
    assert found.startswith(f"{path}:3: {message}")


def test_rows_that_contradict_each_other(tmp_path):
    first = {**ROW, "context_id": "a", "question_id": "q"}
    path = write_jsonl(tmp_path / "rows.jsonl", [first, {**ROW, "context": BEES, "context_id": "a"}, first])
    assert read_jsonl("mine", path).problems == [
        f"{path}:2: context_id: has another context at {path}:1 (got 'a')",
        f"{path}:3: question_id: is that of {path}:1, too (got 'q')",
    ]


def test_an_empty_file_holds_no_row(tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [])
    assert read_jsonl("mine", path).problems == [f"{path}: holds no row"]


def test_all_wrong_rows_end_the_job_at_once_with_status_2(tmp_path):
    wrong = [{**ROWS[0], "question": None}, ROWS[1], {**ROWS[3], "spans": [[9, 99]]}]
    (tmp_path / "rows").mkdir()
    table = write_parquet(tmp_path / "rows/a.parquet", wrong)
    lines = write_jsonl(tmp_path / "rows/b.jsonl", [{**ROW, "hop": "one"}])
    broken = tmp_path / "rows/c.parquet"
    broken.write_text("no table")
    done = run(tmp_path / "rows", tmp_path / "out")
    assert done.returncode == 2 and done.stdout == ""
    found = done.stderr.splitlines()
    assert found[:3] == [
        f"{table}: row 1: question: is missing",
        f"{table}: row 3: spans.0: must be [start, end) around a text of the context, which has 24 characters "
        "(got [9, 99])",
        f"{lines}:1: hop: must be a whole number (got 'one')",
    ]
    assert len(found) == 4 and found[3].startswith(f"{broken}: cannot be read: ")
    assert not (tmp_path / "out").exists()


def test_an_answer_is_found_as_whole_words_and_by_its_first_form_that_is_there():
    assert occurrences("An art party of art.", ["art"]) == [(3, 6), (16, 19)]
    assert occurrences("Tam and Mira.", ["Tam Tolland", "Mira", "Tam"]) == [(8, 12)]
    assert occurrences("It cost 3.5 (or 3.50).", ["3.5"]) == [(8, 11)]
    assert occurrences("Nothing.", ["no"]) == []


def test_the_page_shows_every_key_and_its_example_is_right(tmp_path):
    page = (HOME / "docs/own-dataset.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(Row.model_fields)
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "example.jsonl").write_text(example, encoding="utf-8")
    data = read_jsonl("letters", tmp_path / "example.jsonl")
    assert data.problems == [] and not data.unused
    for context in data.contexts.values():
        for question in context.questions:
            if not question.row.altered:
                spans = question.row.spans or occurrences(context.text, question.row.accepted)
                assert spans and all(context.text[start:end] in question.row.accepted for start, end in spans)


def test_files_of_a_folder_are_read_by_name(tmp_path):
    for name in ("b.jsonl", "a.parquet", "c.csv", ".x.jsonl"):
        (tmp_path / name).touch()
    assert [path.name for path in files(tmp_path)] == ["a.parquet", "b.jsonl"]
    assert files(tmp_path / "b.jsonl") == [tmp_path / "b.jsonl"] and files(tmp_path / "c.csv") == []
