from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from oit.criteria import load, years
from oit.model import Framework
from reports.catalogue import catalogue, cell, pages, uncertain

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module", params=years())
def framework(request: pytest.FixtureRequest) -> Framework:
    return load(request.param)


@pytest.fixture(scope="module")
def page(framework: Framework) -> str:
    return catalogue(framework)


def sections(page: str) -> dict[str, str]:
    """The block of each item by its code."""
    blocks = page.split("\n### o")[1:]
    return {"o" + block.split(" ", 1)[0]: block for block in blocks}


def test_the_pages_in_docs_are_the_ones_the_criteria_give() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("catalogue*.md")}
    assert written == pages(), "run: make docs"


def test_the_index_leads_to_each_year_and_shows_every_number_of_an_item() -> None:
    index = pages()["catalogue.md"]
    for year in years():
        assert f"[{year}](catalogue-{year}.md)" in index
        for item in load(year).items:
            row = next(line for line in index.splitlines() if line.startswith(f"| {item.slug}: "))
            assert f" {item.code} |" in row


def test_a_year_of_titles_only_says_that_it_is_never_scored() -> None:
    assert "never scored" in catalogue(load(2569))
    assert "never scored" not in catalogue(load(2568))


@pytest.mark.parametrize(("arguments", "name"), [((), "catalogue.md"), (("2567",), "catalogue-2567.md")])
def test_the_command_prints_a_page(arguments: tuple[str, ...], name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reports.catalogue", *arguments], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode("utf-8") == pages()[name]


def test_each_item_shows_its_titles_year_rule_sources_and_confidence(page: str, framework: Framework) -> None:
    blocks = sections(page)
    assert list(blocks) == [item.code for item in framework.items]
    for item in framework.items:
        block = blocks[item.code]
        for shown in (item.title.th, item.title.en, item.slug, item.year_rule.kind, *item.sources, *item.aliases):
            assert shown in block
        assert f"Confidence: {item.confidence}" in block
        rules = (item.year_rule, *item.additional_year_rules)
        for text in (*(rule.text for rule in rules), *item.notes, *(rule.text for rule in item.exceptions)):
            assert text.th in block and text.en in block


def test_each_element_has_a_row_with_requirement_and_kind(page: str, framework: Framework) -> None:
    blocks = sections(page)
    for item in framework.items:
        for element in item.elements:
            row = next(line for line in blocks[item.code].splitlines() if line.startswith(f"| {element.id} "))
            cells = [part.strip() for part in row.strip("|").split(" | ")]
            assert cells[1:] == [
                cell(element.text.th),
                cell(element.text.en),
                element.requirement,
                element.kind,
                element.confidence,
            ]


def test_uncertain_items_are_marked_and_certain_ones_are_not(page: str, framework: Framework) -> None:
    for item in framework.items:
        established = item.elements_status in ("from_manual", "stated_for_this_year")
        certain = framework.certainty(item) == "high" and established
        heading = sections(page)[item.code].splitlines()[0]
        assert heading.endswith("⚠") is not certain


@pytest.mark.parametrize(
    ("confidence", "status", "marked"),
    [
        ("high", "from_manual", False),
        ("medium", "from_manual", True),
        ("high", "reconstructed", True),
        ("high", "carried_over", True),
        ("high for the rule, medium for the arithmetic", "from_manual", True),
    ],
)
def test_the_mark_stands_for_anything_less_than_certain(confidence: str, status: str, marked: bool) -> None:
    assert bool(uncertain(confidence, status)) is marked


def test_each_general_rule_is_told_in_both_languages_with_its_source(page: str, framework: Framework) -> None:
    for name, rule in framework.general_rules.items():
        assert f"**{name}**" in page
        assert rule["th"] in page and rule["en"] in page
        assert f"source: {rule['source']}; confidence: {rule['confidence']}" in page


def test_a_changed_criterion_changes_the_page(page: str, framework: Framework) -> None:
    first = replace(framework.items[0], sources=("a page of the manual | page 9",))
    other = catalogue(replace(framework, items=(first, *framework.items[1:])))
    assert other != page
    assert "a page of the manual" in other


def test_bars_and_line_breaks_cannot_break_a_table() -> None:
    assert cell("a | b\n c") == "a \\| b c"
