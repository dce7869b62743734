"""pydantic's errors in this project's words."""

from collections.abc import Iterable
from typing import Any

from kvstudy.config.keys.strict import DATASET_SLUG, MODEL_SLUG, NOT_BLANK, SLUG
from kvstudy.config.problems import Location, Problem, hint, show
from kvstudy.contracts.vocabulary import VARIANTS

PATTERNS = {
    SLUG: "must be made of a-z, 0-9 and dashes, and start with a letter or digit",
    DATASET_SLUG: "must be made of a-z, 0-9, dashes and underscores, and start with a letter or digit",
    MODEL_SLUG: "must be made of a-z, 0-9, dashes and single dots, and start with a letter or digit",
    NOT_BLANK: "must not be blank",
    r"^[0-9a-f]{40}$": "must be a commit of 40 hex digits",
    r"^[\w.-]+/[\w.-]+$": "must be organisation/name",
    r"^[A-Za-z_]\w*$": "must be the import name of a package",
    r"\.gguf$": "must end in .gguf",
}
TYPES = {
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "finite_number": "must be a finite number",
    "string_type": "must be a text",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
}


def problem(error: dict[str, Any], location: Location, known: Iterable[str] = ()) -> Problem:
    """One pydantic error.

    Parameters
    ----------
    error : dict
        An item of `ValidationError.errors()`.
    location : tuple
        Where it is, as the user wrote it.
    known : iterable of str
        For an unknown key or name, those that might have been meant.
    """
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    at_key = kind in ("extra_forbidden", "unknown_dataset") or error["loc"][-1:] == ("[key]",)
    if kind == "extra_forbidden":
        return Problem(location, f"unknown key{hint(location[-1], known)}", at_key)
    if kind == "unknown_variant":
        return Problem(location, f"is no variant (got {show(value)}){hint(value, VARIANTS)}")
    if kind == "unknown_dataset":
        near = hint(location[-1], known)
        return Problem(location, f"no dataset of this name is generated, and your own needs a path{near}", at_key)
    if kind == "missing":
        return Problem(location, "is missing")
    if kind == "literal_error":
        allowed = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return Problem(location, f"must be {context['expected']} (got {show(value)}){_near(value, allowed)}")
    if kind == "string_pattern_mismatch":
        return Problem(location, f"{PATTERNS[context['pattern']]} (got {show(value)})", at_key)
    if kind in TYPES:
        return Problem(location, f"{TYPES[kind]} (got {show(value)}){_quoted(kind, value)}", at_key)
    if kind == "too_short":
        return Problem(location, f"must not be empty (got {show(value)})")
    words = (
        error["msg"]
        .replace("Input should be", "must be")
        .replace("String should", "must")
        .replace("List should", "must")
    )
    return Problem(location, f"{words} (got {show(value)})", at_key)


def dotted(location: Location) -> str:
    """The location as one word."""
    return ".".join(str(part) for part in location)


def _near(value: Any, allowed: list[str]) -> str:
    found = hint(value, allowed)
    return found if "did you mean" in found else ""


def _quoted(kind: str, value: Any) -> str:
    """Why a value that looks right is not: YAML's own reading of plain words."""
    if isinstance(value, str) and kind in ("int_type", "float_type"):
        try:
            return f", did you mean {float(value):g} without quotes?"
        except ValueError:
            return ""
    if kind == "string_type" and value is not None and not isinstance(value, list | dict):
        return ", did you mean it in quotes?"
    return ""
