"""What may import what: the contracts of pyproject.toml."""

import pytest


@pytest.mark.parametrize(
    ("module", "imported", "broken"),
    [
        ("contracts/files.py", "kvstudy.config.load", "in the order in which data flows"),
        ("tables/claims.py", "kvstudy.figures.style", "in the order in which data flows"),
        ("metrics/token_f1.py", "kvstudy.plan.cells", "Scores are made of facts"),
        ("analysis/curves.py", "kvstudy.config.model", "Analyses and tables"),
        ("figures/style.py", "kvstudy.metrics.token_f1", "Figures are drawn from tables"),
    ],
)
def test_a_module_that_imports_what_it_may_not_is_named(checkout, module, imported, broken):
    lint = ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    done = checkout.python(*lint)
    assert done.returncode == 0, done.stdout + done.stderr
    with (checkout.folder / "workflow/kvstudy" / module).open("a") as file:
        file.write(f"\nimport {imported}\n")
    done = checkout.python(*lint)
    assert done.returncode == 1
    said = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(broken in line for line in said), done.stdout
    assert f"kvstudy.{module.removesuffix('.py').replace('/', '.')} -> {imported}" in done.stdout
