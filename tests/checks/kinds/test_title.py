"""The document is what the item asks for, by its own title or by its link and contents."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

PLAN = "annual_action_plan"
ELEMENT = "one_year_plan"
BODY = "<p>โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 งบประมาณ 350,000 บาท ระยะเวลาตลอดปี</p>"


@pytest.mark.parametrize(
    ("heading", "verdict", "reason"),
    [
        ("แผนดำเนินงานประจำปี 2565", "met", ""),
        ("แผนปฎิบัติราชการประจำปี 2565", "met", ""),
        ("รายงานผลการดำเนินงานประจำปี 2565", "not_met", Reason.WRONG_DOCUMENT),
        ("คู่มือการจัดทำแผนการดำเนินงาน", "not_met", Reason.WRONG_DOCUMENT),
        ("ผลการประเมินความเสี่ยงการทุจริต ประจำปี 2565", "not_met", Reason.WRONG_DOCUMENT),
        ("ภาพกิจกรรมวันเด็ก", "not_met", Reason.WRONG_DOCUMENT),
    ],
)
def test_a_title_says_whose_document_it_is(agency, heading: str, verdict: str, reason: str) -> None:
    finding = agency.page(PLAN, f"<h1>{heading}</h1>{BODY}").element(PLAN, ELEMENT)
    assert (finding.verdict, finding.reasons) == (verdict, (reason,) if reason else ())


def test_an_untitled_document_is_known_by_its_link_and_contents(agency) -> None:
    agency.page(PLAN, f"<p>แผนการดำเนินงานของตำบล</p>{BODY}", link_text="แผนดำเนินงานประจำปี 2565")
    finding = agency.element(PLAN, ELEMENT)
    assert finding.verdict is Verdict.MET
    assert finding.quotes


def test_a_page_of_links_only_is_the_way_and_not_the_document(agency) -> None:
    finding = agency.page(PLAN, "<a href='/a.pdf'>แผนดำเนินงานประจำปี 2565 ฉบับสมบูรณ์ทั้งเล่ม</a>").element(PLAN, ELEMENT)
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.WEAK_MATCH,))


def test_a_title_with_nothing_under_it_is_too_little(agency) -> None:
    assert agency.page(PLAN, "<h1>แผนดำเนินงานประจำปี</h1>").element(PLAN, ELEMENT).verdict is Verdict.UNSURE


def test_the_best_of_several_sources_counts(agency) -> None:
    agency.page(PLAN, f"<h1>ภาพกิจกรรมวันเด็ก</h1>{BODY}", url="https://www.tonmai.go.th/1")
    agency.page(PLAN, f"<h1>แผนดำเนินงานประจำปี 2565</h1>{BODY}", url="https://www.tonmai.go.th/2")
    assert agency.element(PLAN, ELEMENT).verdict is Verdict.MET


NONE = "ในปีงบประมาณ พ.ศ. 2565 ไม่มีการจัดจ้างที่มีวงเงินเกิน 5 แสนบาท จึงไม่ต้องเผยแพร่แผนการจัดซื้อจัดจ้าง"


def test_a_published_statement_that_no_plan_is_due_stands_for_the_plan(agency) -> None:
    finding = agency.page("procurement_plan", f"<h1>ประกาศ</h1><p>{NONE}</p>").element(
        "procurement_plan", "procurement_plan"
    )
    assert finding.verdict is Verdict.MET
    assert "ไม่มีการจัดจ้าง" in finding.quotes[0].text


def test_a_limit_that_is_only_mentioned_is_no_such_statement(agency) -> None:
    body = "<h1>ประกาศ</h1><p>จ้างเหมาบริการ วงเงินไม่เกิน 500,000 บาท ปีงบประมาณ พ.ศ. 2565 โดยวิธีเฉพาะเจาะจง</p>"
    assert (
        agency.page("procurement_plan", body).element("procurement_plan", "procurement_plan").verdict is not Verdict.MET
    )
