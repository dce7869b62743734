"""What types alone cannot say: names that must exist, lists without repeats, presses that kvpress has."""

import ast
import importlib.util
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from kvstudy.config import instructions, own, presses
from kvstudy.config.folders import lacking
from kvstudy.config.generated import GENERATED
from kvstudy.config.problems import Location, Problem, hint, show
from kvstudy.contracts.installation import RESOURCES
from kvstudy.contracts.vocabulary import BASELINE, INSTRUCTIONS, PLAIN, ROUTING, SYSTEM_PROMPTS

DECIMALS = 6  # of a ratio, which names its cells
RESERVED_STUDY = "models"  # results/models is shared by all studies


def checks(content: dict) -> Iterator[Problem]:
    """Every problem in a config's content that its types do not show; parts of a wrong type are passed over."""
    if content.get("study") == RESERVED_STUDY:
        yield Problem(("study",), f"may not be {RESERVED_STUDY!r}: results/{RESERVED_STUDY} is shared by all studies")
    for name, model in _mapping(content, "models").items():
        if isinstance(model, dict):
            yield from _source(model.get("source"), ("models", name, "source"))
            yield from _repeats(model.get("stop"), ("models", name, "stop"))
    for name, policy in _mapping(content, "policies").items():
        if name == BASELINE:
            yield Problem(("policies", name), f"{name!r} is built in (no compression) and may not be defined", True)
        elif isinstance(policy, dict):
            yield from policy_problems(policy, ("policies", name))
    for name, dataset in _mapping(content, "datasets").items():
        wanted = dataset.get("answer_types") if isinstance(dataset, dict) else None
        if wanted == "published" and name in GENERATED and not GENERATED[name].published:
            known = ", ".join(one for one, value in GENERATED.items() if value.published)
            message = f"the published shares are known of {known} alone (got {show(wanted)})"
            yield Problem(("datasets", name, "answer_types"), message)
    defined = _mapping(content, "datasets")
    if isinstance(content.get("datasets"), dict) and not defined:
        yield Problem(("datasets",), "must name at least one dataset")
    for name, path in own_paths(content).items():
        yield from _files(path, (".jsonl", ".parquet"), ("datasets", name, "path"))
    if isinstance(prompts := defined.get(SYSTEM_PROMPTS), dict):
        yield from _system_prompts(prompts, ("datasets", SYSTEM_PROMPTS))
    if isinstance(content.get("experiments"), dict) and not content["experiments"]:
        yield Problem(("experiments",), "must name at least one experiment")
    for name, experiment in _mapping(content, "experiments").items():
        if isinstance(experiment, dict):
            yield from _experiment(experiment, content, ("experiments", name))
            if name == ROUTING:
                yield from _routing(experiment, content, ("experiments", name))
            if name == INSTRUCTIONS:
                yield from _instructions(experiment, content, ("experiments", name))


def own_paths(content: dict) -> dict[str, str]:
    """Name -> path of one's own datasets of passages."""
    others = (*GENERATED, SYSTEM_PROMPTS)
    given = {n: v for n, v in _mapping(content, "datasets").items() if n not in others and isinstance(v, dict)}
    return {str(name): value["path"] for name, value in given.items() if isinstance(value.get("path"), str)}


def rows_path(prompts: dict) -> Path | None:
    """Where the rows of system prompts are on this machine; None where they are not, or it is wrongly said."""
    rows = prompts.get("rows", "own")
    if rows == "own":
        return RESOURCES / instructions.OWN
    path = rows.get("path") if isinstance(rows, dict) else None
    return Path(path) if path and isinstance(path, str) and Path(path).exists() else None


def _files(path: str, endings: tuple[str, ...], location: Location) -> Iterator[Problem]:
    """A path to data that is not there, or holds none."""
    if not Path(path).exists():
        yield Problem(location, f"there is no such file or folder (got {show(path)})")
    elif not own.files(path, endings):
        yield Problem(location, f"is or holds no {' or '.join(endings)} file (got {show(path)})")


def _system_prompts(prompts: dict, location: Location) -> Iterator[Problem]:
    """What is wrong with the dataset of the instructions experiment; its rows are reported with their own places."""
    rows = prompts.get("rows")
    if isinstance(rows, dict) and isinstance(rows.get("path"), str):
        yield from _files(rows["path"], (".jsonl",), (*location, "rows", "path"))
    known = instructions.attacks()
    for index, kind in enumerate(_list(prompts, "attacks")):
        if isinstance(kind, str) and kind not in known:
            yield Problem((*location, "attacks", index), f"is no kind of attack (got {show(kind)}){hint(kind, known)}")
    for key in ("layouts", "attacks", "whitelist"):
        yield from _repeats(prompts.get(key), (*location, key))
    if path := rows_path(prompts):
        count = len(instructions.read(path).rows)
        for key in ("prompts", "attacked"):
            if isinstance(prompts.get(key), int) and prompts[key] > count > 0:
                yield Problem((*location, key), f"is more than there are rows, {count} (got {prompts[key]})")


