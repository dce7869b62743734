"""The audit finds what is not locked, what is missing and what was changed."""

from importlib.metadata import distributions

import pytest

from environment.audit import digest, elsewhere, problems
from environment.install import BESIDE
from environment.lockfile import Pin

PINS = [
    *(Pin("good", "1.0"), Pin("needed", "2.1"), Pin("nvidia-nccl", "1.0")),
    Pin("elsewhere", "1.0", "sys_platform == 'nowhere'"),
]


def package(site, name: str, version: str, requires: tuple[str, ...] = ()) -> None:
    """A package of one file, as pip leaves it."""
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    (info / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {other}" for other in requires)]) + "\n")
    (site / f"{name}.py").write_text("VALUE = 1\n")
    record = f"{name}.py,sha256={digest(site / f'{name}.py', 'sha256')},10\n{info.name}/RECORD,,\n"
    (info / "RECORD").write_text(record)


@pytest.fixture
def site(tmp_path):
    """An environment with nothing wrong."""
    package(tmp_path, "good", "1.0", ("needed>=2", "absent; extra == 'more'"))
    package(tmp_path, "needed", "2.1+cpu")
    package(tmp_path, "pip", "24.0")
    return tmp_path


def found(site) -> list[str]:
    return list(problems(distributions(path=[str(site)]), PINS))


def test_nothing_is_wrong(site):
    assert found(site) == []


def test_what_is_not_locked(site):
    package(site, "stranger", "3.0")
    assert found(site) == ["stranger 3.0 is not in the lock"]


def test_another_version(site):
    (site / "needed-2.1+cpu.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: needed\nVersion: 1.9\n")
    assert found(site) == [
        "good needs needed>=2, and 1.9 is installed",
        "needed 1.9 is not in the lock",
    ]


def test_what_is_needed_and_absent(site):
    (site / "needed-2.1+cpu.dist-info/METADATA").unlink()
    (site / "needed-2.1+cpu.dist-info/RECORD").unlink()
    (site / "needed-2.1+cpu.dist-info").rmdir()
    assert found(site) == [
        "good needs needed>=2, which is not installed",
        "needed 2.1 is in the lock and not installed",
    ]


def test_files_that_were_changed_or_removed(site):
    (site / "good.py").write_text("VALUE = 2\n")
    (site / "needed.py").unlink()
    assert found(site) == ["good: good.py is not what the package brought", "needed: needed.py is gone"]


def test_another_version_that_comes_first(site, tmp_path):
    package(tmp_path / "module", "good", "0.9")
    installed = distributions(path=[str(tmp_path / "module"), str(site)])
    assert list(problems(installed, PINS)) == ["good 0.9 is not in the lock"]


def test_what_is_imported_from_elsewhere(site, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(site)
    modules = {"good": ["good"], "needed": ["needed"], "sys": ["Python"], "absent": ["absent"], "kvstudy": ["kvstudy"]}
    assert list(elsewhere(modules, [str(site)])) == []
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    (other / "good.py").write_text("VALUE = 2\n")
    monkeypatch.syspath_prepend(other)
    message = f"good: good is imported from {other}/good.py, which is not in the environment"
    assert list(elsewhere(modules, [str(site)])) == [message]


def test_a_script_is_what_pip_made_behind_the_lines_that_let_it_move(tmp_path):
    script = tmp_path / "script"
    script.write_bytes(b"#!/folder/python\n")
    made = digest(script, "sha256")
    script.write_bytes(BESIDE + b"#!/folder/python\n")
    assert digest(script, "sha256") == made
    script.write_bytes(BESIDE + b"#!/folder/python -O\n")
    assert digest(script, "sha256") != made
