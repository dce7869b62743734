"""A problem in a config file: where it is and what it is."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    location : tuple of str or int
        Keys and list indices from the top of the file.
    message : str
        What is wrong, with the value, without the place.
    at_key : bool
        Whether the key is wrong rather than its value.
    """

    location: Location
    message: str
    at_key: bool = False


class ConfigError(ValueError):
    """A config file that cannot be used; `lines` holds one line of text a problem."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


def show(value: Any) -> str:
    """The value as it is quoted in a message, at most 60 characters."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def near(word: Any, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant; the larger `cutoff`, 0..1, the more alike the two must be."""
    return next(iter(difflib.get_close_matches(str(word), list(known), n=1, cutoff=cutoff)), None)


def hint(word: Any, known: Iterable[str]) -> str:
    """`, did you mean 'x'?` for the nearest known word, or the known words when none is near."""
    known = list(known)
    found = near(word, known)
    if found:
        return f", did you mean {found!r}?"
    return f", known are {', '.join(sorted(known))}" if 0 < len(known) <= 12 else ""


def line_of(root: yaml.Node, location: Location, at_key: bool = False) -> int:
    """Line, from 1, of the value at `location` (or of its key); of its parent where the file has no such value."""
    node, line = root, root.start_mark.line + 1
    for depth, part in enumerate(location):
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if _names(k, part)]
            if not found:
                return line
            key, node = found[-1]  # of a repeated key YAML takes the last
            last = depth == len(location) - 1
            line = (key if at_key or not last or not isinstance(node, yaml.ScalarNode) else node).start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _names(key: yaml.Node, part: str | int) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.value == str(part)
