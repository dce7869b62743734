"""One's own dataset: JSONL or Parquet, a row a question with its context. docs/own-dataset.md describes a row.

JSONL is checked with the config, before any job starts. Parquet is checked by the same rules in the job that reads it,
because reading it takes a package that no config needs.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from kvstudy.config.problems import Problem, hint, near, show
from kvstudy.config.wording import NOT_BLANK, dotted, problem
from kvstudy.contracts.vocabulary import ANSWER_TYPES, DIRECTIONS, QUESTION_TYPES, UNKNOWN

ALIKE = 0.8  # of an unknown key to a known one, from which it is taken for a slip
ARTICLES = re.compile(r"\b(a|an|the)\b", re.IGNORECASE)


def _has_a_word(answer: str) -> str:
    if not any(map(str.isalnum, ARTICLES.sub(" ", answer))):
        raise PydanticCustomError("no_word", "must have a word other than an article")
    return answer


def _is_a_pair(span: list[int]) -> list[int]:
    if len(span) != 2:
        raise PydanticCustomError("no_pair", "must be [start, end)")
    return span


Text = Annotated[str, Field(pattern=NOT_BLANK)]
Name = Annotated[Text, BeforeValidator(lambda value: str(value) if type(value) is int else value)]
Answer = Annotated[str, AfterValidator(_has_a_word)]
Answers = Annotated[list[Answer], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
Span = Annotated[list[int], AfterValidator(_is_a_pair)]


class Row(BaseModel):
    """One question with its context, as a file holds it."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    context: Text
    question: Text
    answers: Answers = []
    spans: list[Span] | None = None
    context_id: Name | None = None
    question_id: Name | None = None
    answer_type: Literal[ANSWER_TYPES] = "Thing"
    question_type: Literal[QUESTION_TYPES] = "standard"
    direction: Literal[DIRECTIONS] = "forward"
    hop: Annotated[int, Field(ge=0)] = 0
    altered: bool = False

    @property
    def accepted(self) -> tuple[str, ...]:
        """The forms in which an answer is accepted."""
        return UNKNOWN if self.altered else tuple(self.answers)


@dataclass(frozen=True)
class Question:
    """A row under the name it has in the study."""

    name: str
    row: Row
    place: str


@dataclass(frozen=True)
class Context:
    """A context with its questions, in the order of the files."""

    name: str
    text: str
    place: str
    questions: list[Question] = field(default_factory=list)


