import importlib
import textwrap
from pathlib import Path

import pytest

from kvstudy.config.generated import GENERATED
from kvstudy.plan import fingerprint as module
from kvstudy.plan.fingerprint import NoSuchModule, fingerprint, locked, modules

HOME = Path(__file__).parents[3]
FILES = {
    "__init__.py": '"""The package."""\n',
    "metrics/__init__.py": "",
    "metrics/f1.py": """
        '''Score.'''
        from library.metrics import words

        # how it is counted
        def f1(a, b):
            '''Of two texts.'''
            return words.count(a) / words.count(b)
    """,
    "metrics/words.py": "def count(text):\n    return len(text.split())\n",
    "metrics/other.py": "X = 1\n",
    "scores/__init__.py": "",
    "scores/__main__.py": """
        from ..metrics.f1 import f1
        from library.table import Column

        COLUMN = Column("f1", low=0, doc="The score.")
    """,
    "table.py": "class Column:\n    '''One.'''\n    def __init__(self, *a, **k): pass\n",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    root = tmp_path / "library"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    return root


def forget():
    importlib.invalidate_caches()
    for cached in (module._code, module._graph, module._root):
        cached.cache_clear()


def of(*names):
    forget()
    return fingerprint(*(names or ("library.scores",)))


def edit(root, name, old, new):
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


def test_what_a_program_consists_of(package):
    assert list(modules("library.scores")) == [
        "library",
        "library.metrics",
        "library.metrics.f1",
        "library.metrics.words",
        "library.scores",
        "library.scores.__main__",
        "library.table",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("metrics/f1.py", "# how it is counted", "# in another way\n# and another"),
        ("metrics/f1.py", "'''Score.'''", "'''Another sentence.'''"),
        ("metrics/f1.py", "'''Of two texts.'''", ""),
        ("table.py", "'''One.'''", "'''One column.'''"),
        ("scores/__main__.py", 'doc="The score."', 'doc="Another sentence."'),
        ("scores/__main__.py", 'low=0, doc="The score."', "\n    low=0,\n"),
        ("scores/__main__.py", 'low=0, doc="The score."', 'low=0, description="The score."'),
        ("metrics/other.py", "X = 1", "X = 2"),
    ],
)
def test_what_changes_nothing(package, name, old, new):
    before = of()
    edit(package, name, old, new)
    assert of() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("scores/__main__.py", "low=0", "low=1"),
        ("metrics/f1.py", "a) /", "b) /"),
        ("metrics/words.py", "split()", "split(' ')"),
        ("metrics/__init__.py", "", "X = 1\n"),
        ("__init__.py", '"""The package."""', '"""The package."""\nX = 1'),
        ("table.py", "pass", "self.k = k"),
    ],
)
def test_what_changes_it(package, name, old, new):
    before = of()
    edit(package, name, old, new) if old else (package / name).write_text(new)
    assert of() != before


def test_an_import_inside_a_function_counts(package):
    before = of()
    edit(package, "metrics/words.py", "    return", "    from library.metrics import other\n    return")
    within = of()
    edit(package, "metrics/other.py", "X = 1", "X = 2")
    assert len({before, within, of()}) == 3


def test_a_module_of_another_name_with_the_same_code_differs(package):
    (package / "metrics/twin.py").write_text((package / "metrics/words.py").read_text())
    assert of("library.metrics.twin") != of("library.metrics.words")


def test_of_two_modules_both_count(package):
    both = of("library.scores", "library.metrics.other")
    assert both == of("library.metrics.other", "library.scores") != of()
    edit(package, "metrics/other.py", "X = 1", "X = 2")
    assert of("library.scores", "library.metrics.other") != both


def test_a_datasets_code_is_not_that_of_its_neighbours():
    shared = modules("kvstudy.datasets")
    assert not shared.keys() & {f"kvstudy.datasets.{name}" for name in (*GENERATED, "own")}


def test_a_missing_module_is_named():
    with pytest.raises(NoSuchModule, match=r"there is no module kvstudy\.figures\.nothing"):
        fingerprint("kvstudy.figures.nothing")


def test_every_module_has_one():
    for path in (HOME / "workflow/kvstudy").rglob("*.py"):
        name = ".".join(path.relative_to(HOME / "workflow").with_suffix("").parts)
        if path.stem not in ("__main__", "__init__"):
            assert len(fingerprint(name)) == 16


def test_the_plan_depends_on_no_engine():
    assert not [name for name in modules("kvstudy.plan.write") if "engine" in name]


def test_locked_versions():
    assert locked(HOME / "requirements.lock", ("kvpress",)).startswith("kvpress==")
    with pytest.raises(LookupError, match="does not pin nothing-like-it"):
        locked(HOME / "requirements.lock", ("nothing-like-it",))
