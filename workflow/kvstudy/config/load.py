"""Read a config file, or say everything that is wrong with it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml
from pydantic import ValidationError

from kvstudy.config import instructions, own
from kvstudy.config.checks import checks, own_paths, rows_path
from kvstudy.config.generated import GENERATED
from kvstudy.config.model import Study
from kvstudy.config.problems import ConfigError, Location, Problem, hint, line_of, show
from kvstudy.config.wording import dotted, problem
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS

TAGS = ("hub", "path", "gguf")


def load(path: Path | str) -> Study:
    """Read and check one config file.

    Raises
    ------
    ConfigError
        With every problem in the file, one line each: `file:line: path: what is wrong (value), did you mean ...`; then
        in the same form with every wrong row of one's own datasets.
    """
    root = _compose(path)
    repeated = list(_repeated_keys(root))
    try:
        content = _Loader("").construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_yaml_problem(path, error)]) from None
    except (ValueError, OverflowError) as error:  # a date or number that YAML recognises and Python cannot hold
        raise ConfigError([f"{path}:1: a value that cannot be read: {error}"]) from None
    if not isinstance(content, dict):
        raise ConfigError([f"{path}:1: a config file must be a mapping of keys to values (got {show(content)})"])
    try:
        study = Study.model_validate(content)
        problems = []
    except ValidationError as error:
        study, problems = None, [_problem(e) for e in error.errors()]
    problems = repeated + problems + list(checks(content))
    lines = _placed(path, root, problems) + list(_own_rows(content))
    if lines:
        raise ConfigError(list(dict.fromkeys(lines)))
    return study


def load_or_exit(path: Path | str, warn: bool = True) -> Study:
    """`load` and print what it warns of, or print the problems to standard error and exit with status 2."""
    try:
        study = load(path)
    except ConfigError as error:
        refuse(error.lines)
    for line in warnings(study) if warn else ():
        print(f"warning: {line}", file=sys.stderr, flush=True)
    return study


def warnings(study: Study) -> list[str]:
    """The instructions whose verdict the limit of tokens decides, of rows that are on this machine, a line each."""
    experiment = study.experiments.instructions
    if experiment is None:
        return []
    prompts = study.datasets.system_prompts
    path = rows_path({"rows": prompts.rows if prompts.rows == "own" else dict(prompts.rows)})
    return list(instructions.read(path).decided(prompts.prompts, experiment.max_new_tokens)) if path else []


def placed(path: Path | str, problems: list[Problem]) -> list[str]:
    """One line a problem of a config file that can be read, as `load` writes them."""
    return _placed(path, _compose(path), problems) if problems else []


def refuse(lines: list[str]) -> NoReturn:
    """Print the lines to standard error and exit with status 2."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)
    raise SystemExit(2)


class _Loader(yaml.SafeLoader):
    """YAML's safe types only."""


def _compose(path: Path | str) -> yaml.Node:
    """The file as YAML nodes, which know their lines."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        folder = Path(path).parent
        near = [str(p) for p in folder.glob("*.yaml")] if folder.is_dir() else []
        raise ConfigError([f"{path}: there is no such file{hint(path, near)}"]) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: is a folder, not a config file"]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8 (byte {error.object[error.start]:#04x})"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_yaml_problem(path, error)]) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise ConfigError([f"{path}:{line}: is not YAML: a character that is not allowed"]) from None
    except RecursionError:
        raise ConfigError([f"{path}:1: is nested too deeply"]) from None
    if root is None:
        raise ConfigError([f"{path}:1: is empty"])
    if _contains_itself(root, ()):
        raise ConfigError([f"{path}:1: has an anchor that contains itself"])
    return root


def _placed(path: Path | str, root: yaml.Node, problems: list[Problem]) -> list[str]:
    """The problems in the order of the file."""
    found = sorted(((line_of(root, p.location, p.at_key), p) for p in problems), key=lambda x: x[0])
    return [f"{path}:{line}: {dotted(p.location) or '(the file)'}: {p.message}" for line, p in found]


def _yaml_problem(path: Path | str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    words = " ".join(w for w in (error.context, error.problem) if w)
    return f"{path}:{mark.line + 1}: is not YAML: {words}"


def _children(node: yaml.Node) -> list[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(k.value, v) for k, v in node.value if isinstance(k, yaml.ScalarNode)]
    if isinstance(node, yaml.SequenceNode):
        return list(enumerate(node.value))
    return []


def _contains_itself(node: yaml.Node, above: tuple[int, ...]) -> bool:
    return id(node) in above or any(_contains_itself(child, (*above, id(node))) for _, child in _children(node))


def _repeated_keys(node: yaml.Node, location: Location = ()) -> Iterator[Problem]:
    """Keys that a mapping has twice, which YAML would silently take from the last."""
    first: dict[str | int, int] = {}
    for name, child in _children(node):
        if isinstance(node, yaml.MappingNode):
            if name in first:
                message = f"is given twice, at lines {first[name]} and {child.start_mark.line + 1}"
                yield Problem((*location, name), message, at_key=True)
            first.setdefault(name, child.start_mark.line + 1)
        yield from _repeated_keys(child, (*location, name))


def _own_rows(content: dict) -> Iterator[str]:
    """What is wrong in the files of one's own datasets, as far as they can be read here."""
    for name, path in own_paths(content).items():
        if own.files(path):  # else its path is what is wrong
            yield from own.read_jsonl(name, path).problems
    datasets = content.get("datasets")
    prompts = datasets.get(SYSTEM_PROMPTS) if isinstance(datasets, dict) else None
    if isinstance(prompts, dict) and (path := rows_path(prompts)):
        yield from instructions.read(path).problems


def _problem(error: dict[str, Any]) -> Problem:
    """One pydantic error, at its place in the file."""
    known = []
    if error["type"] == "extra_forbidden":
        known = _known_keys(error["loc"])
    elif error["type"] == "unknown_dataset":
        known = list(GENERATED)
    return problem(error, _in_file(error["loc"]), known)


def _known_keys(location: Location) -> list[str]:
    """The keys that the mapping which holds `location` may have."""
    schema = Study.model_json_schema()
    here = schema
    for part in location[:-1]:
        if part in TAGS and "oneOf" in here:
            here = here["oneOf"][TAGS.index(part)]
        else:
            here = here.get("properties", {}).get(part) or _any_name(here)
        if {"type": "null"} in here.get("anyOf", ()):
            here = here["anyOf"][0]
        here = schema["$defs"][here["$ref"].rpartition("/")[2]] if "$ref" in here else here
    return list(here["properties"])


def _any_name(owner: dict) -> dict:
    """What a mapping holds under a name that the user chooses."""
    return next(iter(owner.get("patternProperties", {}).values()), None) or owner["additionalProperties"]


def _in_file(location: Location) -> Location:
    """The location without pydantic's own marks: `[key]`, and which kind of source or rows it took."""
    at_source = location[:1] == ("models",) and location[2:3] == ("source",)
    if at_source or location[:3] == ("datasets", SYSTEM_PROMPTS, "rows"):
        location = location[:3] + location[4:]
    return tuple(part for part in location if part != "[key]")
