"""The head takes part in person."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "executive_participation"
ELEMENT = "head_takes_part"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("นายกองค์การบริหารส่วนตำบลต้นไม้ เป็นประธานการประชุมขับเคลื่อนการประเมินคุณธรรมและความโปร่งใส", "met"),
        ("นายกองค์การบริหารส่วนตำบลต้นไม้ ร่วมประกาศเจตนารมณ์สุจริตกับพนักงานทุกคน", "met"),
        ("รองนายกองค์การบริหารส่วนตำบลต้นไม้ เป็นประธานการประชุมด้านความโปร่งใส", "unsure"),
        ("ปลัดองค์การบริหารส่วนตำบล เป็นประธานการประชุมด้านความโปร่งใส", "unsure"),
        ("พนักงานร่วมประชุมด้านความโปร่งใส", "not_met"),
    ],
)
def test_a_deputy_in_the_heads_place_is_for_a_person(agency, text: str, verdict: str) -> None:
    agency.page(ITEM, f"<h1>ประชุมคุณธรรมและความโปร่งใส</h1><p>{text} เมื่อวันที่ 5 มกราคม 2565 ณ ห้องประชุม มีผู้เข้าร่วมมาก</p>")
    assert agency.element(ITEM, ELEMENT).verdict == verdict


def test_the_head_may_be_named_by_name(agency) -> None:
    agency.page("executives", "<p>นายสมชาย ใจดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>", url="https://www.tonmai.go.th/p")
    agency.page(ITEM, "<h1>ประชุมคุณธรรม</h1><p>นายสมชาย ใจดี เป็นประธานเปิดการประชุมด้านความโปร่งใสของหน่วยงาน</p>")
    assert agency.element(ITEM, ELEMENT).verdict is Verdict.MET


def test_a_page_that_names_nobody_lacks_the_head(agency) -> None:
    agency.page(ITEM, "<h1>ประชุมคุณธรรม</h1><p>มีการประชุมด้านความโปร่งใส</p>")
    assert agency.element(ITEM, ELEMENT).reasons == (Reason.ELEMENT_MISSING,)