def policy_problems(spec: dict, location: Location, kind: str = presses.ROOT) -> Iterator[Problem]:
    """What is wrong with {press, arguments}, nested presses included.

    Parameters
    ----------
    spec : dict
    location : tuple
        Where it stands in the file.
    kind : str
        The class that the press must derive from.
    """
    name, arguments = spec.get("press"), spec.get("arguments", {})
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return
    try:
        press = presses.press(name)
    except presses.UnknownPress as reason:
        near = hint(name, presses.names())
        yield Problem((*location, "press"), f"{reason} (got {show(name)}){near}")
        return
    if press.refusal:
        yield Problem((*location, "press"), f"cannot be studied: {press.refusal} ({show(name)})")
    allowed = [k.strip() for k in kind.split("|")]
    if not set(allowed) & set(press.ancestors):
        yield Problem((*location, "press"), f"must be a {' or '.join(allowed)} here (got {show(name)})")
    at = (*location, "arguments")
    for key, value in arguments.items():
        if key == "compression_ratio":
            yield Problem((*at, key), "may not be given: the study sets it from ratios", at_key=True)
        elif key not in press.arguments:
            known = [a for a in press.arguments if a != "compression_ratio"]
            yield Problem((*at, key), f"{press.name} has no such argument{hint(key, known)}", at_key=True)
        else:
            yield from _value(value, press.arguments[key].annotation, (*at, key))
    missing = [a.name for a in press.arguments.values() if a.required and a.name not in arguments]
    for key in missing:
        yield Problem(at if arguments else location, f"{press.name} needs the argument {key!r}", at_key=True)


def _value(value: Any, annotation: str, location: Location) -> Iterator[Problem]:
    """What is wrong with one argument of the given annotation."""
    options = _options(ast.parse(annotation or "Any", mode="eval").body)
    kinds = [o for o in options if o.endswith("Press")]
    if kinds and value is not None:
        if not isinstance(value, dict):
            example = f"{{press: {value}}}" if isinstance(value, str) else "{press: ..., arguments: {...}}"
            yield Problem(location, f"must be a press (got {show(value)}), write {example}")
            return
        for key in value:
            if key not in ("press", "arguments"):
                yield Problem((*location, key), f"unknown key{hint(key, ('press', 'arguments'))}", at_key=True)
        if not isinstance(value.get("press"), str):
            yield Problem(location, "must name a press: {press: ..., arguments: {...}}", at_key=True)
        elif not isinstance(value.get("arguments", {}), dict):
            yield Problem((*location, "arguments"), f"must be a mapping (got {show(value['arguments'])})")
        yield from policy_problems(value, location, " | ".join(kinds))
        return
    inner = next((o[5:-1] for o in options if o.startswith("list[")), None)
    if inner is not None and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, inner, (*location, index))
        return
    if not any(_fits(value, option) for option in options):
        yield Problem(location, f"must be {' or '.join(_words(o) for o in options)} (got {show(value)})")


def _options(node: ast.expr) -> list[str]:
    """The choices of an annotation: unions and Optional taken apart, lists as list[...], literals by value."""
    if isinstance(node, ast.BinOp):
        return _options(node.left) + _options(node.right)
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value).rpartition(".")[2]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Optional":
            return [*_options(node.slice), "None"]
        if name == "Union":
            return [option for part in parts for option in _options(part)]
        if name == "Literal":
            return [ast.unparse(part) for part in parts]
        return [f"{name.lower()}[{ast.unparse(node.slice)}]"]
    return [ast.unparse(node)]


def _fits(value: Any, option: str) -> bool:
    if option == "bool":
        return isinstance(value, bool)
    if option == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if option == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if option == "str":
        return isinstance(value, str)
    if option == "Any":
        return True
    if option == "None":
        return value is None
    return option[:1] in "'\"" and value == ast.literal_eval(option)


def _words(option: str) -> str:
    named = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "None": "null"}
    if option.startswith("list["):
        return "a list"
    return named.get(option, option if option[:1] in "'\"" else f"a {option}, which YAML cannot hold")


def _source(source: Any, location: Location) -> Iterator[Problem]:
    """A folder or packaged file that is not on this machine."""
    if not isinstance(source, dict):
        return
    folder = source.get("path")
    if isinstance(folder, str) and folder and (reason := lacking(Path(folder))):
        yield Problem((*location, "path"), f"no model there: {reason} (got {show(folder)})")
    package, file = source.get("package"), source.get("gguf")
    if isinstance(package, str) and isinstance(file, str) and package.isidentifier():
        folder = _folder(package)
        if folder is None:
            yield Problem((*location, "package"), f"is not installed (got {show(package)})")
            return
        found = [path.name for path in folder.glob("*.gguf")]
        if file.endswith(".gguf") and file not in found:
            message = f"is not in the folder of the package {package} (got {show(file)}){hint(file, found)}"
            yield Problem((*location, "gguf"), message)


