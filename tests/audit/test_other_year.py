"""Evidence fetched for one year's form judged by another year's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from audit.demo.server import Server
from audit.other_year import carry_over
from audit.pipeline import AuditSettings, audit_agencies, check_agencies
from crawler.settings import CrawlSettings
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text.options import ReadOptions
from oit import submissions
from oit.criteria import load
from oit.errors import CriteriaError
from oit.model import Agency, Answer, Submission
from reports.shape import validate

AGENCY = Agency(
    "T", "องค์การบริหารส่วนตำบลตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", "https://t.go.th/"
)
LOCAL = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, page_budget=0, walk=False)


def given(**answers: Answer) -> Submission:
    return Submission(2565, AGENCY, tuple(answers.values()))


def test_answers_are_carried_over_by_slug_and_renumbered() -> None:
    mine = given(
        o5=Answer("o5", True, ("https://t.go.th/contact",), "เมนู"), o9=Answer("o9", True, ("https://t.go.th/fb",))
    )
    row = Fetch("run", "T", "https://t.go.th/contact", "ok", "submitted", items=("o5",))
    carried = carry_over(mine, [row, replace(row, items=("o9",))], load(2565), load(2567))
    assert {answer.item: answer.urls for answer in carried.submission.answers} == {"o4": ("https://t.go.th/contact",)}
    assert [fetch.items for fetch in carried.fetches] == [("o4",), ()]
    assert carried.submission.framework == 2567


def test_an_item_made_of_several_takes_all_their_answers() -> None:
    mine = given(
        o10=Answer("o10", True, ("https://t.go.th/plan",), "แผน"),
        o11=Answer("o11", False),
        o18=Answer("o18", True, ("https://t.go.th/budget", "https://t.go.th/plan"), "งบ"),
    )
    carried = carry_over(mine, [], load(2565), load(2567))
    (answer,) = carried.submission.answers
    assert (answer.item, answer.disclosed) == ("o8", True)
    assert answer.urls == ("https://t.go.th/plan", "https://t.go.th/budget")
    assert answer.explanation == "แผน\nงบ"
    assert carried.answered_as["o8"] == ("o10", "o11", "o18", "o19")


def test_items_that_are_new_are_not_asked_and_those_left_open_are_not_answered() -> None:
    carried = carry_over(given(), [], load(2565), load(2567))
    form = load(2567)
    new = {"code_of_ethics", "no_gift_culture", "no_gift_report", "customary_benefits_report"}
    assert carried.not_asked == {form.by_slug[slug].code for slug in new}
    assert form.by_slug["contact"].code not in carried.not_asked


@pytest.fixture(scope="module")
def store(shared_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of the tiny site, fetched for its submission of FY2565."""
    folder = tmp_path_factory.mktemp("evidence")
    with Server(shared_site) as server:
        mine = submissions.from_json(server.submission(), "tiny")
        audit_agencies([mine], settings(folder, "first"))
    return folder


def settings(folder: Path, out: str) -> AuditSettings:

    return AuditSettings(folder / "store", folder / out, date(2022, 5, 10), LOCAL, ReadOptions(ocr=False))


@pytest.mark.parametrize("year", [2564, 2566, 2567, 2568])
def test_another_years_rules_are_told_and_the_runs_own_result_is_kept(store: Path, year: int) -> None:
    with EvidenceStore.open(store / "store") as opened:
        run = opened.latest_run("tiny")
        assert run is not None
        kept = opened.result(run.id)
    (audited,) = check_agencies(settings(store, f"by-{year}"), framework=year)
    result = audited.result
    assert validate(result) == []
    assert (result["framework"], result["submission_framework"]) == (year, 2565)
    assert "other_framework" in result["notes"]
    form = load(year)
    assert [entry["item"] for entry in result["items"]] == [item.code for item in form.items]
    by_slug = {entry["slug"]: entry for entry in result["items"]}
    if year >= 2566:
        assert (by_slug["no_gift_policy" if year < 2568 else "no_gift_policy_and_culture"]["reasons"]) == [
            "not_answered"
        ]
    assert by_slug["contact"]["urls"] and by_slug["contact"]["answered_as"] == ["o5"]
    asked = [entry for entry in result["items"] if entry["reasons"] == ["not_asked"]]
    assert all(entry["verdict"] == "unsure" and entry["score"] is None and not entry["answered_as"] for entry in asked)
    assert bool(asked) is (year != 2565)
    assert (store / f"by-{year}" / "tiny" / "report.html").is_file()
    with EvidenceStore.open(store / "store") as opened:
        assert opened.result(run.id) == kept


def test_news_of_the_year_counts_for_that_years_form_only(store: Path) -> None:
    """The tiny site's news is of January 2565: in time for the form of 2565, too old for that of 2566."""
    seen = {}
    for year in (2565, 2566):
        (audited,) = check_agencies(settings(store, f"news-{year}"), framework=year)
        seen[year] = next(entry for entry in audited.result["items"] if entry["slug"] == "news")["year"]
    assert 2565 in seen[2565]["found_be"] and seen[2565]["verdict"] == "met"
    assert (seen[2566]["verdict"], seen[2566]["reasons"]) == ("not_met", ["year_wrong"])


def test_a_form_of_titles_only_gives_no_score(store: Path) -> None:
    (audited,) = check_agencies(settings(store, "by-2569"), framework=2569)
    assert audited.result["score"] == {
        "low": None, "high": None, "indicators": {"9": None, "10": None}, "sub_indicators": {}
    }  # fmt: skip
    assert {entry["verdict"] for entry in audited.result["items"]} == {"unsure"}
    assert {entry["score"] for entry in audited.result["items"]} == {None}
    assert all(entry["reasons"] == ["criteria_unverified"] for entry in audited.result["items"])
    assert validate(audited.result) == []
    assert (store / "by-2569" / "tiny" / "report.html").is_file()


def test_the_runs_own_year_is_judged_as_ever(store: Path) -> None:
    (audited,) = check_agencies(settings(store, "same"), framework=2565)
    assert audited.result["submission_framework"] == 2565
    assert "other_framework" not in audited.result["notes"]
    assert "answered_as" not in audited.result["items"][0]


def test_a_year_without_criteria_is_a_clear_error(store: Path) -> None:
    with pytest.raises(CriteriaError, match="no criteria for fiscal year 2599; available: 2564"):
        check_agencies(settings(store, "none"), framework=2599)
