"""An assessment that speaks for the whole agency, as the form of FY2564 asked."""

from __future__ import annotations

import pytest

from oit.criteria import load
from oit.findings import Reason, Verdict

ITEM = "corruption_risk_assessment"
ELEMENT = "whole_agency"
BODY = "<p>โอกาสเกิดการเรียกรับผลประโยชน์ในการออกใบอนุญาต ระดับความเสี่ยงสูง ปีงบประมาณ พ.ศ. 2564 ได้วิเคราะห์ไว้ในตาราง</p>"


@pytest.fixture
def earlier(built):
    return built(load(2564))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("<h1>การประเมินความเสี่ยงการทุจริต องค์การบริหารส่วนตำบลต้นไม้</h1>", "met"),
        ("<h1>การประเมินความเสี่ยงการทุจริต</h1><p>เป็นการประเมินในภาพรวมของหน่วยงาน</p>", "met"),
        ("<h1>การประเมินความเสี่ยงการทุจริต</h1><ul><li>สำนักปลัด</li><li>กองคลัง</li><li>กองช่าง</li></ul>", "met"),
        ("<h1>การประเมินความเสี่ยงการทุจริต งานจัดเก็บรายได้</h1>", "not_met"),
    ],
)
def test_the_whole_agency_is_named_told_or_made_of_its_units(earlier, text: str, verdict: str) -> None:
    earlier.page(ITEM, text + BODY)
    found = earlier.element(ITEM, ELEMENT)
    assert found.verdict == verdict
    assert bool(found.quotes) is (verdict == "met")


def test_what_could_not_be_read_is_never_absent(earlier) -> None:
    earlier.failed(ITEM, "timeout")
    assert earlier.judge(ITEM).reasons == (Reason.TIMEOUT,)
    assert earlier.judge(ITEM).verdict is Verdict.UNSURE
