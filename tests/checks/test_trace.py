"""The trace tells what the judging did: nothing of the verdict changes with it, and nothing of it is made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import counterfactual
from checks.counterfactual import Change, Kind
from checks.run import judge_one
from checks.trace import Trace
from oit.findings import ItemResult, Verdict

PLAN = "annual_action_plan"
TABLE = (
    "<table><tr><th>ที่</th><th>โครงการ</th><th>งบประมาณ (บาท)</th><th>ระยะเวลาดำเนินการ</th></tr>"
    "<tr><td>1</td><td>โครงการก่อสร้างถนนคอนกรีต หมู่ที่ 3</td><td>350,000</td><td>ตลอดปี</td></tr>"
    "<tr><td>2</td><td>โครงการขุดลอกคลอง หมู่ที่ 5</td><td>120,000</td><td>ตลอดปี</td></tr></table>"
)
WITHOUT_BUDGET = (
    TABLE.replace("<th>งบประมาณ (บาท)</th>", "").replace("<td>350,000</td>", "").replace("<td>120,000</td>", "")
)
TITLE = "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1>"
LAST_YEAR = TITLE.replace("2565", "2564")


def traced(agency, slug: str = PLAN) -> tuple[ItemResult, Trace, tuple[Change, ...]]:
    evidence, item, trace = agency.evidence(), agency.item(slug), Trace()
    result = judge_one(evidence, item, trace)
    return result, trace, counterfactual.changes(evidence, item, result, trace)


def source(trace: Trace, ending: str) -> dict[str, Any]:
    return next(source for source in trace.to_json()["sources"] if source["url"].endswith(ending))


@pytest.mark.parametrize("body", [TITLE + TABLE, LAST_YEAR + TABLE, TITLE + WITHOUT_BUDGET])
def test_a_trace_changes_nothing_of_the_result(agency, body: str) -> None:
    agency.home().page(PLAN, body)
    result, _, _ = traced(agency)
    assert result == agency.judge(PLAN)


def test_the_matches_of_an_element_are_those_its_search_met(agency) -> None:
    _, trace, _ = traced(agency.home().page(PLAN, TITLE + TABLE))
    told = trace.to_json()
    plan = next(element for element in told["elements"] if element["id"] == "one_year_plan")
    assert plan["searches"][0]["matches"][0]["place"] == "heading"
    assert "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565" in plan["searches"][0]["matches"][0]["text"]
    assert plan["finding"]["verdict"] == "met"


def test_the_time_that_decided_is_marked_with_its_place_and_weight(agency) -> None:
    _, trace, _ = traced(agency.home().page(PLAN, LAST_YEAR + TABLE))
    (decided,) = [time for time in source(trace, "page")["year"]["times"] if time["decided"]]
    assert (decided["says"], decided["where"], decided["weight"]) == ("2564", "title", 1.0)


def test_a_source_that_is_not_asked_says_why(agency) -> None:
    page = agency.home().page(PLAN, TITLE + TABLE)
    page.page(PLAN, LAST_YEAR + TABLE + "<p>ฉบับก่อน</p>", url="https://www.tonmai.go.th/old")
    result, trace, _ = traced(page)
    assert result.verdict is Verdict.MET
    assert source(trace, "/old")["aside"]["why"] == "year_wrong"
    assert source(trace, "/page")["aside"] is None


def test_one_missing_detail_is_named_as_what_would_make_the_item_met(agency) -> None:
    result, _, changes = traced(agency.home().page(PLAN, TITLE + WITHOUT_BUDGET))
    assert result.verdict is Verdict.NOT_MET
    assert changes == (Change(Kind.FOUND, Verdict.MET, ("budget",)),)


def test_the_year_in_the_title_is_named_where_it_would_settle_the_time(agency) -> None:
    result, _, (change,) = traced(agency.home().page(PLAN, LAST_YEAR + TABLE))
    assert result.reasons[0] == "year_wrong"
    assert (change.kind, change.year, change.title_year, change.verdict) == (Kind.FOUND, True, 2565, Verdict.MET)


def test_a_page_that_did_not_come_is_what_would_change_the_verdict(agency) -> None:
    result, trace, (change,) = traced(agency.home().failed(PLAN, "timeout"))
    assert result.verdict is Verdict.UNSURE
    assert [(fetch.outcome, effect.proved) for fetch, effect in trace.trouble] == [("timeout", False)]
    assert (change.kind, change.urls) == (Kind.REACH, ("https://www.tonmai.go.th/lost",))


def test_an_item_answered_no_would_change_by_another_answer(agency) -> None:
    result, trace, (change,) = traced(agency.home().answer(PLAN, disclosed=False))
    assert (result.verdict, trace.to_json()["step"], change.kind) == (Verdict.NOT_MET, "answer", Kind.ANSWER)


def test_an_item_that_is_met_rests_on_the_document_that_carries_it(agency) -> None:
    page = agency.home().page(PLAN, TITLE + TABLE)
    page.page(PLAN, "<h1>ข่าวประชาสัมพันธ์</h1><p>ประชุมสภาสมัยสามัญ</p>", url="https://www.tonmai.go.th/news")
    _, _, changes = traced(page)
    assert [(change.kind, change.urls) for change in changes] == [(Kind.WITHOUT, ("https://www.tonmai.go.th/page",))]


def test_a_document_of_another_item_is_told_as_such_and_the_right_one_asked_for(agency) -> None:
    report = "<h1>รายงานผลการใช้จ่ายงบประมาณประจำปี พ.ศ. 2565</h1><p>เบิกจ่ายแล้วทั้งสิ้น 1,250,000 บาท</p>"
    result, trace, changes = traced(agency.home().page(PLAN, report))
    assert result.reasons[0] == "wrong_document"
    assert source(trace, "page")["fit"]["rival"]
    assert changes[0].kind in (Kind.DOCUMENT, Kind.FOUND)


def test_what_is_found_elsewhere_leaves_no_mark_on_the_trace(agency) -> None:
    page = agency.home().page(PLAN, LAST_YEAR + TABLE)
    page.page(
        "law", TITLE + TABLE, url="https://www.tonmai.go.th/elsewhere"
    ) if "law" in agency.framework.by_slug else None
    _, trace, _ = traced(page)
    assert [one["url"].rsplit("/", 1)[-1] for one in trace.to_json()["sources"]] == ["page"]


def test_a_check_that_breaks_leaves_the_decision_to_a_person(agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.home().page(PLAN, TITLE + TABLE)
    evidence, item, trace = agency.evidence(), agency.item(PLAN), Trace()
    broken = replace(judge_one(evidence, item), verdict=Verdict.UNSURE, reasons=("check_error",))
    (change,) = counterfactual.changes(evidence, item, broken, trace)
    assert change.kind is Kind.PERSON
