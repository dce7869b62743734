"""Modules import in the order in which data flows, and never back."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "workflow/kvstudy"
ORDER = (
    *("contracts", "config", "plan", "models", "datasets", "policies", "engine", "cells"),
    *("metrics", "scores", "probes", "analysis", "figures", "tables", "cards", "page", "recovery", "study"),
)
SAME_HEIGHT = {"tables": "figures"}  # figures and tables do not know each other
FILES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


def stage(name: str) -> str:
    return name.split(".")[1]


def imported(path: Path) -> set[str]:
    """The kvstudy stages that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            names = [f"{node.module}.{a.name}" for a in node.names] if node.module == "kvstudy" else [node.module]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        else:
            continue
        found |= {stage(n) for n in names if n.startswith("kvstudy.")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_what_comes_after_it(path):
    own = path.relative_to(ROOT).with_suffix("").parts[0]
    assert own in ORDER
    for other in imported(path) - {own}:
        assert ORDER.index(other) < ORDER.index(own), f"{own} imports {other}"
        assert SAME_HEIGHT.get(own) != other, f"{own} imports {other}"
