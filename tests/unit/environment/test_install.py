from pathlib import Path

import pytest

from environment import install

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_lock_decides_the_environment(project):
    before = install.fingerprint(project)
    with (project / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    assert install.fingerprint(project) != before


def test_settings_of_the_linter_do_not(project):
    before = install.fingerprint(project)
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[tool.other]\nline-length = 80\n")
    assert install.fingerprint(project) == before


def test_a_complete_environment_is_left_alone(project):
    install.VENV.mkdir()
    (install.VENV / "package").touch()
    install.COMPLETE.write_text(install.fingerprint(Path()), encoding="utf-8")
    install.main()
    assert sorted(path.name for path in install.VENV.iterdir()) == ["complete", "package"]


def test_a_python_without_pip_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.11-venv"):
        install.check_interpreter()


def test_another_python_is_refused(monkeypatch):
    monkeypatch.setattr(install.sys, "version_info", (3, 9, 1))
    with pytest.raises(SystemExit, match=r"kvstudy needs Python 3\.11"):
        install.check_interpreter()