@dataclass
class Data:
    """What the rows say, as far as they are right, and what is wrong with the others.

    Parameters
    ----------
    dataset : str
        Its name, with which the names of contexts and questions begin.
    contexts : dict of str to Context
    problems : list of str
        One line each, with file and row.
    unused : dict of str to int
        Keys that mean nothing here, with the number of rows that have them.
    """

    dataset: str
    contexts: dict[str, Context] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unused: dict[str, int] = field(default_factory=dict)
    _rows: list[tuple[str, Row]] = field(default_factory=list)
    _questions: dict[str, str] = field(default_factory=dict)

    def add(self, place: str, values: Any) -> None:
        """Take one row; what is left empty is as if it were not there. `settle` puts it where it belongs."""
        if not isinstance(values, dict):
            self.problems.append(f"{place}: must be a mapping (got {show(values)})")
            return
        values = {key: value for key, value in values.items() if value is not None}
        found = list(self._strange_keys(values))
        if not (values.get("answers") or values.get("altered")):
            found.append(Problem(("answers",), "is missing"))
        try:
            row = Row.model_validate(values)
        except ValidationError as error:
            found += [problem(e, e["loc"]) for e in error.errors()]
        else:
            found += _contradictions(row)
            if not found:
                self._rows.append((place, row))
        self._refuse(place, found)

    def settle(self) -> None:
        """Name the rows' contexts and questions: no number is a name that any row gives, wherever that row stands."""
        contexts = {row.context_id for _, row in self._rows}
        questions = {row.question_id for _, row in self._rows}
        numbers = (number for number in map("{:04d}".format, count()) if number not in contexts)
        unnamed: dict[str, str] = {}
        for place, row in self._rows:
            if not row.context_id and row.context not in unnamed:
                unnamed[row.context] = next(numbers)
            self._refuse(place, self._keep(place, row, row.context_id or unnamed[row.context], questions))

    def _refuse(self, place: str, found: Iterable[Problem]) -> None:
        self.problems += [f"{place}: {dotted(p.location)}: {p.message}" for p in found]

    def _strange_keys(self, values: dict) -> Iterator[Problem]:
        """Keys that are none of a row's: refused where one is nearly right, otherwise counted."""
        for key in (key for key in values if key not in Row.model_fields):
            if near(key, Row.model_fields, ALIKE):
                yield Problem((key,), f"unknown key{hint(key, Row.model_fields)}")
            else:
                self.unused[key] = self.unused.get(key, 0) + 1

    def _keep(self, place: str, row: Row, name: str, given: set[str | None]) -> Iterator[Problem]:
        """Put the row into the context of this name; `given` holds the names that rows give to questions."""
        context = self.contexts.setdefault(
            f"{self.dataset}-{name}", Context(f"{self.dataset}-{name}", row.context, place)
        )
        if context.text != row.context:
            yield Problem(("context_id",), f"has another context at {context.place} (got {show(row.context_id)})")
            return
        numbers = (f"{name}-q{number:02d}" for number in count(len(context.questions)))
        free = (n for n in numbers if n not in given and f"{self.dataset}-{n}" not in self._questions)
        question = Question(f"{self.dataset}-{row.question_id or next(free)}", row, place)
        first = self._questions.setdefault(question.name, place)
        if first != place:
            yield Problem(("question_id",), f"is that of {first}, too (got {show(row.question_id)})")
        context.questions.append(question)


def files(path: Path | str, endings: tuple[str, ...] = (".jsonl", ".parquet")) -> list[Path]:
    """The files of a dataset in the order in which they are read: the file itself, or those of the folder by name."""
    path = Path(path)
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in found if file.is_file() and file.suffix in endings and not file.name.startswith(".")]


def jsonl(file: Path) -> Iterator[tuple[str, Any]]:
    """(file:line, row) of every line that is not blank; a row that is no JSON is a ValueError."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{file}:{number}", _decoded(line)


def read(dataset: str, path: Path | str, readers: dict[str, Callable[[Path], Iterator[tuple[str, Any]]]]) -> Data:
    """Read the files that there is a reader for, by their ending."""
    data, readable = Data(dataset), files(path, tuple(readers))
    for file in readable:
        try:
            for place, values in readers[file.suffix](file):
                if isinstance(values, ValueError):
                    data.problems.append(f"{place}: {values}")
                else:
                    data.add(place, values)
        except OSError as error:
            data.problems.append(f"{file}: cannot be read: {error.strerror or error}")
    data.settle()
    if readable == files(path) and not (data.contexts or data.problems):
        data.problems.append(f"{path}: holds no row")
    return data


def read_jsonl(dataset: str, path: Path | str) -> Data:
    """What can be read with the config."""
    return read(dataset, path, {".jsonl": jsonl})


def _decoded(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return ValueError(f"is not UTF-8 (byte {error.object[error.start]:#04x})")
    except json.JSONDecodeError as error:
        return ValueError(f"is not JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:  # a number or a depth that Python cannot hold
        return ValueError(f"is not JSON: {error}")


def _contradictions(row: Row) -> Iterator[Problem]:
    """What is wrong between the values of a row, each of them right by itself."""
    if row.altered:
        for key in ("answers", "spans"):
            if getattr(row, key):
                yield Problem((key,), "must be left out where altered is true: nothing in the context answers it")
        return
    for index, (start, end) in enumerate(row.spans or ()):
        if not (0 <= start < end <= len(row.context) and row.context[start:end].strip()):
            message = f"must be [start, end) around a text of the context, which has {len(row.context)} characters"
            yield Problem(("spans", index), f"{message} (got {show([start, end])})")
