"""A press of the user's own is part of its cells."""

import importlib

import pytest

from kvstudy.config import presses
from kvstudy.config.model import Study
from kvstudy.plan import fingerprint
from kvstudy.plan.cells import cells, job
from kvstudy.plan.own_code import own_code

SHIPPED = {"press": "AdaKVPress", "arguments": {"press": {"press": "ExpectedAttentionPress"}}}
PRESS = "from kvpress import SnapKVPress\nfrom {helper} import POWER\n\nclass Mine(SnapKVPress):\n    power = POWER\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a press that imports a helper, and a module by itself."""
    forget()
    folder = tmp_path / "own_press_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (folder / "mine.py").write_text(PRESS.format(helper=".powers"))
    (folder / "powers.py").write_text("POWER = 1\n")
    (folder / "other.py").write_text("X = 1\n")
    (tmp_path / "own_press_module.py").write_text(PRESS.format(helper="math"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    forget()


def forget():
    importlib.invalidate_caches()
    for cached in (presses.module_file, presses._tree, presses._imports, fingerprint._graph, fingerprint._root):
        cached.cache_clear()


def of(policy):
    forget()
    return own_code(policy)


def nested(path):
    return {"press": "ChunkPress", "arguments": {"chunk_length": 8, "press": {"press": path, "arguments": {}}}}


def test_presses_of_kvpress_have_none():
    assert own_code(SHIPPED) is None
    assert own_code({"press": "kvpress.presses.snapkv_press.SnapKVPress"}) is None


@pytest.mark.parametrize("file", ["mine.py", "powers.py", "__init__.py"])
def test_an_edit_of_the_module_or_of_what_it_imports_from_its_package_changes_it(package, file):
    for policy in ({"press": "own_press_package.mine.Mine"}, nested("own_press_package.mine.Mine")):
        before = of(policy)
        assert len(before) == 16
        (package / file).write_text((package / file).read_text() + "ADDED = 1\n")
        assert of(policy) != before


def test_an_edit_elsewhere_changes_nothing(package):
    policy = {"press": "own_press_package.mine.Mine"}
    before = of(policy)
    (package / "other.py").write_text("X = 2\n")
    assert of(policy) == before


def test_of_a_package_with_a_file_that_is_not_python_every_file_counts(package):
    (package / "other.py").write_text("X = \n")
    policy = {"press": "own_press_package.mine.Mine"}
    before = of(policy)
    (package / "other.py").write_text("Y = \n")
    assert of(policy) != before


def test_a_module_without_a_package(package):
    policy = {"press": "own_press_module.Mine"}
    before = of(policy)
    (package.parent / "own_press_module.py").write_text("# another\n" + PRESS.format(helper="math"))
    assert of(policy) != before


def test_only_the_cells_of_the_policy_carry_it(package):
    study = Study.model_validate(
        {
            "study": "own",
            "models": {"m": {"source": {"path": "m"}}},
            "policies": {"mine": {"press": "own_press_package.mine.Mine"}, "ada": SHIPPED},
            "datasets": {"base": {"passages": 1}},
            "experiments": {
                "routing": {"models": ["m"], "policies": ["mine", "ada"], "ratios": [0.5], "datasets": ["base"]}
            },
        }
    )
    policies = {cell.policy: job(study, cell)["policy"] for cell in cells(study)}
    assert policies["none"] is None
    assert policies["ada"] == SHIPPED
    assert policies["mine"] == {
        "press": "own_press_package.mine.Mine",
        "arguments": {},
        "code": own_code(study.policies["mine"].model_dump()),
    }
