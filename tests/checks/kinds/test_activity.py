"""Something that was done, told with the matter and those who took part."""

from __future__ import annotations

import pytest

from oit.findings import Verdict

ITEM = "public_participation"
ELEMENT = "participation_activity"
DONE = "<p>เมื่อวันที่ 15 ธันวาคม 2564 องค์การบริหารส่วนตำบลต้นไม้ได้จัดประชุมประชาคมหมู่บ้าน เพื่อรับฟังความคิดเห็นของประชาชนในการจัดทำแผนพัฒนาท้องถิ่น มีประชาชนเข้าร่วม 120 คน</p>"


def find(agency, body: str):
    return agency.page(ITEM, body).element(ITEM, ELEMENT)


def test_an_account_of_what_was_done_is_met(agency) -> None:
    finding = find(agency, f"<h1>ประชุมประชาคมหมู่บ้าน</h1>{DONE}")
    assert finding.verdict is Verdict.MET
    assert finding.quotes


@pytest.mark.parametrize("title", ["ขอเชิญร่วมประชุมประชาคม", "กำหนดการประชุมประชาคม", "ประกาศเชิญชวนประชาชน"])
def test_an_invitation_is_for_a_person(agency, title: str) -> None:
    assert find(agency, f"<h1>{title}</h1>{DONE}").verdict is Verdict.UNSURE


def test_a_plan_is_no_activity(agency) -> None:
    finding = find(agency, f"<h1>แผนการมีส่วนร่วมของชุมชน</h1>{DONE}")
    assert finding.verdict is not Verdict.MET or "แผนการมีส่วนร่วม" not in finding.quotes[0].text


def test_another_matter_is_not_the_activity(agency) -> None:
    finding = find(agency, "<h1>ล้างตลาดสด</h1><p>เจ้าหน้าที่กองสาธารณสุขทำความสะอาดพื้นตลาดสดและท่อระบายน้ำรอบตลาดตลอดทั้งวัน</p>")
    assert finding.verdict is Verdict.NOT_MET


def test_a_line_is_too_little_to_tell_of_an_activity(agency) -> None:
    assert find(agency, "<p>ประชุมประชาคม ประชาชนร่วมแล้ว</p>").verdict is not Verdict.MET


def test_an_invitation_to_a_day_after_the_judgement_is_for_a_person(agency) -> None:
    body = (
        "<h1>ประชุมประชาคมหมู่บ้าน</h1><p>ขอเชิญชวนประชาชนและผู้นำชุมชนเข้าร่วมประชุมประชาคมเพื่อทบทวนแผนพัฒนาท้องถิ่น "
        "ในวันที่ {day} ณ ศาลาอเนกประสงค์บ้านต้นไม้ หมู่ที่ 4</p>"
    )
    coming = agency.page("public_participation", body.format(day="20 มิถุนายน 2565"))
    assert coming.element("public_participation", "participation_activity").verdict is Verdict.UNSURE


def test_a_page_with_no_words_but_its_title_tells_of_no_activity(agency) -> None:
    body = "<h1>การดำเนินการตามนโยบายการบริหารทรัพยากรบุคคล ปีงบประมาณ พ.ศ. 2565</h1>"
    finding = agency.page("hr_policy_actions", body).element("hr_policy_actions", "policy_actions")
    assert finding.verdict is Verdict.UNSURE
