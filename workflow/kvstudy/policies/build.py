"""Make a press from its description in the config."""

import importlib
import sys

import kvpress
from kvpress import BasePress


def build(policy: dict, ratio: float) -> BasePress:
    """The press that a policy describes, at one compression ratio.

    Parameters
    ----------
    policy : dict
        `{"press": class name, "arguments": {...}}`; an argument may itself be such a description. The name is one of
        kvpress's, or the dotted path of a class of the user's.
    ratio : float
        Fraction of the compressed region's KV entries to remove, 0 < ratio < 1.
    """
    press = construct(policy)
    press.compression_ratio = ratio
    return press


def build_or_exit(policy: dict, ratio: float) -> BasePress:
    """The press; exits with one line when it refuses its arguments, which only it can judge."""
    try:
        return build(policy, ratio)
    except Exception as error:
        sys.exit(f"{policy['press']} refuses its arguments: {type(error).__name__}: {error}")


def construct(policy: dict) -> BasePress:
    """The press without its ratio, its inner presses made first."""
    name, arguments = policy["press"], policy.get("arguments", {})
    made = {k: construct(v) if isinstance(v, dict) and "press" in v else v for k, v in arguments.items()}
    return press_class(name)(**made)


def press_class(name: str) -> type[BasePress]:
    """kvpress's class of that name, or the class at a dotted path."""
    if "." in name:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)
    return getattr(kvpress, name)
