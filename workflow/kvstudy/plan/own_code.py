"""The code of presses that are not kvpress's: no lock file pins it, so the cells that it compresses carry its hash."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from grimp.exceptions import SourceSyntaxError

from kvstudy.config.presses import module_file
from kvstudy.plan.fingerprint import DIGITS, modules


def own_code(policy: dict) -> str | None:
    """Hash of the source of a policy's own presses, nested ones included.

    Parameters
    ----------
    policy : dict
        `{"press": class name or dotted path, "arguments": {...}}`.

    Returns
    -------
    str or None
        16 hex digits over the module of every dotted path and what that module imports from its own package; None when
        all presses are kvpress's, whose version is locked.
    """
    files = {name: path for module in own_modules(policy) for name, path in sources(module).items()}
    if not files:
        return None
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}" for name, path in sorted(files.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:DIGITS]


def own_modules(value: object) -> Iterator[str]:
    """The modules of the dotted paths in a policy, at any depth."""
    if isinstance(value, dict):
        module = str(value.get("press", "")).rpartition(".")[0]
        if module and module.partition(".")[0] != "kvpress":
            yield module
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from own_modules(inner)


def sources(module: str) -> dict[str, Path]:
    """Name -> file of a module and of all that it imports from its own package.

    Where a file of the package cannot be read, and so nobody knows what imports what, it is all of the package's files.
    """
    top = module_file(module.partition(".")[0])
    if top is None:
        return {}
    if top.name != "__init__.py":
        return {module: top}
    try:
        return modules(module)
    except SourceSyntaxError:
        return {str(path.relative_to(top.parent.parent)): path for path in sorted(top.parent.rglob("*.py"))}
