"""Every kind of page that people get, in Chromium: axe-core finds nothing, nothing is asked of any network, no sideways scroll."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from crawler.browser import find_chromium
from oit import criteria
from oit.survey_scores import SurveyScores
from reports import agency_report, diff, improvement_plan, overview, paper
from tests.reports.conftest import make_sample

pytestmark = pytest.mark.skipif(not find_chromium(), reason="no Chromium is installed (apt-get install chromium)")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = ("report", "diff", "index", "agencies", "items")
THAI_ONLY = ("plan", "follow-up")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    framework = criteria.load(2565)
    before = make_sample(framework).build()
    after: dict[str, Any] = copy.deepcopy(before)
    after["items"][0].update(verdict="unsure", score=None, reasons=["timeout"])
    after["items"][0]["elements"][0].update(verdict="unsure", quotes=[])
    (folder / "report.html").write_text(agency_report.render(before, framework), encoding="utf-8")
    changes = [diff.compare(before, after)]
    (folder / "diff.html").write_text(diff.render(changes, {2565: framework}), encoding="utf-8")
    overview.write(folder, overview.collect([before]))
    for stem, document in improvement_plan.draft(before, framework, SurveyScores()).files().items():
        (folder / f"{stem}.html").write_text(paper.html(document), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", (*PAGES, *THAI_ONLY))
def test_axe_finds_no_violation_and_the_page_asks_no_network(browser: Browser, pages: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((pages / f"{name}.html").as_uri())
    for language in ("th", "en") if name in PAGES else ("th",):
        if name in PAGES:
            page.locator(f"label[for=lang-{language}]").click()
        found = Axe().run(page, options=RULES)
        told = [(one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]]
        assert not told
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()


def test_the_table_of_agencies_can_be_searched_and_sorted(browser: Browser, pages: Path) -> None:
    page = browser.new_page()
    page.goto((pages / "agencies.html").as_uri())
    page.locator("#find").fill("ไม่มีหน่วยงานนี้")
    expect(page.locator("#agencies tbody tr:visible")).to_have_count(0)
    page.locator("#find").fill("")
    expect(page.locator("#agencies tbody tr:visible")).to_have_count(1)
    head = page.locator("#agencies thead button").first
    head.click()
    assert page.locator("#agencies thead th").first.get_attribute("aria-sort") == "descending"
    page.close()
