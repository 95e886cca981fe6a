"""What other years' forms bring: rules for some elements only, criteria not established, titles only, carried-over conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checks.run import judge_one
from oit.criteria import load
from oit.findings import Reason, Verdict

AS_OF = date(2024, 5, 10)
PLAN_AND_PROGRESS = "annual_plan_and_progress"
PLAN = (
    "<h1>แผนการดำเนินงานและแผนการใช้จ่ายงบประมาณ ประจำปีงบประมาณ พ.ศ. 2567</h1><table><tr><th>โครงการ</th><th>งบประมาณ (บาท)</th>"
    "<th>แหล่งงบประมาณ</th><th>ประเภทรายจ่าย</th><th>ระยะเวลาดำเนินการ</th></tr>"
    "<tr><td>โครงการปรับปรุงถนนหมู่ 2</td><td>450,000</td><td>เงินอุดหนุนทั่วไป</td><td>งบลงทุน</td><td>ต.ค. 2566 - ก.ย. 2567</td></tr>"
    "<tr><td>โครงการอบรมอาชีพ</td><td>80,000</td><td>รายได้จัดเก็บเอง</td><td>งบดำเนินงาน</td><td>ม.ค. 2567 - มี.ค. 2567</td></tr></table>"
)


def progress(period: str) -> str:
    return (
        f"<h1>รายงานความก้าวหน้าการดำเนินงานและการใช้งบประมาณ ประจำปีงบประมาณ พ.ศ. 2567</h1><p>{period}</p><table><tr><th>โครงการ</th>"
        "<th>ความก้าวหน้า</th><th>งบประมาณที่ใช้ไป</th><th>ร้อยละการเบิกจ่าย</th></tr>"
        "<tr><td>โครงการปรับปรุงถนนหมู่ 2</td><td>ดำเนินการแล้วร้อยละ 60</td><td>270,000</td><td>60</td></tr>"
        "<tr><td>โครงการอบรมอาชีพ</td><td>ดำเนินการแล้วเสร็จ</td><td>80,000</td><td>100</td></tr></table>"
    )


@pytest.fixture
def form_2567(built):
    return built(load(2567), as_of=AS_OF)


def test_plan_and_progress_are_each_held_to_their_own_rule(form_2567) -> None:
    form_2567.page(PLAN_AND_PROGRESS, PLAN, url="https://www.tonmai.go.th/plan")
    form_2567.page(
        PLAN_AND_PROGRESS, progress("ระหว่างวันที่ 1 ตุลาคม 2566 ถึง 31 มีนาคม 2567"), url="https://www.tonmai.go.th/six"
    )
    result = form_2567.judge(PLAN_AND_PROGRESS)
    assert result.verdict is Verdict.MET, (result.reasons, result.elements)
    assert [part.rule for part in result.year.parts] == ["plan_for_fy", "covers_first_6_months"]
    wanted = [element.id for element in form_2567.item(PLAN_AND_PROGRESS).required_elements]
    assert [element.id for element in result.elements] == wanted


def test_the_plans_calendar_does_not_fill_the_months_of_the_progress_report(form_2567) -> None:
    form_2567.page(PLAN_AND_PROGRESS, PLAN, url="https://www.tonmai.go.th/plan")
    form_2567.page(
        PLAN_AND_PROGRESS, progress("ระหว่างวันที่ 1 ตุลาคม 2566 ถึง 31 ธันวาคม 2566"), url="https://www.tonmai.go.th/six"
    )
    result = form_2567.judge(PLAN_AND_PROGRESS)
    assert result.verdict is not Verdict.MET
    assert result.year.months_missing == ("2567-01", "2567-02", "2567-03")


def test_the_plan_alone_is_not_the_whole_item(form_2567) -> None:
    form_2567.page(PLAN_AND_PROGRESS, PLAN, url="https://www.tonmai.go.th/plan")
    result = form_2567.judge(PLAN_AND_PROGRESS)
    assert result.verdict is Verdict.UNSURE, "the elements are carried over, and what is not there has no year"
    assert Reason.CRITERIA_UNVERIFIED in result.reasons
    assert Reason.PERIOD_INCOMPLETE not in result.reasons


def test_an_item_without_established_elements_is_unsure_whatever_is_shown(form_2567) -> None:
    slug = "customary_benefits_report"
    form_2567.page(slug, "<h1>รายงานการรับทรัพย์สินหรือประโยชน์อื่นใดโดยธรรมจรรยา</h1><p>ประจำปี 2567 ไม่มีการรับทรัพย์สิน</p>")
    result = form_2567.judge(slug)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.CRITERIA_UNVERIFIED)
    assert form_2567.framework.certainty(form_2567.item(slug)) == "none"


def test_an_unverified_year_rule_leaves_the_item_unsure_even_with_every_element(form_2567) -> None:
    slug = "no_gift_report"
    form_2567.page(
        slug, "<h1>รายงานผลตามนโยบาย No Gift Policy</h1><p>ประจำปีงบประมาณ พ.ศ. 2567 ไม่มีการรับของขวัญของเจ้าหน้าที่ทุกคน</p>"
    )
    result = form_2567.judge(slug)
    assert result.elements[0].finding.verdict is Verdict.MET
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.CRITERIA_UNVERIFIED,))


def test_an_answer_of_no_is_still_an_answer_where_the_criteria_are_not_established(form_2567) -> None:
    form_2567.answer("customary_benefits_report", disclosed=False)
    assert form_2567.judge("customary_benefits_report").reasons == (Reason.ANSWERED_NO,)


def test_a_form_of_titles_only_judges_nothing(built) -> None:
    titles_only = built(load(2569), as_of=date(2026, 5, 10))
    titles_only.page("anti_corruption_plan", "<h1>แผนปฏิบัติการป้องกันการทุจริต พ.ศ. 2566 - 2570</h1>")
    titles_only.answer("public_participation", disclosed=False)
    for item in titles_only.framework.items:
        result = titles_only.judge(item.slug)
        assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.CRITERIA_UNVERIFIED,))


def test_a_carried_over_condition_is_for_a_person(form_2567, agency) -> None:
    page = "<h1>โครงสร้าง</h1><ul><li>ปลัดองค์การบริหารส่วนตำบล</li><li>รองปลัด</li><li>ผู้อำนวยการกองช่าง</li><li>สำนักปลัด</li><li>กองคลัง</li><li>กองช่าง</li></ul>"
    for one in (form_2567, agency):
        one.page("organisation_structure", page)
    assert agency.judge("organisation_structure").reasons[0] == Reason.ONE_SIDE_ONLY
    assert agency.judge("organisation_structure").verdict is Verdict.NOT_MET
    later = form_2567.judge("organisation_structure")
    assert later.verdict is Verdict.UNSURE and Reason.CRITERIA_UNVERIFIED in later.reasons


@pytest.mark.parametrize("left_out", ["", "รองผู้ว่าราชการจังหวัด", "สำนักงานจังหวัด", "สำนักงานเกษตรจังหวัด"])
def test_a_province_shows_governor_deputies_office_and_services_in_2568(built, left_out: str) -> None:
    province = built(load(2568), name="จังหวัดต้นไม้", type="province", as_of=date(2025, 5, 10))
    shown = [
        "ผู้ว่าราชการจังหวัด",
        "รองผู้ว่าราชการจังหวัด",
        "สำนักงานจังหวัด",
        "สำนักงานเกษตรจังหวัด",
        "กลุ่มงานอำนวยการ",
        "กลุ่มงานยุทธศาสตร์",
    ]
    rows = "".join(f"<li>{name}</li>" for name in shown if name != left_out)
    duties = "จังหวัดมีอำนาจหน้าที่ตามพระราชบัญญัติระเบียบบริหารราชการแผ่นดิน พ.ศ. 2534 มาตรา 52/1 นำภารกิจของรัฐไปปฏิบัติให้เกิดผลสัมฤทธิ์ "
    province.page(
        "organisation_structure_and_powers",
        f"<h1>โครงสร้างและอำนาจหน้าที่</h1><ul>{rows}</ul><h2>อำนาจหน้าที่</h2><p>{duties * 3}</p>",
    )
    result = province.judge("organisation_structure_and_powers")
    assert result.verdict is (Verdict.NOT_MET if left_out else Verdict.MET), result.reasons


def test_an_item_the_form_did_not_ask_is_not_held_against_the_agency(form_2567) -> None:
    evidence = form_2567.evidence()
    item = form_2567.item("no_gift_culture")
    assert judge_one(evidence, item).reasons == (Reason.NOT_ANSWERED,)
    asked = replace(evidence, not_asked=frozenset({item.code}))
    result = judge_one(asked, item)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.NOT_ASKED,))


_SHARP = ("exact", "headings", "not_inside", "reject", "acts")
"""Words that keep an element from being found, or name it too shortly to stand alone."""


@pytest.mark.parametrize("year", [2564, 2566, 2567, 2568])
def test_an_element_that_forms_share_is_read_as_sharply_under_each(year: int) -> None:
    known = load(2565).by_slug
    blunt = [
        (item.slug, element.id, key)
        for item in load(year).items
        if item.slug in known
        for element in item.elements
        for twin in known[item.slug].elements
        if (twin.id, twin.kind) == (element.id, element.kind)
        for key in _SHARP
        if not set(twin.params.get(key, ())) <= set(element.params.get(key, ()))
    ]
    assert blunt == []
