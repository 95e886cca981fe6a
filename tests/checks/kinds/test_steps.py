"""Steps by their name, or as acts one below the other."""

from __future__ import annotations

import pytest

ITEM, ELEMENT = "service_manual", "steps"
ACTS = ["ยื่นคำขอที่สำนักปลัด", "เจ้าหน้าที่ตรวจสอบเอกสาร", "ชำระค่าธรรมเนียม 20 บาท", "รับใบอนุญาตภายใน 7 วัน"]


def page(*lines: str) -> str:
    return "<h1>คู่มือประชาชน</h1><ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("<h1>คู่มือ</h1><h2>ขั้นตอนการขอรับบริการ</h2><p>ยื่นคำขอ</p>", "met"),
        ("<h1>คู่มือ</h1><h2>ขั้นที่ 1 ยื่นคำขอ</h2><p>ที่สำนักปลัด</p>", "met"),
        (page(*ACTS), "met"),
        (page(*(f"{number}. {act}" for number, act in enumerate(ACTS, start=1))), "met"),
        (page(*(f"{number}) {act}" for number, act in zip("๑๒๓๔", ACTS, strict=True))), "met"),
        (page(*ACTS[:2]), "not_met"),
        (page("สำเนาบัตรประชาชน", "สำเนาทะเบียนบ้าน", "แผนที่บ้าน", "ภาพถ่าย"), "not_met"),
    ],
)
def test_steps_are_named_or_three_acts_in_a_row(agency, body: str, verdict: str) -> None:
    finding = agency.page(ITEM, body + "<p>สำนักปลัดเปิดทำการวันจันทร์ถึงวันศุกร์ตามเวลาราชการ</p>").element(ITEM, ELEMENT)
    assert finding.verdict == verdict
    if verdict == "met":
        assert finding.quotes
