"""Rows of the criteria's own words hold nothing; ordinary text that uses them does."""

from __future__ import annotations

from oit.findings import Reason, Verdict

PLAN = "annual_action_plan"
WORDS = (
    "แผนการดำเนินงาน, แผนปฏิบัติการ, โครงการ, กิจกรรม, งบประมาณ, วงเงิน, จำนวนเงิน, ระยะเวลาดำเนินการ, ช่วงเวลา, ไตรมาส, "
    "ปฏิทิน, กำหนดการ, ห้วงเวลา, โครงการ/กิจกรรม, ไม่ใช้งบประมาณ, แผนปฏิบัติราชการ"
)
TITLE = "<h1>แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565</h1>"
TABLE = (
    "<table><tr><th>โครงการ</th><th>งบประมาณ (บาท)</th><th>ระยะเวลาดำเนินการ</th></tr>"
    "<tr><td>ขุดลอกคลองหนองปลา หมู่ที่ 3</td><td>250,000</td><td>ม.ค. - มี.ค. 2565</td></tr>"
    "<tr><td>อบรมอาชีพกลุ่มแม่บ้านตำบลต้นไม้</td><td>30,000</td><td>พ.ค. 2565</td></tr>"
    "<tr><td>ก่อสร้างถนนคอนกรีตสายวัดเหนือถึงบ้านโคก</td><td>1,480,000</td><td>ก.พ. - มิ.ย. 2565</td></tr></table>"
)


def test_a_page_of_keywords_is_criteria_text(agency) -> None:
    result = agency.home().page(PLAN, f"{TITLE}<p>{WORDS}</p>").judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.CRITERIA_TEXT_ONLY)


def test_a_row_of_keywords_beside_a_table_that_lacks_a_column_adds_nothing(agency) -> None:
    without_time = (
        TABLE.replace("<th>ระยะเวลาดำเนินการ</th>", "")
        .replace("<td>ม.ค. - มี.ค. 2565</td>", "")
        .replace("<td>พ.ค. 2565</td>", "")
        .replace("<td>ก.พ. - มิ.ย. 2565</td>", "")
    )
    result = agency.home().page(PLAN, f"{TITLE}{without_time}<p>{WORDS}</p>").judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.ELEMENT_MISSING)


def test_a_plan_with_a_row_of_keywords_beside_it_is_still_a_plan(agency) -> None:
    assert agency.home().page(PLAN, f"{TITLE}{TABLE}<p>{WORDS}</p>").judge(PLAN).verdict is Verdict.MET


def test_alternative_text_of_a_picture_proves_nothing(agency) -> None:
    result = (
        agency.home()
        .page(PLAN, f'{TITLE}<img src="p.png" width="600" height="400" alt="{WORDS} 250,000 บาท">')
        .judge(PLAN)
    )
    assert result.verdict is not Verdict.MET


def test_the_title_of_a_page_is_no_entry_of_its_list(agency) -> None:
    result = agency.home().page("news", "<h1>ข่าวประชาสัมพันธ์ ปีงบประมาณ พ.ศ. 2565</h1><p>ยินดีต้อนรับทุกท่าน</p>").judge("news")
    assert result.verdict is not Verdict.MET
