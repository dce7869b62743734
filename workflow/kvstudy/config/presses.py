"""What kvpress offers, read from its source: class names, arguments and their types.

Nothing is imported, so that a config is checked in milliseconds on a machine without torch.
"""

import ast
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = "BasePress"
SCORER = "ScorerPress"
BASES = (ROOT, SCORER)
CHOOSERS = (SCORER, "PyramidKVPress")  # whose `compress` keeps the entries of the best scores
DECODING = "DecodingPress"
PREPARATION = "update_model_and_tokenizer"  # a press with this method works with a changed tokenizer
OWN_FOLDER = "model.config.name_or_path"  # what is loaded from there is the model's own
DOWNLOADS = {
    "from_pretrained": "it needs files from the hub",
    "hf_hub_download": "it needs files from the hub",
    "requests.get": "it needs files from the network",
}


class UnknownPress(LookupError):
    """A press that does not exist, or that the study cannot run; the message is the reason."""


@dataclass(frozen=True)
class Argument:
    """One argument of a press: its name, its annotation as written, and whether it has no default."""

    name: str
    annotation: str
    required: bool


@dataclass(frozen=True)
class Press:
    """One press.

    Parameters
    ----------
    name : str
    ancestors : tuple of str
        Its own name and the names of all its base classes, nearest first.
    arguments : dict of str to Argument
        What its constructor takes, inherited ones included.
    refusal : str or None
        Why it cannot compress a context at a ratio that the study sets.
    own_passes : bool
        Whether it passes over the whole context by itself, instead of compressing layer by layer.
    scorer : bool
        Whether it scores every entry and keeps those of the best scores, so that a repair can choose in its place.
    """

    name: str
    ancestors: tuple[str, ...]
    arguments: dict[str, Argument]
    refusal: str | None
    own_passes: bool
    scorer: bool


@cache
def exported() -> tuple[str, ...]:
    """Every press that kvpress exports, its base classes left out, sorted."""
    return tuple(sorted(n for n in _imports("kvpress") if n.endswith("Press") and n not in BASES))


@cache
def names() -> tuple[str, ...]:
    """The presses that kvpress exports and that can be studied, sorted."""
    return tuple(name for name in exported() if press(name).refusal is None)


@cache
def press(name: str) -> Press:
    """Read one press.

    Parameters
    ----------
    name : str
        A class that kvpress exports, or the dotted path of a class in any module on the path.

    Raises
    ------
    UnknownPress
        There is no such class, or it is not a press.
    """
    module, _, short = name.rpartition(".")
    found = _ancestry(module or "kvpress", short)
    chain = [node for _, node in found]
    if not chain:
        if module_file("kvpress") is None:
            raise UnknownPress("cannot be checked: kvpress is not installed here")
        raise UnknownPress("is not a press of kvpress" if not module else f"no class {short} in a module {module}")
    ancestors = tuple(node.name for node in chain)
    if ROOT not in ancestors:
        raise UnknownPress(f"is not a press: it does not derive from kvpress.{ROOT}")
    if short in BASES:
        raise UnknownPress("is a base class; it scores nothing")
    arguments = _arguments(chain)
    own = [node for node in chain if node.name != ROOT]
    chooser = next((node.name for node in chain if "compress" in _methods([node])), None)
    scorer = SCORER in ancestors and chooser in CHOOSERS
    return Press(short, ancestors, arguments, _refusal(found, arguments), "__call__" in _methods(own), scorer)


@cache
def module_file(name: str) -> Path | None:
    """The source file of a module, found without importing it or its parents."""
    top, *inner = name.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    if not inner:
        return Path(spec.origin)
    if not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]).joinpath(*inner)
    return next((p for p in (path / "__init__.py", path.with_suffix(".py")) if p.is_file()), None)


@cache
def _tree(path: Path | None) -> ast.Module:
    try:
        return ast.parse(path.read_bytes()) if path else ast.Module([], [])
    except (SyntaxError, ValueError, OSError):
        return ast.Module([], [])


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """Name in this module -> (module, name there), of every `from module import name`."""
    path = module_file(module)
    found = [n for n in _tree(path).body if isinstance(n, ast.ImportFrom)]
    return {a.asname or a.name: (_origin(n, module, path), a.name) for n in found for a in n.names}


def _origin(node: ast.ImportFrom, module: str, path: Path) -> str:
    """The module that a `from` names; one that begins with dots counts from the package at hand."""
    if not node.level:
        return node.module
    parts = module.split(".")
    up = node.level - (path.name == "__init__.py")
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


