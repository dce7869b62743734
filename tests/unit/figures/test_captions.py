"""Every caption renders as the report renders it: Jinja first, then reStructuredText without a single complaint."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from docutils.core import publish_parts
from jinja2 import Environment

from kvstudy.plan.shown import ALL

ROOT = Path(__file__).parents[3]
CAPTIONS = sorted((ROOT / "workflow" / "report").glob("*.rst"))
DEMO = yaml.safe_load((ROOT / "config" / "demo.yaml").read_text())
SHORTEST = {
    "study": "least",
    "models": {"m": {"source": {"path": "m"}, "prompt": "chat"}},
    "policies": {"p": {"press": "KnormPress"}},
    "datasets": {"base": {"passages": 1}},
    "experiments": {"routing": {"models": ["m"], "policies": ["p"], "ratios": [0.5], "datasets": ["base"]}},
}


def html(caption, config):
    snakemake = SimpleNamespace(config=config, params={}, wildcards={})
    text = (
        Environment(trim_blocks=True, lstrip_blocks=True).from_string(caption.read_text()).render(snakemake=snakemake)
    )
    return publish_parts(text, writer="html", settings_overrides={"report_level": 1})["body"]


@pytest.mark.parametrize("config", [DEMO, SHORTEST], ids=["demo", "shortest"])
@pytest.mark.parametrize("caption", CAPTIONS, ids=lambda path: path.stem)
def test_captions_render(caption, config, capsys):
    body = html(caption, config)
    assert "system-message" not in body
    assert "problematic" not in body
    assert "{" not in body
    assert capsys.readouterr().err == ""


def written(policy):
    """A policy of the config as the front page writes its press."""
    given = policy.get("arguments", {}).items()
    found = [f"{name}={written(value) if isinstance(value, dict) else value}" for name, value in given]
    return policy["press"] + (f"({', '.join(found)})" if found else "")


def test_front_page_names_what_was_run():
    body = html(ROOT / "workflow" / "report" / "workflow.rst", DEMO)
    text = body.replace("&nbsp;", " ").replace('</span> <span class="pre">', " ")
    for policy in DEMO["policies"].values():
        assert written(policy) in text
    assert f"({DEMO['datasets']['base']['passages']})" in body and "()" not in body
    assert ", ".join(map(str, DEMO["experiments"]["routing"]["ratios"])) in body


@pytest.mark.parametrize("name", ["workflow", "f1_by_ratio", "errors_by_ratio", "uncompressed_f1"])
def test_captions_say_what_each_floor_is(name):
    body = " ".join(html(ROOT / "workflow" / "report" / f"{name}.rst", DEMO).split()).lower()
    assert "controls" in body and "nothing before the question" in body and "rest of the prompt" in body
    if name != "uncompressed_f1":
        assert body.index("dotted") < body.index("dash-dotted")


@pytest.mark.parametrize("name", [each.name for each in ALL if each.kind == "figures"])
def test_every_figure_names_its_interval_and_what_its_colours_are(name):
    caption = ROOT / "workflow" / "report" / f"{name}.rst"
    said, unsaid = (" ".join(html(caption, config).split()) for config in (DEMO, SHORTEST))
    if name == "survival_by_head":
        assert "a map has no intervals: they are in" in said and "resampling contexts" in said
    else:
        interval = re.compile(r"(?<=95 % )intervals from resampling (contexts|prompts)")
        assert interval.search(said)
        assert "95 %" not in unsaid and re.search(r"intervals from resampling (contexts|prompts)", unsaid)
    assert re.search("colour", said, re.IGNORECASE)
