"""Rows of the instructions experiment: system messages with verifiable instructions, and a user's request.

A row has the shape of S-IFEval (arXiv 2502.12197): `key`, `prompt`, `instruction_id_list`, `kwargs`, `messages` (one
of the system, one of the user). IFEval's own rows (arXiv 2311.07911) have no messages, and kwargs that are filled up
with nulls; both are taken. `directives`, which is kvstudy's own, says which words of the system message state which
instruction: one text an instruction, which joined by spaces are the message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model
from pydantic_core import PydanticCustomError

from kvstudy.config.own import files, jsonl
from kvstudy.config.problems import Location, Problem, hint, near, show
from kvstudy.config.wording import NOT_BLANK, dotted, problem
from kvstudy.contracts.installation import PROMPT_TEXTS, RESOURCES
from kvstudy.contracts.instruction_classes import (
    COUNT,
    INSTRUCTIONS,
    LANGUAGE,
    LANGUAGES,
    LETTER,
    PATTERN,
    PATTERNS,
    RELATION,
    RELATIONS,
    TEXT,
)

OWN = Path("instructions/rows.jsonl")  # below the resources
COUNTED = {  # class -> what takes a token each, or more; how many are asked for, and in which relation
    "change_case:capital_word_frequency": ("words in capitals", "capital_frequency", "capital_relation"),
    "detectable_content:number_placeholders": ("placeholders", "num_placeholders", None),
    "detectable_format:multiple_sections": ("sections", "num_sections", None),
    "detectable_format:number_bullet_lists": ("bullets", "num_bullets", None),
    "detectable_format:number_highlighted_sections": ("highlights", "num_highlights", None),
    "length_constraints:nth_paragraph_first_word": ("paragraphs", "num_paragraphs", None),
    "length_constraints:number_paragraphs": ("paragraphs", "num_paragraphs", None),
    "length_constraints:number_sentences": ("sentences", "num_sentences", "relation"),
    "length_constraints:number_words": ("words", "num_words", "relation"),
}
REPEATED = {  # class -> what of the words that it is told must stand in a response
    "combination:repeat_prompt": ("a repeated prompt", "prompt_to_repeat"),
    "startend:end_checker": ("an end phrase", "end_phrase"),
}
LESS, _ = RELATIONS
NONE = "none follows"
ALIKE = 0.8  # of an unknown key to a known one, from which it is taken for a slip
STRICT = ConfigDict(extra="ignore", strict=True, frozen=True)


SEARCHED = {  # what is told -> the regular expression that its checker makes of it
    "forbidden_words": r"\b{}\b".format,
    "keyword": str,
    "keywords": str,
    "postscript_marker": lambda text: rf"\s*{text.lower()}.*$",
    "section_spliter": r"\s?{}\s?\d+\s?".format,
}


def _searchable(told: str, text: str) -> str:
    searched = SEARCHED[told](text)
    try:
        re.compile(searched)
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        message = "must be a regular expression: {why}, in {searched}, which is searched for"
        raise PydanticCustomError("no_pattern", message, {"why": str(error), "searched": show(searched)}) from None
    return text


Filled = Annotated[str, StringConstraints(pattern=NOT_BLANK)]
Text = Annotated[Filled, StringConstraints(strip_whitespace=True)]  # as chat templates strip a turn
KINDS = {
    COUNT: Annotated[int, Field(ge=0)],
    RELATION: Literal[RELATIONS],
    LETTER: Annotated[Filled, Field(min_length=1, max_length=1)],
    LANGUAGE: Literal[LANGUAGES],
    TEXT: Text,
    PATTERN: Text,  # the checkers strip it
    PATTERNS: Filled,  # and do not strip these
}


class Message(BaseModel):
    """One turn of the conversation."""

    model_config = STRICT

    role: str
    content: Text


class Row(BaseModel):
    """One system message with its instructions and the user's request, as a file holds it."""

    model_config = STRICT

    key: Annotated[int, Field(ge=0)]
    prompt: Text
    instruction_id_list: Annotated[list[str], Field(min_length=1)]
    kwargs: list[dict[str, Any]]
    messages: list[Message] | None = None
    directives: list[Text] | None = None

    @property
    def system(self) -> str:
        """What the system is told to do: its message; without messages the whole prompt."""
        return self.messages[0].content if self.messages else self.prompt

    @property
    def user(self) -> str | None:
        """What the user asks for; None where the prompt holds it, too."""
        return self.messages[1].content if self.messages else None


@dataclass
class Rows:
    """The rows that are right, and what is wrong with the others.

    Parameters
    ----------
    rows : list of Row
        In the order of the files.
    problems : list of str
        One line each, with file and line.
    """

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _places: dict[int, str] = field(default_factory=dict)

    def add(self, place: str, values: Any) -> None:
        """Take one row; what is null is as if it were not there."""
        if not isinstance(values, dict):
            self.problems.append(f"{place}: must be a mapping (got {show(values)})")
            return
        values = _without_nulls(values)
        found = [
            Problem((key,), f"unknown key{hint(key, Row.model_fields)}")
            for key in values
            if key not in Row.model_fields and near(key, Row.model_fields, ALIKE)
        ]
        try:
            row = Row.model_validate(values)
        except ValidationError as error:
            found += [problem(e, e["loc"]) for e in error.errors()]
        else:
            found += [*_contradictions(row), *self._taken(place, row)]
            if not found:
                self.rows.append(row)
        self.problems += [f"{place}: {dotted(p.location)}: {p.message}" for p in found]

    def decided(self, first: int | None, tokens: int) -> Iterator[str]:
        """The instructions of the `first` rows that all or no responses of so many tokens follow, a line each."""
        for row in self.rows[:first]:
            for index, (name, kwargs) in enumerate(zip(row.instruction_id_list, row.kwargs, strict=True)):
                asked, count, what, outcome = _counted(name, kwargs)
                if count > tokens:
                    yield (
                        f"{self._places[row.key]}: kwargs.{index}: asks for {asked}; a response has {tokens} tokens at "
                        f"most (max_new_tokens), and no more {what}: {outcome}"
                    )

    def _taken(self, place: str, row: Row) -> Iterator[Problem]:
        first = self._places.setdefault(row.key, place)
        if first != place:
            yield Problem(("key",), f"is that of {first}, too (got {row.key})")


