"""The page itself: each section's facts as JSON, and the scripts and styles that show them, in one file."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kvstudy.page import claims, coverage, curves, examples, headlines, what_ran
from kvstudy.page.results import Results

LIMIT = 15_000_000  # bytes of the whole page


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Parameters
    ----------
    name : str
        Of its files, `sections/<name>.html` and `sections/<name>.js`.
    title : str
        Its heading.
    facts : callable
        Results -> what its script draws; only what JSON can say.
    """

    name: str
    title: str
    facts: Callable[[Results], dict]


SECTIONS = (
    Section("what_ran", "What ran", what_ran.facts),
    Section("coverage", "Coverage", coverage.facts),
    Section("headlines", "Headline results", headlines.facts),
    Section("claims", "Claims of the papers", claims.facts),
    Section("curves", "Curves", curves.facts),
    Section("explorer", "Survival explorer", examples.facts),
)


def html(results: Results, templates: Path) -> str:
    """The whole page; ends with a message where it would be larger than LIMIT.

    Parameters
    ----------
    results : Results
    templates : Path
        Folder with page.html, page.css, page.js and sections/.
    """
    return render(results.study, {section.name: section.facts(results) for section in SECTIONS}, templates)


def render(study: str, facts: dict[str, dict], templates: Path) -> str:
    """The page of some facts: section -> what it shows."""
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    scripts = [templates / "page.js", *(templates / f"sections/{section.name}.js" for section in SECTIONS)]
    page = environment.get_template("page.html").render(
        study=study,
        sections=SECTIONS,
        facts={name: script_json(value) for name, value in facts.items()},
        style=inline((templates / "page.css").read_text(encoding="utf-8"), "</style"),
        charts=inline(vl_convert.javascript_bundle(), "</script"),
        script=inline("\n".join(path.read_text(encoding="utf-8") for path in scripts), "</script"),
    )
    if (size := len(page.encode())) > LIMIT:
        largest = max(facts, key=lambda name: len(script_json(facts[name])))
        sys.exit(f"the study page would have {size} bytes, more than {LIMIT}; its largest section is {largest}")
    return page


def script_json(value: object) -> Markup:
    """JSON that can stand in a script element: plain ASCII without <, > and &."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def inline(text: str, end: str) -> Markup:
    """Our own script or style, which must not hold what ends its element."""
    if end in text.lower():
        raise ValueError(f"a script or style of the page holds {end}")
    return Markup(text)
