"""What a program does, as a short text that changes when, and only when, its code changes.

Rules carry it as a parameter, so that Snakemake reruns a job whose code changed and no other.
"""

import ast
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import grimp

DIGITS = 16
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
DESCRIPTIONS = ("doc", "description")  # arguments that only say what something is


class NoSuchModule(LookupError):
    """A fingerprint of a module that the package does not have."""


def fingerprint(*names: str) -> str:
    """Hash of some modules and of every module of this package that they import, directly or not.

    Comments, layout, docstrings and the values of keyword arguments named `doc` or `description` do not count. Of a
    package that is run with `python -m`, `__main__` counts, too.

    Parameters
    ----------
    *names : str
        Dotted names, such as kvstudy.figures.f1_by_ratio.

    Returns
    -------
    str
        16 hex digits.

    Raises
    ------
    NoSuchModule
    """
    digest = hashlib.sha256()
    for name, path in modules(*names).items():
        digest.update(f"{name}\0{_code(path)}\0".encode())
    return digest.hexdigest()[:DIGITS]


def modules(*names: str) -> dict[str, Path]:
    """Name -> file of some modules of one package and of all that they import from it, sorted by name."""
    graph = _graph(names[0].partition(".")[0])
    there, found = graph.modules, set()
    waiting = [*names, *(main for name in names if (main := f"{name}.__main__") in there)]
    while waiting:
        name = waiting.pop()
        if name not in there:
            raise NoSuchModule(f"there is no module {name}")
        if name not in found:
            found.add(name)
            waiting += [*_above(name), *graph.find_modules_directly_imported_by(name)]
    return {name: _file(name) for name in sorted(found)}


def locked(lock: Path | str, packages: tuple[str, ...]) -> str:
    """The exact versions of some packages in a requirements lock: `torch==2.13.0 transformers==5.2.0`."""
    pinned = {}
    for line in Path(lock).read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and name.strip() in packages:
            pinned[name.strip()] = rest.split()[0].rstrip(";\\")
    missing = [name for name in packages if name not in pinned]
    if missing:
        raise LookupError(f"{lock} does not pin {', '.join(missing)}")
    return " ".join(f"{name}=={pinned[name]}" for name in packages)


@cache
def _code(path: Path) -> str:
    """The module's syntax tree as text, without positions, docstrings and descriptions."""
    return repr(_bare(ast.parse(path.read_bytes())))


def _bare(node: object) -> object:
    """A syntax tree as nested lists, without what does not change what the code does."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: getattr(node, name, None) for name in node._fields}
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        fields["body"] = node.body[1:]
    if isinstance(node, ast.Call):
        fields["keywords"] = [each for each in node.keywords if each.arg not in DESCRIPTIONS]
    return [type(node).__name__, *(_bare(each) for each in fields.values())]


@cache
def _graph(package: str) -> grimp.ImportGraph:
    return grimp.build_graph(package, cache_dir=None)


def _above(module: str) -> list[str]:
    """The package that a module is in, whose `__init__` is run first."""
    package = module.rpartition(".")[0]
    return [package] if package else []


def _file(module: str) -> Path:
    top, *inner = module.split(".")
    path = _root(top).joinpath(*inner)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _root(package: str) -> Path:
    return Path(importlib.util.find_spec(package).origin).parent
