"""Words that must stand in the evidence, filled and with values where asked."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "annual_action_report"
TERM = "ปัญหาและอุปสรรค"


def find(agency, body: str, **params):
    return agency.page(ITEM, body).find(ITEM, "terms", params)


def test_a_term_that_stands_there_is_met_and_quoted(agency) -> None:
    finding = find(agency, f"<h2>{TERM}</h2><p>ฝนตกหนัก</p>", any=[TERM])
    assert finding.verdict is Verdict.MET
    assert finding.quotes[0].text == TERM


def test_a_term_that_stands_nowhere_is_missing(agency) -> None:
    finding = find(agency, "<h2>สรุป</h2><p>แล้วเสร็จตามแผน</p>", any=[TERM])
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))
    assert finding.looked_for == (TERM,)


def test_a_term_inside_another_does_not_count(agency) -> None:
    assert (
        find(agency, "<h2>ประจำปีงบประมาณ 2565</h2>", any=["งบประมาณ"], not_inside=["ปีงบประมาณ"]).verdict
        is Verdict.NOT_MET
    )


@pytest.mark.parametrize(("need", "verdict"), [(1, "met"), (2, "met"), (3, "not_met")])
def test_so_many_different_terms_must_stand_there(agency, need: int, verdict: str) -> None:
    body = "<p>ปลัด</p><p>ผู้อำนวยการกอง</p><p>ปลัด</p>"
    assert find(agency, body, any=["ปลัด", "ผู้อำนวยการกอง", "นายก"], min=need).verdict == verdict


def test_one_of_each_group_must_stand_in_one_document(agency) -> None:
    groups = [["ไม่รับของขวัญ"], ["บุคลากร", "เจ้าหน้าที่"]]
    agency.page(ITEM, "<h1>นโยบายไม่รับของขวัญ</h1>", url="https://www.tonmai.go.th/1")
    agency.page(ITEM, "<h1>บุคลากร</h1>", url="https://www.tonmai.go.th/2")
    assert agency.find(ITEM, "terms", {"groups": groups}).verdict is Verdict.NOT_MET
    agency.page(ITEM, "<h1>บุคลากรทุกคนไม่รับของขวัญ</h1>", url="https://www.tonmai.go.th/3")
    assert agency.find(ITEM, "terms", {"groups": groups}).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("body", "verdict"),
    [(f"<h2>{TERM}</h2><p>งบไม่พอ ฝนตก</p>", "met"), (f"<h2>{TERM}</h2><p>.........</p>", "not_met")],
)
def test_a_heading_with_nothing_under_it_is_an_empty_form(agency, body: str, verdict: str) -> None:
    finding = find(agency, body, any=[TERM], filled=True)
    assert finding.verdict == verdict
    assert (Reason.EMPTY_FORM in finding.reasons) is (verdict == "not_met")


@pytest.mark.parametrize(
    ("values", "text", "verdict"),
    [
        ("money", "ใช้ไป 12,500.00 บาท", "met"),
        ("money", "ใช้ไป ๑๒,๕๐๐ บาท", "met"),
        ("money", "ไม่ใช้งบประมาณ", "met"),
        ("money", "ใช้ไปบางส่วน", "not_met"),
        ("time", "ตลอดปี", "met"),
        ("time", "ต.ค. 64 - มี.ค. 65", "met"),
        ("time", "ยังไม่กำหนด", "not_met"),
        ("number", "จำนวน 12 ราย", "met"),
        ("number", "หลายราย", "not_met"),
    ],
)
def test_a_value_of_the_kind_asked_for_must_stand_there_too(agency, values: str, text: str, verdict: str) -> None:
    assert find(agency, f"<h2>รายการ</h2><p>{text}</p>", any=["รายการ"], values=values).verdict == verdict


def test_too_short_a_text_does_not_count(agency) -> None:
    assert find(agency, f"<h2>{TERM}</h2>", any=[TERM], min_letters=100).verdict is Verdict.NOT_MET