def attacks() -> list[str]:
    """The kinds of attack that there are texts for."""
    return list(yaml.safe_load((RESOURCES / PROMPT_TEXTS).read_text(encoding="utf-8"))["attacks"])


def read(path: Path | str) -> Rows:
    """Read a JSONL file, or those of a folder by name."""
    rows, found = Rows(), files(path, (".jsonl",))
    for file in found:
        try:
            rows_of_file = list(jsonl(file))
        except OSError as error:
            rows.problems.append(f"{file}: cannot be read: {error.strerror or error}")
            continue
        for place, values in rows_of_file:
            if isinstance(values, ValueError):
                rows.problems.append(f"{place}: {values}")
            else:
                rows.add(place, values)
    if not (rows.rows or rows.problems):
        rows.problems.append(f"{path}: holds no row")
    return rows


def _counted(name: str, kwargs: dict) -> tuple[str, int, str, str]:
    """What is asked for, how many of what that is, and which responses of fewer tokens follow it."""
    if name in COUNTED:
        what, count, related = COUNTED[name]
        relation = f"{kwargs[related]} " if related else ""
        outcome = "all but blank ones follow" if related and kwargs[related] == LESS else NONE
        return f"{relation}{kwargs[count]} {what}", kwargs[count], what, outcome
    if name in REPEATED:
        what, text = REPEATED[name]
        words = len(re.findall(r"\w+", kwargs[text]))
        return f"{what} of {words} words", words, "words", NONE
    return "", 0, "", ""


def _without_nulls(values: dict) -> dict:
    """The row without what is null, in its kwargs too."""
    values = {key: value for key, value in values.items() if value is not None}
    if isinstance(values.get("kwargs"), list):
        values["kwargs"] = [
            {key: value for key, value in each.items() if value is not None} if isinstance(each, dict) else each
            for each in values["kwargs"]
        ]
    return values


def _contradictions(row: Row) -> Iterator[Problem]:
    """What is wrong between the values of a row, each of them right by itself."""
    count = len(row.instruction_id_list)
    for index, name in enumerate(row.instruction_id_list):
        if name not in INSTRUCTIONS:
            message = f"is no instruction class{hint(name, INSTRUCTIONS)} (got {show(name)})"
            yield Problem(("instruction_id_list", index), message)
    if len(row.kwargs) != count:
        yield Problem(("kwargs",), f"must have one mapping for each of {count} instructions (got {len(row.kwargs)})")
    for index, (name, kwargs) in enumerate(zip(row.instruction_id_list, row.kwargs, strict=False)):
        if name in INSTRUCTIONS:
            yield from _wrong_kwargs(name, kwargs, ("kwargs", index))
    if row.messages is not None and [message.role for message in row.messages] != ["system", "user"]:
        roles = show([message.role for message in row.messages])
        yield Problem(("messages",), f"must be one of the system and one of the user, in this order (got {roles})")
    elif row.directives is not None:
        yield from _wrong_directives(row, count)


def _wrong_directives(row: Row, count: int) -> Iterator[Problem]:
    if len(row.directives) != count:
        yield Problem(("directives",), f"must be one text for each of {count} instructions (got {len(row.directives)})")
    elif row.messages is None or " ".join(row.directives) != row.system:
        yield Problem(("directives",), f"must, joined by spaces, be the system message (got {show(row.directives)})")


def _wrong_kwargs(name: str, kwargs: dict, location: Location) -> Iterator[Problem]:
    """What an instruction is told, against what its class takes."""
    try:
        _arguments(name).model_validate(kwargs)
    except ValidationError as error:
        yield from (problem(e, (*location, *e["loc"]), INSTRUCTIONS[name]) for e in error.errors())
        return
    nth = kwargs.get("nth_paragraph")
    if nth is not None and not 1 <= nth <= kwargs["num_paragraphs"]:
        message = f"must be from 1 to num_paragraphs, here {kwargs['num_paragraphs']} (got {nth})"
        yield Problem((*location, "nth_paragraph"), message)


@cache
def _arguments(name: str) -> type[BaseModel]:
    """The model of one instruction class's kwargs."""
    fields = {told: (_type(told, kind), ...) for told, kind in INSTRUCTIONS[name].items()}
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def _type(told: str, kind: str) -> Any:
    """The type of one of the kwargs."""
    one = KINDS[kind]
    if told in SEARCHED:
        one = Annotated[one, AfterValidator(partial(_searchable, told))]
    return Annotated[list[one], Field(min_length=1)] if kind == PATTERNS else one