def _folder(package: str) -> Path | None:
    """The folder of an installed package."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):  # of __main__ there is no specification
        return None
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _experiment(experiment: dict, content: dict, location: Location) -> Iterator[Problem]:
    for key in ("models", "policies", "datasets"):
        defined = _mapping(content, key)
        for index, name in enumerate(_list(experiment, key)):
            if key == "policies" and name == BASELINE:
                message = f"{name!r} always runs, once a model; leave it out"
                yield Problem((*location, key, index), message)
            elif isinstance(name, str) and name not in defined:
                message = f"is not defined under {key} (got {show(name)}){hint(name, map(str, defined))}"
                yield Problem((*location, key, index), message)
    for index, ratio in enumerate(_list(experiment, "ratios")):
        if isinstance(ratio, float) and 0 < ratio < 1 and -Decimal(str(ratio)).as_tuple().exponent > DECIMALS:
            message = f"may have at most {DECIMALS} decimals (got {show(ratio)})"
            yield Problem((*location, "ratios", index), message)
    for key in ("models", "policies", "ratios"):
        yield from _repeats(experiment.get(key), (*location, key))


def _routing(experiment: dict, content: dict, location: Location) -> Iterator[Problem]:
    """What concerns questions about passages alone."""
    yield from _protected(experiment, content, location)
    if SYSTEM_PROMPTS in _list(experiment, "datasets"):
        index = experiment["datasets"].index(SYSTEM_PROMPTS)
        yield Problem((*location, "datasets", index), f"holds no passages; it is what {INSTRUCTIONS} runs on")
    yield from _used(experiment, experiment, (*location, "hidden_states"))
    for key in ("datasets", "regimes", "hidden_states"):
        yield from _repeats(experiment.get(key), (*location, key))
    if isinstance(routes := experiment.get("routes"), dict):
        yield from _used(experiment, routes, (*location, "routes", "datasets"))
        for key in ("datasets", "epsilons"):
            yield from _repeats(routes.get(key), (*location, "routes", key))


def _used(experiment: dict, block: dict, location: Location) -> Iterator[Problem]:
    """A list of datasets in a block, which must be among the experiment's."""
    used = _list(experiment, "datasets")
    for index, name in enumerate(_list(block, location[-1])):
        if isinstance(name, str) and name not in used:
            message = f"is not among the experiment's datasets (got {show(name)}){hint(name, map(str, used))}"
            yield Problem((*location, index), message)


def _instructions(experiment: dict, content: dict, location: Location) -> Iterator[Problem]:
    """What concerns requests under system prompts alone."""
    if SYSTEM_PROMPTS not in _mapping(content, "datasets"):
        yield Problem(location, f"needs datasets.{SYSTEM_PROMPTS}; {{}} takes its defaults", at_key=True)
    yield from _repeats(experiment.get("variants"), (*location, "variants"))
    repairs = [name for name in _list(experiment, "variants") if name != PLAIN]
    for index, name in enumerate(_list(experiment, "policies") if repairs else ()):
        press = _press(name, content)
        if press and not press.scorer:
            message = f"gives entries no scores by which a repair could choose; run it as {PLAIN} (got {show(name)})"
            yield Problem((*location, "policies", index), message)


def _press(name: Any, content: dict) -> presses.Press | None:
    """The press of a policy by the policy's name; None where it is wrong, which is reported at its definition."""
    policy = _mapping(content, "policies").get(name) if isinstance(name, str) else None
    press = policy.get("press") if isinstance(policy, dict) else None
    try:
        return presses.press(press) if isinstance(press, str) else None
    except presses.UnknownPress:
        return None


def _protected(experiment: dict, content: dict, location: Location) -> Iterator[Problem]:
    """Policies that read the whole context by themselves, where a part of it is to be protected."""
    if experiment.get("compress") != "passage":
        return
    for index, name in enumerate(_list(experiment, "policies")):
        press = _press(name, content)
        if press and press.own_passes:
            message = f"passes over the whole context by itself, which needs compress: context (got {show(name)})"
            yield Problem((*location, "policies", index), message)


def _repeats(items: Any, location: Location) -> Iterator[Problem]:
    """Items that a list has more than once."""
    seen: list[Any] = []
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if item in seen:
            yield Problem((*location, index), f"is in the list twice (got {show(item)})")
        seen.append(item)


def _mapping(content: dict, key: str) -> dict:
    value = content.get(key)
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else {}


def _list(content: dict, key: str) -> list:
    value = content.get(key)
    return value if isinstance(value, list) else []
