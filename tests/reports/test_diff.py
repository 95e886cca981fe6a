from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from oit.model import Framework
from reports.diff import Change, compare, lines, render
from tests.reports.conftest import Sample

Result = dict[str, Any]


@pytest.fixture
def before(sample: Sample) -> Result:
    return sample.build()


def entry(result: Result, slug: str) -> Result:
    return next(item for item in result["items"] if item["slug"] == slug)


def lose(item: Result) -> None:
    item.update(verdict="not_met", score=0, reasons=["element_missing"])
    item["elements"][0].update(verdict="not_met", quotes=[], reasons=["element_missing"])


def win(item: Result) -> None:
    item.update(verdict="met", score=100, reasons=[])


def roll(item: Result) -> None:
    item["year"]["found_be"] = [year + 1 for year in item["year"]["found_be"]]


def replace_file(item: Result) -> None:
    for row in item["urls"]:
        row.update(url="https://a.go.th/plan.pdf", content_type="application/pdf", sha256="1" * 64)


CASES: list[tuple[str, Callable[[Result], None], Change]] = [
    ("organisation_structure", lose, Change.VANISHED),
    ("executives", win, Change.APPEARED),
    ("executives", lambda item: item.update(verdict="unsure", score=None, reasons=["timeout"]), Change.CHANGED),
    ("executives", lambda item: item.update(reasons=["wrong_document"]), Change.REASON_CHANGED),
    ("strategic_plan", roll, Change.YEAR_ROLLED_OVER),
    ("service_statistics", lambda item: item["urls"][0].update(outcome="ok"), Change.REACHABLE_AGAIN),
    ("organisation_structure", lambda item: item["urls"][0].update(outcome="timeout"), Change.UNREACHABLE),
    ("organisation_structure", lambda item: item["answer"].update(explanation="หน้าหลัก > ใหม่"), Change.ANSWER_CHANGED),
]


@pytest.mark.parametrize("slug, change, word", CASES, ids=[case[2] for case in CASES])
def test_one_change_is_told_for_its_item_and_for_no_other(
    before: Result, slug: str, change: Callable[[Result], None], word: Change
) -> None:
    after = copy.deepcopy(before)
    change(entry(after, slug))
    found = compare(before, after)
    assert [(item["slug"], item["changes"][0]) for item in found["items"]] == [(slug, word)]


def test_two_runs_that_say_the_same_have_no_changes_although_pages_count_their_visitors(before: Result) -> None:
    after = copy.deepcopy(before)
    after["run"].update(id="another", as_of="2022-06-01")
    for item in after["items"]:
        for row in item["urls"]:
            row["sha256"] = "2" * 64
            row["content_type"] = "text/html; charset=utf-8"
    for item in before["items"]:
        for row in item["urls"]:
            row["content_type"] = "text/html"
    assert compare(before, after)["items"] == []


def test_a_file_replaced_at_the_same_address_is_told_with_both_hashes(before: Result) -> None:
    replace_file(entry(before, "organisation_structure"))
    after = copy.deepcopy(before)
    entry(after, "organisation_structure")["urls"][0]["sha256"] = "2" * 64
    (item,) = compare(before, after)["items"]
    assert item["changes"] == ["document_replaced"]
    assert item["documents"] == [{"url": "https://a.go.th/plan.pdf", "before": "1" * 64, "after": "2" * 64}]


def test_both_quotes_are_kept_and_shown(before: Result, framework: Framework) -> None:
    after = copy.deepcopy(before)
    element = entry(after, "organisation_structure")["elements"][0]
    element["quotes"][0]["text"] = "โครงสร้างใหม่ของหน่วยงาน <script>alert(1)</script>"
    entry(after, "organisation_structure").update(verdict="unsure", score=None, reasons=["weak_match"])
    found = compare(before, after)
    told = next(one for one in found["items"][0]["elements"] if one["id"] == element["id"])
    old = entry(before, "organisation_structure")["elements"][0]["quotes"][0]["text"]
    assert (told["before"]["quotes"][0]["text"], told["after"]["quotes"][0]["text"]) == (
        old,
        element["quotes"][0]["text"],
    )
    html = render([found], {2565: framework})
    text = BeautifulSoup(html, "lxml").get_text(" ")
    assert old.split()[0] in text and "โครงสร้างใหม่ของหน่วยงาน" in text
    assert "<script>" not in html


def test_results_of_two_years_are_held_against_each_other_by_slug(before: Result) -> None:
    after = copy.deepcopy(before)
    entry(after, "organisation_structure")["item"] = "o2"
    gone = entry(after, "executives")
    after["items"].remove(gone)
    after["items"].append(gone | {"slug": "something_new"})
    changes = {item["slug"]: item["changes"] for item in compare(before, after)["items"]}
    assert changes == {"executives": ["item_gone"], "something_new": ["item_new"]}


def test_results_of_two_agencies_are_not_compared(before: Result) -> None:
    after = copy.deepcopy(before)
    after["agency"]["code"] = "other"
    with pytest.raises(ValueError, match="two agencies"):
        compare(before, after)


@pytest.mark.parametrize("lang, word", [("th", "เคยพบ"), ("en", "No longer there")])
def test_the_lines_of_a_terminal_name_agency_item_and_change(before: Result, lang: str, word: str) -> None:
    after = copy.deepcopy(before)
    lose(entry(after, "organisation_structure"))
    told = lines(compare(before, after), lang)
    assert len(told) == 2 and before["agency"]["name"] in told[0]
    assert "o1" in told[1] and word in told[1]
