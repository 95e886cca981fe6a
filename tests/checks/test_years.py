"""Which time a source speaks of, and whether it is the time the item asks for, rule by rule."""

from __future__ import annotations

from datetime import date

import pytest

from checks import years
from oit.findings import Reason, Verdict, YearResult
from oit.fiscal_year import CALENDAR

FILLER = "<p>โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 ผู้รับผิดชอบ กองช่าง</p>"
PLAN, REPORT = "annual_action_plan", "annual_action_report"
IN_FORCE, COVERS = "hr_policy", "strategic_plan"
OCCURS, ANALYSIS = "public_participation", "integrity_measures"
HALF, MONTHLY = "annual_action_plan_progress", "procurement_monthly_summary"


def year(agency, slug: str, *bodies: str, **row) -> YearResult:
    for number, body in enumerate(bodies):
        agency.page(slug, body + FILLER, url=f"https://www.tonmai.go.th/d{'abcdefgh'[number]}", **row)
    evidence = agency.item_evidence(slug)
    return years.judge(evidence, evidence.sources)


def outcome(result: YearResult) -> tuple[str, str]:
    return str(result.finding.verdict), (result.finding.reasons or ("",))[0]


# ---------------------------------------------------------------- rule by rule


@pytest.mark.parametrize(
    ("slug", "body", "expected"),
    [
        (PLAN, "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1>", ("met", "")),
        (PLAN, "<h1>แผนดำเนินงานประจำปี ๒๕๖๕</h1>", ("met", "")),
        (PLAN, "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2564</h1>", ("not_met", "year_wrong")),
        (PLAN, "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2566</h1>", ("not_met", "year_wrong")),
        (PLAN, "<h1>แผนดำเนินงาน</h1>", ("unsure", "year_absent")),
        (PLAN, "<h1>แผนดำเนินงาน</h1><p>ตามพระราชบัญญัติสภาตำบล พ.ศ. 2537</p>", ("unsure", "year_absent")),
        (PLAN, "<h1>แผนดำเนินงาน (ต.ค. 64 - ก.ย. 65)</h1>", ("met", "")),
        (REPORT, "<h1>รายงานผลการดำเนินงานประจำปี 2564</h1>", ("met", "")),
        (REPORT, "<h1>รายงานผลการดำเนินงานประจำปี 2565</h1>", ("not_met", "year_wrong")),
        (REPORT, "<h1>รายงานผลการดำเนินงานประจำปี 2563</h1>", ("not_met", "year_wrong")),
        (IN_FORCE, "<h1>แผนอัตรากำลัง 3 ปี (พ.ศ. 2564-2566)</h1>", ("met", "")),
        (IN_FORCE, "<h1>แผนพัฒนาบุคลากร (พ.ศ. 2561-2563)</h1>", ("not_met", "plan_expired")),
        (IN_FORCE, "<h1>แผนพัฒนาบุคลากร (พ.ศ. 2566-2568)</h1>", ("not_met", "plan_expired")),
        (IN_FORCE, "<h1>นโยบายการบริหารทรัพยากรบุคคล</h1><p>ประกาศ ณ วันที่ 5 มกราคม 2562</p>", ("met", "")),
        (IN_FORCE, "<h1>นโยบายการบริหารทรัพยากรบุคคล</h1><p>ประกาศ ณ วันที่ 5 มกราคม 2567</p>", ("not_met", "year_wrong")),
        (IN_FORCE, "<h1>นโยบายการบริหารทรัพยากรบุคคล</h1>", ("unsure", "year_absent")),
        (COVERS, "<h1>แผนพัฒนาท้องถิ่น (พ.ศ. 2561-2565)</h1>", ("met", "")),
        (COVERS, "<h1>แผนพัฒนาท้องถิ่น (พ.ศ. ๒๕๖1 - ๒๕๖๕)</h1>", ("met", "")),
        (COVERS, "<h1>แผนพัฒนาท้องถิ่น (พ.ศ. 2557-2560)</h1>", ("not_met", "plan_expired")),
        (COVERS, "<h1>แผนพัฒนาท้องถิ่น (พ.ศ. 2566-2570)</h1>", ("not_met", "plan_expired")),
        (OCCURS, "<h1>ประชุมประชาคม</h1><p>วันที่ 15 ธันวาคม 2564</p>", ("met", "")),
        (OCCURS, "<h1>ประชุมประชาคม ประจำปี 2565</h1>", ("met", "")),
        (OCCURS, "<h1>ประชุมประชาคม</h1><p>ระหว่างวันที่ 15 กันยายน 2564</p>", ("not_met", "year_wrong")),
        (OCCURS, "<h1>ประชุมประชาคม ประจำปี 2563</h1>", ("not_met", "year_wrong")),
        (OCCURS, "<h1>ประชุมประชาคม</h1>", ("unsure", "year_absent")),
        (ANALYSIS, "<h1>มาตรการส่งเสริมคุณธรรม ปี 2565</h1><p>จากผลการประเมิน ITA ปีงบประมาณ 2564 ได้คะแนน 85.2</p>", ("met", "")),
        (ANALYSIS, "<h1>มาตรการส่งเสริมคุณธรรม ปี 2567</h1><p>จากผลการประเมิน ITA ปีงบประมาณ 2567 ได้คะแนน 85.2</p>", ("not_met", "year_wrong")),
        (ANALYSIS, "<h1>มาตรการส่งเสริมคุณธรรม</h1>", ("unsure", "year_absent")),
        ("powers_and_duties", "<h1>อำนาจหน้าที่</h1><p>ปี 2550</p>", ("met", "")),
    ],
)  # fmt: skip
def test_the_year_of_a_page_under_the_items_rule(agency, slug: str, body: str, expected: tuple[str, str]) -> None:
    assert outcome(year(agency, slug, body)) == expected


