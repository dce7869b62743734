import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from environment import build, install, lockfile

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "requirements.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_lock_decides_the_environment(project):
    before = install.fingerprint(project)
    with (project / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    assert install.fingerprint(project) != before


def test_a_complete_environment_is_left_alone(project):
    install.VENV.mkdir()
    (install.VENV / "package").touch()
    install.COMPLETE.write_text(install.fingerprint(Path()), encoding="utf-8")
    install.main()
    assert sorted(path.name for path in install.VENV.iterdir()) == ["complete", "package"]


def test_of_two_that_make_it_at_once_the_second_waits_and_finds_it(project):
    with lockfile.PATH.open() as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = subprocess.Popen([sys.executable, "-m", "environment.install"], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
        install.VENV.mkdir()
        install.COMPLETE.write_text(install.fingerprint(Path()), encoding="utf-8")
    assert (second.wait(60), second.communicate()[0]) == (0, "")


def test_a_python_without_pip_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.11-venv"):
        install.check_interpreter()


def test_another_python_is_refused(monkeypatch):
    monkeypatch.setattr(install.sys, "version_info", (3, 9, 1))
    with pytest.raises(SystemExit, match=r"kvstudy needs Python 3\.11"):
        install.check_interpreter()


@pytest.fixture
def movable(tmp_path, monkeypatch):
    """A checkout with an environment that has one script, and a library that says where it is."""
    folder = tmp_path / "first one"
    (folder / "workflow").mkdir(parents=True)
    (folder / "workflow/library.py").write_text("print(__file__)\n")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    venv.create(install.VENV, symlinks=True)
    for name, first in SCRIPTS.items():
        script = install.PYTHON.parent / name
        script.write_text(f"{first.format(install.PYTHON.absolute())}\nimport sys, library\nprint(sys.prefix)\n")
        script.chmod(0o755)
    install.make_movable()
    return folder


SCRIPTS = {"plain": "#!{}", "long": "#!/bin/sh\n'''exec' \"{}\" \"$0\" \"$@\"\n' '''"}  # as pip writes them


def place(command) -> list[str]:
    """What a command prints, run from another folder."""
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("take", [shutil.move, lambda old, new: shutil.copytree(old, new, symlinks=True)])
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_folder_that_was_copied_or_moved_has_its_own_environment(movable, tmp_path, take, script):
    folder = tmp_path / "second"
    take(movable, folder)
    library, environment = str(folder / "workflow/library.py"), folder / ".venv"
    assert place([environment / "bin/python", "-c", "import library"]) == [library]
    assert place([environment / "bin" / script]) == [library, str(environment)]
    assert not list((environment / "bin").glob("*ctivate*"))
    (tmp_path / "link").symlink_to(environment / "bin" / script)
    assert place([tmp_path / "link"]) == [library, str(environment)]


def test_pip_installs_into_the_environment_whatever_its_settings_say(tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text("[install]\nuser = true\n")
    for name, value in {"CONFIG_FILE": tmp_path / "pip.conf", "USER": 1, "TARGET": tmp_path, "ROOT": tmp_path}.items():
        monkeypatch.setenv(f"PIP_{name}", str(value))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "packaging"]
    assert subprocess.run(command, capture_output=True).returncode != 0
    done = subprocess.run(command, env=build.pip_settings(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Requirement already satisfied: packaging" in done.stdout
