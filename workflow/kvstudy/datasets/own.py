"""Bring one's own dataset into the two tables: python -m kvstudy.datasets.own --dataset NAME --path PATH --out DIR.

Where a row gives no spans, the evidence is every place where the context holds the answer word for word: the first of
the accepted forms that it holds at all. A question with none of them in its context keeps no evidence; the last line
that is printed counts these. The entities of a context are the answers to all its questions, wherever it holds them:
what could be answered instead.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kvstudy.config.load import refuse
from kvstudy.config.own import Context, Data, Question, Row, files, jsonl, read
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS, Span


def main() -> None:
    """Write contexts.parquet and questions.parquet into the folder `out`, or every wrong row to standard error."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.datasets.own", description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", required=True, help="its name in the study")
    parser.add_argument("--path", required=True, type=Path, help="JSONL or Parquet file, or a folder of them")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    data = read(arguments.dataset, arguments.path, {".jsonl": jsonl, ".parquet": parquet})
    if data.problems:
        refuse(data.problems)
    contexts, questions = [], []
    for context in data.contexts.values():
        contexts.append(context_row(context, arguments.dataset))
        questions += [question_row(question, context, arguments.dataset) for question in context.questions]
    CONTEXTS.write(contexts, arguments.out / "contexts.parquet")
    QUESTIONS.write(questions, arguments.out / "questions.parquet")
    for name in skipped(arguments.path):
        print(f"not read: {name}")
    report(data, questions)


def parquet(file: Path) -> Iterator[tuple[str, Any]]:
    """(file: row number, row) of every row."""
    try:
        table = pq.ParquetFile(file)
        for number, row in enumerate((row for batch in table.iter_batches() for row in batch.to_pylist()), 1):
            yield f"{file}: row {number}", row
    except pa.ArrowException as error:
        yield str(file), ValueError(f"cannot be read: {error}")


def skipped(path: Path) -> list[str]:
    """What a folder holds besides the files that are read, hidden files left out."""
    found = {one for one in path.iterdir() if not one.name.startswith(".")} if path.is_dir() else set()
    return sorted(one.name for one in found.difference(files(path)))


def report(data: Data, questions: list[dict]) -> None:
    """Print what was read, and how much of it is without use or in doubt."""
    for key, count in sorted(data.unused.items()):
        print(f"not used: {key}, in {count} rows")
    found = [(question.row, context) for context in data.contexts.values() for question in context.questions]
    if doubtful := sum(elsewhere(row, context) for row, context in found):
        print(f"spans that hold no accepted answer: {doubtful}")
    asked = [row for row in questions if not row["altered"]]
    print(f"{len(data.contexts)} contexts, {len(questions)} questions, {len(questions) - len(asked)} of them altered")
    given = sum(bool(row.spans) for row, _ in found)
    unfound = sum(not row["evidence"] for row in asked)
    print(f"evidence: {given} given, {len(asked) - given - unfound} found by exact match, {unfound} not found")


def elsewhere(row: Row, context: Context) -> int:
    """How many of the row's spans hold no accepted answer."""
    return sum(not occurrences(context.text[start:end], row.accepted) for start, end in row.spans or ())


def context_row(context: Context, dataset: str) -> dict:
    """The context's row of the contexts table."""
    found = {
        (context.text[start:end], question.row.answer_type, start, end)
        for question in context.questions
        if not question.row.altered
        for start, end in occurrences(context.text, question.row.accepted)
    }
    entities = sorted(found, key=lambda entity: (entity[2:], entity[:2]))
    return {
        "context_id": context.name,
        "dataset": dataset,
        "passage": context.text,
        "words": len(context.text.split()),
        "entities": [dict(zip(("form", "type", "start", "end"), entity, strict=True)) for entity in entities],
    }


def question_row(question: Question, context: Context, dataset: str) -> dict:
    """The question's row of the questions table."""
    row = question.row
    return {
        "question_id": question.name,
        "context_id": context.name,
        "dataset": dataset,
        "question": row.question,
        "answers": list(row.accepted),
        "answer_type": row.answer_type,
        "question_type": row.question_type,
        "direction": row.direction,
        "hop": row.hop,
        "altered": row.altered,
        "bridge": [],
        "evidence": [{"start": start, "end": end} for start, end in evidence(question, context)],
    }


def evidence(question: Question, context: Context) -> list[Span]:
    """The row's own spans; without them, where the context holds an accepted answer."""
    row = question.row
    if row.altered:
        return []
    return [(start, end) for start, end in row.spans] if row.spans else occurrences(context.text, row.accepted)


def occurrences(text: str, forms: Iterable[str]) -> list[Span]:
    """Every [start, end) at which the text holds, as whole words, the first of the forms that it holds at all."""
    for form in forms:
        if found := [match.span() for match in re.finditer(rf"(?<!\w){re.escape(form.strip())}(?!\w)", text)]:
            return found
    return []


if __name__ == "__main__":
    main()