def test_the_best_source_decides(agency) -> None:
    result = year(
        agency, PLAN, "<h1>แผนดำเนินงานประจำปี 2563</h1>", "<h1>แผนดำเนินงานประจำปี 2565</h1>", "<h1>แผนดำเนินงาน</h1>"
    )
    assert result.finding.verdict is Verdict.MET
    assert set(result.found_be) == {2563, 2565}


def test_the_year_is_quoted_from_the_document(agency) -> None:
    result = year(agency, PLAN, "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. ๒๕๖๕</h1>")
    assert "๒๕๖๕" in result.finding.quotes[0].text


# ---------------------------------------------------------------- what says more


def test_the_title_says_more_than_the_name_of_the_file(agency) -> None:
    agency.page(PLAN, f"<h1>แผนดำเนินงานประจำปี 2565</h1>{FILLER}", url="https://www.tonmai.go.th/ita-2564/plan_2564")
    evidence = agency.item_evidence(PLAN)
    assert years.judge(evidence, evidence.sources).finding.verdict is Verdict.MET


def test_a_file_name_alone_decides_nothing(agency) -> None:
    agency.page(PLAN, FILLER, url="https://www.tonmai.go.th/ปี2565")
    evidence = agency.item_evidence(PLAN)
    assert years.judge(evidence, evidence.sources).finding.verdict is Verdict.UNSURE


def test_the_words_of_the_link_name_the_year_of_a_page_that_does_not(agency) -> None:
    assert year(agency, PLAN, "<h1>แผนดำเนินงาน</h1>", link_text="แผนดำเนินงานประจำปี 2565").finding.verdict is Verdict.MET


def test_laws_that_are_cited_name_no_year(agency) -> None:
    body = "<h1>แผนดำเนินงานประจำปี 2565</h1>" + "<p>ตามพระราชบัญญัติการจัดซื้อจัดจ้าง พ.ศ. 2560</p>" * 9
    assert year(agency, PLAN, body).found_be == (2565,)


def test_a_year_that_the_reader_doubts_is_never_a_wrong_year(agency) -> None:
    from dataclasses import replace

    agency.page(PLAN, f"<h1>แผนดำเนินงานประจำปี 2564</h1>{FILLER}")
    for sha, text in list(agency.texts.items()):
        page = text.pages[0]
        at = page.text.index("2564")
        agency.texts[sha] = replace(text, pages=(replace(page, doubtful=((at, at + 4),)),))
    evidence = agency.item_evidence(PLAN)
    assert outcome(years.judge(evidence, evidence.sources)) == ("unsure", "year_doubtful")


def test_the_year_of_a_national_plan_is_not_the_documents(agency) -> None:
    body = "<h1>แผนพัฒนาท้องถิ่น (พ.ศ. 2557-2560)</h1><p>สอดคล้องกับยุทธศาสตร์ชาติ 20 ปี (พ.ศ. 2561-2580)</p>"
    assert outcome(year(agency, COVERS, body)) == ("not_met", "plan_expired")


# ---------------------------------------------------------------- six months


@pytest.mark.parametrize(
    "body",
    [
        "<h1>รายงานการกำกับติดตามการดำเนินงาน รอบ 6 เดือน ปีงบประมาณ พ.ศ. 2565</h1>",
        "<h1>รายงานการกำกับติดตาม (ต.ค.64 - มี.ค.65)</h1>",
        "<h1>รายงานการกำกับติดตาม</h1><p>ระหว่างวันที่ 1 ตุลาคม 2564 - 30 มีนาคม 2565</p>",
        "<h1>รายงานการกำกับติดตาม ไตรมาส 1-2 ปีงบประมาณ 2565</h1>",
        "<h1>รายงาน ไตรมาสที่ 1 ปีงบประมาณ 2565</h1><h2>รายงาน ไตรมาสที่ 2 ปีงบประมาณ 2565</h2>",
    ],
)
def test_six_months_may_be_shown_in_any_way(agency, body: str) -> None:
    result = year(agency, HALF, body)
    assert (outcome(result), result.months_missing) == (("met", ""), ())


