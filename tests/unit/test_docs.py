"""What the pages for readers say is so, as far as it can be compared cheaply."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from environment import lockfile
from kvstudy.config import presses

HOME = Path(__file__).parents[2]
FOLDERS = ("benchmarks", "config", "docs", "profiles", "reports", "resources", "results", "tests", "workflow")
PAGES = [HOME / "README.md", *(p for name in FOLDERS for p in sorted((HOME / name).glob("**/README.md")))]
PAGES += sorted((HOME / "docs").rglob("*.md"))
OF_A_READER = re.compile(r"/my\b|[<*{]|^(results|reports|logs)/")  # what a reader writes, or a study
PROFILE = yaml.safe_load((HOME / "profiles/slurm/profile.yaml").read_text(encoding="utf-8"))
PLUGIN = next(
    pin.version for pin in lockfile.read(HOME / lockfile.PATH) if pin.name == "snakemake-executor-plugin-slurm"
)
SAID = [
    ("README.md", f"one of {len(presses.names())} presses of kvpress"),
    (
        "config/README.md",
        f"Of the {len(presses.exported())} presses of the installed kvpress these {len(presses.names())}",
    ),
    ("docs/slurm.md", f"in version {PLUGIN} a run can wait for ever"),
    ("docs/slurm.md", f"submitted again, {['never', 'once', 'twice'][PROFILE['retries']]} (`retries`)"),
    ("docs/slurm.md", f"{['none', 'one', 'two'][PROFILE['local-cores']]} at a time (`local-cores`)"),
]


@pytest.fixture(params=PAGES, ids=lambda page: str(page.relative_to(HOME)))
def page(request):
    """One page and its text."""
    return request.param, request.param.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "words"), SAID, ids=[words for _, words in SAID])
def test_numbers(name, words):
    assert words in " ".join((HOME / name).read_text(encoding="utf-8").split())


def test_the_page_of_policies_has_every_press():
    studied, refused = (HOME / "docs/policies.md").read_text(encoding="utf-8").split("## Refused")
    assert re.findall(r"^\| `(\w+)`", studied, re.MULTILINE) == list(presses.names())
    reasons = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", refused, re.MULTILINE))
    assert reasons == {n: presses.press(n).refusal for n in presses.exported() if n not in presses.names()}


def test_the_readme_names_every_folder_of_the_library():
    row = next(
        line for line in (HOME / "README.md").read_text().splitlines() if line.startswith("| `workflow/kvstudy/`")
    )
    folders = {path.parent.name for path in (HOME / "workflow/kvstudy").glob("*/__init__.py")}
    assert folders <= set(re.findall(r"`(\w+)`", row))


def test_commands(page):
    _, text = page
    targets = set(re.findall(r"^([a-z-]+):", (HOME / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets
    for module in re.findall(r"python -m ([\w.]+\w)", text):
        assert find_spec(module), f"there is no module {module}"


def test_files_and_links(page):
    path, text = page
    links = [path.parent / link for link in re.findall(r"\]\(([^):#]+)\)", text)]
    named = [name for name in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[^` ]*)`", text) if not OF_A_READER.search(name)]
    missing = [str(found) for found in [*links, *(HOME / name for name in named)] if not found.exists()]
    assert missing == []
