import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from kvstudy.page.document import SECTIONS, render
from tests import debian
from tests.conftest import HOME, Checkout, copy, made_once, with_model

PROGRAMS, PACKAGES = ("chromium", "chromedriver"), ("chromium", "chromium-driver")
WIDE, NARROW = 1400, 360
STUDY = "tests/browser/study.yaml"
PATIENCE = 30  # seconds


@dataclass
class Page:
    """The study page in a browser."""

    driver: webdriver.Chrome
    path: Path

    def open(self, width: int = WIDE) -> "Page":
        """Load it and wait until it is drawn."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == NARROW}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get(self.path.as_uri())
        drawn = "return document.body.dataset.drawn === 'yes' && document.querySelector('#curves .chart svg') !== null"
        WebDriverWait(self.driver, PATIENCE).until(lambda driver: driver.execute_script(drawn))
        return self

    def run(self, script: str, *arguments: object) -> object:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        """The first element that fits."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        """All elements that fit."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """The text of an element, as the page holds it."""
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def choose(self, selector: str, label: str) -> None:
        """Choose an option by its label."""
        Select(self.find(selector)).select_by_visible_text(label)

    def waits(self, condition: Callable[[], object]) -> object:
        """What a condition gives once it holds."""
        return WebDriverWait(self.driver, PATIENCE).until(lambda driver: condition())


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser without a window."""
    try:
        debian.need(PROGRAMS, PACKAGES)
    except debian.Missing as reason:
        pytest.fail(str(reason), pytrace=False)
    browser, service = map(shutil.which, PROGRAMS)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,900"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('browser')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(service))
    yield made
    made.quit()


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory, small_model: Path) -> Checkout:
    """A copy in which a study has really run, up to its page."""

    def run(folder: Path) -> None:
        made = with_model(copy(folder), small_model)
        made.config = STUDY
        done = made.snakemake("reports/page.html")
        assert done.returncode == 0, done.stdout + done.stderr

    return Checkout(made_once(tmp_path_factory, "page", run), STUDY)


@pytest.fixture(scope="session")
def path(study: Checkout) -> Path:
    """The page of the study."""
    return study.folder / "reports/page.html"


@pytest.fixture(scope="session")
def facts(path: Path) -> dict[str, dict]:
    """What each section of the page shows."""
    text = path.read_text(encoding="utf-8")
    found = {
        section.name: re.search(rf'<script type="application/json" id="{section.name}-facts">(.*?)</script>', text)
        for section in SECTIONS
    }
    return {name: json.loads(match[1]) for name, match in found.items()}


@pytest.fixture
def page(driver: webdriver.Chrome, path: Path) -> Page:
    """The page of the study, wide."""
    return Page(driver, path).open()


@pytest.fixture
def changed(driver: webdriver.Chrome, tmp_path: Path) -> Callable[[dict], Page]:
    """Opens a page of other facts."""

    def opened(facts: dict) -> Page:
        path = tmp_path / "changed.html"
        path.write_text(render("page", facts, HOME / "resources/page"), encoding="utf-8")
        return Page(driver, path).open()

    return opened