def test_a_quarter_alone_lacks_the_other_three_months(agency) -> None:
    result = year(agency, HALF, "<h1>รายงานการกำกับติดตาม ไตรมาสที่ 1 ปีงบประมาณ 2565</h1>")
    assert outcome(result) == ("not_met", "period_incomplete")
    assert result.months_missing == ("2565-01", "2565-02", "2565-03")


@pytest.mark.parametrize(
    "body",
    [
        "<h1>รายงานการกำกับติดตาม รอบ 6 เดือน</h1><p>ปีงบประมาณ พ.ศ. 2565 (1 ตุลาคม 2564 - 28 กุมภาพันธ์ 2565)</p>",
        "<h1>รายงานการกำกับติดตาม รอบ 6 เดือน ปีงบประมาณ 2565</h1><p>ข้อมูล ณ วันที่ 28 กุมภาพันธ์ 2565</p>",
        "<h1>รายงานการกำกับติดตาม รอบ 6 เดือน</h1><p>ปีงบประมาณ 2565 (ตค 64 - กพ 65)</p>",
    ],
)
def test_months_spelt_out_tell_more_than_the_name_of_the_report(agency, body: str) -> None:
    result = year(agency, HALF, body)
    assert outcome(result) == ("not_met", "period_incomplete")
    assert result.months_missing == ("2565-03",)


def test_two_quarters_may_lie_in_two_sources(agency) -> None:
    parts = [f"<h1>รายงานการกำกับติดตาม ไตรมาสที่ {number} ปีงบประมาณ 2565</h1>" for number in (1, 2)]
    assert outcome(year(agency, HALF, *parts)) == ("met", "")


def test_six_months_of_last_year_are_a_wrong_year(agency) -> None:
    result = year(agency, HALF, "<h1>รายงานการกำกับติดตาม รอบ 6 เดือน ปีงบประมาณ พ.ศ. 2564</h1>")
    assert outcome(result) == ("not_met", "year_wrong")


def test_a_period_that_is_not_over_on_the_day_is_unsure(agency) -> None:
    agency.as_of = date(2022, 3, 15)
    result = year(agency, HALF, "<h1>รายงานการกำกับติดตาม ไตรมาสที่ 1 ปีงบประมาณ 2565</h1>")
    assert outcome(result) == ("unsure", Reason.PERIOD_NOT_OVER)


MONTHS = ["ตุลาคม 2564", "พฤศจิกายน 2564", "ธันวาคม 2564", "มกราคม 2565", "กุมภาพันธ์ 2565", "มีนาคม 2565"]


def test_summaries_month_by_month_cover_the_half_year(agency) -> None:
    result = year(agency, MONTHLY, *(f"<h1>สรุปผลการจัดซื้อจัดจ้างในรอบเดือน {month}</h1>" for month in MONTHS))
    assert (outcome(result), result.months_missing) == (("met", ""), ())


@pytest.mark.parametrize(("number", "be"), [(0, "2564-10"), (1, "2564-11"), (3, "2565-01"), (5, "2565-03")])
def test_a_month_that_is_missing_is_named(agency, number: int, be: str) -> None:
    shown = [month for place, month in enumerate(MONTHS) if place != number]
    result = year(agency, MONTHLY, *(f"<h1>สรุปผลการจัดซื้อจัดจ้างในรอบเดือน {month}</h1>" for month in shown))
    assert outcome(result) == ("not_met", "period_incomplete")
    assert result.months_missing == (be,)


def test_one_sum_for_six_months_is_not_month_by_month(agency) -> None:
    result = year(agency, MONTHLY, "<h1>สรุปผลการจัดซื้อจัดจ้าง รอบ 6 เดือน ปีงบประมาณ 2565 (ต.ค. 64 - มี.ค. 65)</h1>")
    assert outcome(result) == ("not_met", "period_incomplete")


def test_an_agency_on_the_calendar_year_shows_three_months(agency) -> None:
    agency.year_basis = CALENDAR
    result = year(agency, HALF, "<h1>รายงานการกำกับติดตาม (ม.ค. - มี.ค. 2565)</h1>")
    assert (outcome(result), result.months_missing) == (("met", ""), ())


def test_the_fiscal_half_year_is_not_enough_for_a_calendar_year_that_lacks_months(agency) -> None:
    agency.year_basis = CALENDAR
    result = year(agency, HALF, "<h1>รายงานการกำกับติดตาม (ต.ค. 64 - ก.พ. 65)</h1>")
    assert result.finding.verdict is not Verdict.MET
    assert result.months_missing == ("2565-03",)


# ---------------------------------------------------------------- every rule, any page


def test_every_year_rule_of_the_form_is_known(framework) -> None:
    known = set(years._RULES) | years.NO_YEAR
    assert {item.year_rule.kind for item in framework.items} <= known


def test_without_sources_the_year_is_absent_or_not_asked(agency, framework) -> None:
    for item in framework.items:
        result = years.judge(agency.item_evidence(item.slug), ())
        assert (result.finding.verdict is Verdict.MET) == (item.year_rule.kind == "current_no_year")