@cache
def _aliases(module: str) -> dict[str, str]:
    """Name in this module -> module, of every `import module as name`."""
    found = [n for n in _tree(module_file(module)).body if isinstance(n, ast.Import)]
    return {a.asname: a.name for n in found for a in n.names if a.asname}


def _ancestry(module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> list[tuple[str, ast.ClassDef]]:
    """The class and its bases with their modules, nearest first; empty when the class is not found."""
    if (module, name) in seen:
        return []
    seen |= {(module, name)}
    path = module_file(module)
    node = next((n for n in _tree(path).body if isinstance(n, ast.ClassDef) and n.name == name), None)
    if node is None:
        origin = _imports(module).get(name)
        return _ancestry(*origin, seen) if origin else []
    chain = [(module, node)]
    for base in node.bases:
        if isinstance(base, ast.Attribute):  # kvpress.ScorerPress
            origin = ast.unparse(base.value)
            chain += _ancestry(_aliases(module).get(origin, origin), base.attr, seen)
        elif isinstance(base, ast.Name):
            chain += _ancestry(module, base.id, seen)
    return chain


def _arguments(chain: list[ast.ClassDef]) -> dict[str, Argument]:
    """The constructor's arguments: of the nearest __init__, or of the dataclass fields from the far end."""
    for node in chain:
        own = next((f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
        if own is not None:
            free = len(own.args.args) - 1 - len(own.args.defaults)
            named = [(a, i < free) for i, a in enumerate(own.args.args[1:])]
            named += [(a, d is None) for a, d in zip(own.args.kwonlyargs, own.args.kw_defaults, strict=True)]
            return {
                a.arg: Argument(a.arg, ast.unparse(a.annotation) if a.annotation else "", required)
                for a, required in named
            }
        if _is_dataclass(node):
            break
    found: dict[str, Argument] = {}
    for node in reversed([n for n in chain if _is_dataclass(n)]):
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                name, annotation = field.target.id, ast.unparse(field.annotation)
                if _hidden(field.value) or name.startswith("_"):
                    found.pop(name, None)
                else:
                    found[name] = Argument(name, annotation, _required(field.value, annotation))
    return found


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(d) for d in node.decorator_list)


def _hidden(value: ast.expr | None) -> bool:
    """Whether the field is not an argument: field(init=False)."""
    return isinstance(value, ast.Call) and any(
        k.arg == "init" and isinstance(k.value, ast.Constant) and k.value.value is False for k in value.keywords
    )


def _required(value: ast.expr | None, annotation: str) -> bool:
    """No default; or None for something that may not be None, which the press refuses when it is made."""
    nothing = isinstance(value, ast.Constant) and value.value is None
    return value is None or (nothing and annotation.endswith("Press"))


def _refusal(found: list[tuple[str, ast.ClassDef]], arguments: dict[str, Argument]) -> str | None:
    """Why a press cannot be studied; None when it can."""
    chain = [node for _, node in found]
    if DECODING in [node.name for node in chain] or any(DECODING in a.annotation for a in arguments.values()):
        return "it compresses while it answers, not before"
    if not _settable(chain):
        return "its compression ratio cannot be set"
    if PREPARATION in _methods(chain):
        return "it needs the question behind the context; here questions stand before it"
    modules = [module for module, node in found if node.name != ROOT]
    return next((reason for module in modules if (reason := _download(module_file(module)))), None)


def _methods(chain: list[ast.ClassDef]) -> set[str]:
    return {part.name for node in chain for part in node.body if isinstance(part, ast.FunctionDef)}


@cache
def _download(path: Path | None) -> str | None:
    """What a module fetches while it runs; None when it fetches nothing."""
    calls = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    called = [f".{ast.unparse(call.func)}" for call in calls if OWN_FOLDER not in map(ast.unparse, call.args)]
    for name, reason in DOWNLOADS.items():
        if any(call.endswith(f".{name}") for call in called):
            return reason
    return None


def _settable(chain: list[ast.ClassDef]) -> bool:
    """Whether the nearest compression_ratio is a field, is set when made, or has a setter that does not refuse."""
    for node in chain:
        made = [line for part in node.body if getattr(part, "name", "") == "__init__" for line in part.body]
        for part in (*node.body, *made):
            if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]).endswith("compression_ratio"):
                return True
            if isinstance(part, ast.AnnAssign) and ast.unparse(part.target) == "compression_ratio":
                return True
            if isinstance(part, ast.FunctionDef) and part.name == "compression_ratio" and len(part.args.args) == 2:
                return not any(isinstance(line, ast.Raise) for line in part.body)
    return False
