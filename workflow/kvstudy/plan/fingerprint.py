"""What a program does, as a short text that changes when, and only when, its code changes.

Rules carry it as a parameter, so that Snakemake reruns a job whose code changed and no other.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

import kvstudy

DIGITS = 16


class NoSuchModule(LookupError):
    """A fingerprint of a module that the package does not have."""


def fingerprint(*names: str) -> str:
    """Hash of some modules and of every module of this package that they import, directly or not.

    Comments, layout, docstrings and the values of keyword arguments named `doc` do not count. Of a package that is run
    with `python -m`, `__main__` counts, too.

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
    return _fingerprint(names, Path(kvstudy.__file__).parent)


def modules(module: str, root: Path) -> dict[str, Path]:
    """Name -> file of a module and of all that it imports from its package, whose folder is `root`, sorted by name."""
    if _file(module, root) is None:
        raise NoSuchModule(f"there is no module {module} in {root}")
    found: dict[str, Path] = {}
    waiting = [module, f"{module}.__main__"]
    while waiting:
        name = waiting.pop()
        path = _file(name, root)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += [name.rpartition(".")[0], *_imported(name, path)]
    return dict(sorted(found.items()))


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
def _fingerprint(names: tuple[str, ...], root: Path) -> str:
    found = {name: path for module in names for name, path in modules(module, root).items()}
    digest = hashlib.sha256()
    for name, path in sorted(found.items()):
        digest.update(f"{name}\0{_code(path)}\0".encode())
    return digest.hexdigest()[:DIGITS]


@cache
def _code(path: Path) -> str:
    """The module's syntax tree as text, without positions, docstrings and `doc` arguments."""
    return ast.dump(_Bare().visit(ast.parse(path.read_bytes())))


@cache
def _file(module: str, root: Path) -> Path | None:
    package, *inner = module.split(".")
    if package != root.name:
        return None
    path = root.joinpath(*inner)
    return next((p for p in (path / "__init__.py", path.with_suffix(".py")) if p.is_file()), None)


@cache
def _imported(module: str, path: Path) -> tuple[str, ...]:
    """The names that a file imports, anywhere in it; of `from x import y` both x and x.y, as y may be a module."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(found)


class _Bare(ast.NodeTransformer):
    """Drop what does not change what the code does."""

    def _body(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _body

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Without the value of `doc=`."""
        self.generic_visit(node)
        node.keywords = [k for k in node.keywords if k.arg != "doc"]
        return node
