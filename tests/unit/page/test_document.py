"""The page as a file: one that can hold any text, needs nothing from outside, and is the same for the same facts."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.page import document
from kvstudy.page.document import SECTIONS, inline, render, script_json

TEMPLATES = Path(__file__).parents[3] / "resources/page"
NOTHING = {section.name: {} for section in SECTIONS}


@given(st.recursive(st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists))
def test_json_stands_in_a_script_whatever_it_holds(value):
    text = script_json(value)
    assert text.isascii() and not set("<>&") & set(text)
    assert json.loads(text) == value


def test_a_missing_number_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        script_json(float("nan"))


def test_a_script_may_not_end_its_element():
    with pytest.raises(ValueError, match="</script"):
        inline("let a = '</SCRIPT>'", "</script")


def test_the_same_facts_give_the_same_bytes_in_any_order():
    facts = {name: {"a": 1, "b": "<é>"} for name in NOTHING}
    other = {name: {"b": "<é>", "a": 1} for name in reversed(NOTHING)}
    assert render("s", facts, TEMPLATES) == render("s", other, TEMPLATES)


def test_every_section_has_a_heading_a_link_and_its_facts():
    page = render("s", NOTHING, TEMPLATES)
    for section in SECTIONS:
        assert f'<h2 id="{section.name}-title">{section.title}</h2>' in page
        assert f'<a href="#{section.name}">' in page and f'id="{section.name}-facts">{{}}</script>' in page


def test_the_page_names_no_file_but_the_report_and_forbids_the_network():
    page = re.sub(r"<script.*?</script>|<style.*?</style>", "", render("s", NOTHING, TEMPLATES), flags=re.DOTALL)
    links = re.findall(r'(?:href|src)="([^#"][^"]*)"', page)
    assert links == ["data:,", "s/report.html"]
    assert "default-src 'none'" in page


def test_a_page_that_would_be_too_large_is_refused_with_its_largest_section(monkeypatch):
    monkeypatch.setattr(document, "LIMIT", 1_000_000)
    with pytest.raises(SystemExit, match="more than 1000000; its largest section is curves"):
        render("s", NOTHING | {"curves": {"a": "x" * 200_000}}, TEMPLATES)
