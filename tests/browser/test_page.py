"""The study page in a real browser: it needs nothing from outside, its controls work, and texts stay texts."""

import copy
import json
import re
import string

import pandas as pd
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import NARROW, WIDE

HOSTILE = {
    "script": "<script>document.title = 'owned'</script>",
    "end": "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">",
    "quotes": "\"'`&amp;&lt;${1}{{2}}\\",
    "right to left": "abc \u202edesrever\u202c \u200fx \u2067y",
    "long": string.ascii_letters * 200,
    "lines": "one\ntwo\u2028three\u0000four",
    "joined": "a\u200cb\u200dc\U000e0041\U000e007fd",
    "pair": "\U0001f9ff é 漢字 עברית",
}
HIDDEN = re.compile("[\u0000\u200c\u200d\u200f\u2028\u202c\u202e\u2067\U000e0041\U000e007f]")


def named(text):
    """A text as the page shows it: characters that would reorder or hide others by their number."""
    return HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def serious(page):
    return [entry for entry in page.driver.get_log("browser") if entry["level"] != "DEBUG"]


def requests(page):
    messages = [json.loads(entry["message"])["message"] for entry in page.driver.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def shades(page):
    script = "return [...document.querySelectorAll('#explorer .passage > span')].map(s => s.style.backgroundColor)"
    return page.run(script)


def kept(facts, policy, ratio, example=0, regime=0):
    cells = facts["explorer"]["examples"][example]["regimes"][regime]["cells"]
    return next(cell["kept"] for cell in cells if cell["policy"] == policy and cell["ratio"] == ratio)


def slide(page, key):
    page.find("#explorer .ratio").send_keys(key)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_loads_without_errors_and_without_a_request(page, width):
    page.open(width)
    page.find("#explorer .ratio").send_keys(Keys.ARROW_RIGHT)
    page.find("#curves .policies input").send_keys(Keys.SPACE)
    assert serious(page) == []
    outside = [url for url in requests(page) if not url.startswith("data:")]
    assert outside == [page.path.as_uri()]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_wider_than_the_window(page, width):
    page.open(width)
    assert page.run("return document.documentElement.scrollWidth") <= width


def test_says_what_ran(page, facts):
    counts = {what: value for value, what in facts["what_ran"]["counts"]}
    assert (counts["Models"], counts["Datasets"]) == ("1", "3")
    assert "StreamingLLMPress(n_sink=4)" in page.text("#what_ran")
    assert "torch" in page.text("#what_ran") and "question-agnostic, question-aware" in page.text("#what_ran")


def test_the_claims_stand_with_their_verdicts(page, study):
    claims = pd.read_parquet(study.folder / "results/page/analysis/claims.parquet")
    rows = page.all("#claims tbody tr th[scope='row']")
    assert len(rows) == len(claims) > 20
    seen = [cell.text for cell in page.all("#claims tbody td.ok, #claims tbody td.none, #claims tbody td.part")]
    assert sorted(seen) == sorted(claims["verdict"])


def test_curves_follow_every_control(page):
    def now():
        return (
            page.text("#curves .status"),
            page.text("#curves .numbers"),
            page.run("return document.querySelector('#curves .chart svg').outerHTML"),
        )

    selects = page.all("#curves select")
    assert [select.accessible_name for select in selects] == ["Show", "Model", "Dataset", "Regime", "Metric"]
    seen = [now()]
    for select in selects[2:]:
        select.send_keys(Keys.ARROW_DOWN)
        page.waits(lambda: now()[2] != seen[-1][2])
        assert now()[0] != seen[-1][0] and now()[1] != seen[-1][1]
        seen.append(now())
    page.choose("#curves .set", "Instructions followed, strict")
    page.waits(lambda: "accuracy" in now()[0])
    assert page.all("#curves select")[3].accessible_name == "Family"


def test_a_policy_can_be_left_out_of_the_chart(page):
    lines = "return document.querySelectorAll('#curves .chart .mark-line path').length"
    bands = "return document.querySelectorAll('#curves .chart .mark-area path').length"
    assert page.run(lines) == 2 and page.run(bands) == 2
    page.find("#curves .policies input[value='knorm']").send_keys(Keys.SPACE)
    page.waits(lambda: page.run(lines) == 1)
    assert "knorm" not in page.text("#curves .numbers") and "streaming-llm" in page.text("#curves .numbers")


def test_on_too_few_contexts_lines_are_drawn_without_bands(page):
    page.choose("#curves .dimensions label:nth-child(2) select", "coreference")
    page.waits(lambda: "coreference" in page.text("#curves .status"))
    count = "return document.querySelectorAll('#curves .chart .mark-%s path').length"
    page.waits(lambda: page.run(count % "area") == 0)
    assert page.run(count % "line") == 2 and "fewer than 5 have none" in page.text("#curves .status")
    assert serious(page) == []


def test_the_chart_has_the_numbers_of_the_table_of_curves(page, study):
    curves = pd.read_parquet(study.folder / "results/page/analysis/curves.parquet")
    here = curves[(curves["dataset"] == "base") & (curves["regime"] == "agnostic") & (curves["metric"] == "token_f1")]
    numbers = page.text("#curves .numbers")
    for row in here.itertuples():
        name = "ratio 0: nothing compressed" if row.policy == "none" else row.policy
        assert f"{name}{row.ratio:g}{row.value:.2f}{row.low:.2f} to {row.high:.2f}" in numbers


def test_the_slider_shades_tokens_by_how_many_heads_kept_them(page, facts):
    example = facts["explorer"]["examples"][0]
    assert "".join(example["regimes"][0]["pieces"]) == page.text("#explorer .passage")
    slide(page, Keys.HOME)
    assert len(set(shades(page))) == 1
    seen = []
    for ratio in (0.5, 0.9):
        slide(page, Keys.ARROW_RIGHT)
        assert page.find("#explorer .ratio").get_attribute("aria-valuetext") == f"ratio {ratio}"
        assert page.text("#explorer .now") == f"ratio {ratio}"
        found, counts = shades(page), kept(facts, "knorm", ratio)
        assert len({*zip(found, counts, strict=True)}) == len(set(counts))
        for count, shade in zip(counts, found, strict=True):
            red = round(255 + count / example["heads"] * (110 - 255))
            assert abs(int(re.match(r"rgb\((\d+)", shade)[1]) - red) <= 1
        seen.append((found, page.text("#explorer .status")))
    assert seen[0] != seen[1]


def test_policy_regime_question_and_example_change_what_is_shown(page, facts):
    def now():
        return (
            shades(page),
            page.text("#explorer .answers"),
            page.text("#explorer .asked"),
            page.text("#explorer .passage"),
        )

    first = now()
    page.find("#explorer .question").send_keys(Keys.ARROW_DOWN)
    second = now()
    assert first[2] != second[2] and first[3] == second[3]
    page.find("#explorer .regime").send_keys(Keys.ARROW_DOWN)
    third = now()
    assert "knorm, question-aware" in third[1] and second[0] != third[0] and second[3] == third[3]
    page.find("#explorer .policy input[value='streaming-llm']").send_keys(Keys.SPACE)
    fourth = now()
    assert "streaming-llm, question-aware" in fourth[1] and third[0] != fourth[0]
    page.find("#explorer .example").send_keys(Keys.ARROW_DOWN)
    assert now()[3] != fourth[3]


def test_the_ratio_stays_when_the_example_changes(page):
    slide(page, Keys.END)
    page.find("#explorer .example").send_keys(Keys.ARROW_DOWN)
    assert page.text("#explorer .now") == "ratio 0.9"


def test_evidence_is_underlined_where_the_passage_states_the_answer(page, facts):
    questions = facts["explorer"]["examples"][0]["questions"]
    for index, question in enumerate(questions):
        page.run(
            "const s = document.querySelector('#explorer .question'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('change', { bubbles: true }))",
            index,
        )
        text = page.run(
            "return [...document.querySelectorAll('#explorer .evidence[data-index]')].map(s => s.textContent).join('')"
        )
        stated = [form for form in question["accepted"] if form in text]
        assert stated or not text, (question, text)


def test_answers_stand_beside_each_ratio(page, facts):
    example = facts["explorer"]["examples"][0]
    rows = page.all("#explorer .answers tbody tr")
    cells = example["regimes"][0]["cells"]
    for row, (policy, ratio) in zip(rows, (("none", 0), ("knorm", 0.5), ("knorm", 0.9)), strict=True):
        answer = next(c["answers"][0] for c in cells if (c["policy"], c["ratio"]) == (policy, ratio))
        shown = row.text.split()
        assert shown[0] == f"{ratio:g}" and answer[1] in shown and shown[-1] == f"{answer[2]:.2f}"
    current = page.all("#explorer .answers tr[aria-current='true']")
    assert [row.text.split()[0] for row in current] == ["0.5"]


def test_hostile_texts_are_shown_as_text(changed, facts):
    facts = copy.deepcopy(facts)
    example = facts["explorer"]["examples"][0]
    regime = example["regimes"][0]
    knorm = [cell for cell in regime["cells"] if cell["policy"] == "knorm"]
    example["name"] = HOSTILE["script"] + HOSTILE["joined"]
    example["questions"] = [
        {"text": text, "accepted": [text], "score": "token F1", "underlined": "evidence"} for text in HOSTILE.values()
    ]
    regime["evidence"] = [[0]] * len(HOSTILE)
    for cell in regime["cells"]:
        cell["answers"] = [[text, "correct", 1.0] for text in HOSTILE.values()]
    regime["pieces"][:2] = [HOSTILE["end"], HOSTILE["right to left"]]
    knorm[0]["reason"] = ""
    knorm[1] |= {"reason": HOSTILE["end"] + HOSTILE["joined"], "answers": [None] * len(HOSTILE)}
    facts["coverage"]["documents"][0]["reasons"] = list(HOSTILE.values())
    page = changed(facts)
    assert page.text("#explorer .passage").startswith(named(HOSTILE["end"] + HOSTILE["right to left"]))
    for index, text in enumerate(HOSTILE.values()):
        page.run(
            "const s = document.querySelector('#explorer .question'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('change', { bubbles: true }))",
            index,
        )
        assert page.text("#explorer .answer") == named(text)
        assert named(text) in page.text("#explorer .asked")
        assert page.run("return document.documentElement.scrollWidth") <= WIDE
    assert page.text("#explorer .example").startswith(named(example["name"]))
    assert named(knorm[1]["reason"]) in page.text("#explorer .answers")
    slide(page, Keys.END)
    assert page.text("#explorer .status") == f"knorm at ratio 0.9: {named(knorm[1]['reason'])}."
    assert page.run("return [...document.querySelectorAll('#coverage ol li')].map(i => i.textContent)") == [
        named(text) for text in HOSTILE.values()
    ]
    assert page.driver.title == "page: KV-cache compression"
    assert page.all("img") == [] and serious(page) == []
    page.open(NARROW)
    assert page.run("return document.documentElement.scrollWidth") <= NARROW


def test_every_control_has_a_name(page):
    controls = page.all("select, input, button, summary, [tabindex='0'], a[href]")
    assert len(controls) > 20
    assert [c.get_attribute("outerHTML")[:80] for c in controls if c.is_displayed() and not c.accessible_name] == []
    for selector in ("#curves .status", "#explorer .status", "#explorer .token"):
        assert page.find(selector).get_attribute("aria-live") == "polite"
    assert [section.accessible_name for section in page.all("section")] == [h.text for h in page.all("h2")]


def test_the_keyboard_reaches_every_control_and_every_token(page):
    controls = "select, input[type=checkbox], input[type=radio]:checked, input[type=range], .passage, summary"
    wanted = page.run(
        "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).length", controls
    )
    reached = set()
    for _ in range(120):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        if page.run("return document.activeElement.matches(arguments[0])", controls):
            reached.add(page.run("return document.activeElement").id)
    assert len(reached) == wanted > 10
    passage = page.find("#explorer .passage")
    passage.send_keys(Keys.ARROW_RIGHT)
    first = page.text("#explorer .token")
    passage.send_keys(Keys.ARROW_RIGHT)
    assert page.text("#explorer .token") != first
    assert re.search(r"kept by \d+ of 90 heads", first)


def luminance(colour):
    """Relative luminance of a CSS colour (WCAG 2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stays_legible_on_every_shade(page):
    script = """
    const own = (e) => getComputedStyle(e).backgroundColor;
    const seen = (e) => own(e) === 'rgba(0, 0, 0, 0)' && e.parentElement ? seen(e.parentElement) : own(e);
    const all = '.passage > span, #coverage td, #claims td, .answers td, .note, .status, label, dt';
    const texts = document.querySelectorAll(all);
    return [...texts].map((e) => [getComputedStyle(e).color, seen(e)]);
    """
    for key in (Keys.HOME, Keys.ARROW_RIGHT, Keys.END):
        slide(page, key)
        for text, ground in {tuple(pair) for pair in page.run(script)}:
            dark, light = sorted((luminance(text), luminance(ground)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_links_lead_to_the_report_and_to_every_section(page):
    links = [link.get_attribute("href") for link in page.all("header a")]
    assert links[0] == (page.path.parent / "page/report.html").as_uri()
    for link in links[1:]:
        assert page.find(f"#{link.rpartition('#')[2]}").tag_name == "section"
