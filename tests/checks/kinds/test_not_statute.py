"""A whole law put up in place of an explanation of duties is not accepted from FY2567 on."""

from __future__ import annotations

import pytest

from checks.run import judge_one
from oit.criteria import load
from oit.findings import Reason, Verdict

ITEM = "powers_and_duties"
ELEMENT = "not_whole_statute"
OWN_WORDS = (
    "<h1>อำนาจหน้าที่</h1><p>องค์การบริหารส่วนตำบลต้นไม้มีหน้าที่และอำนาจตามพระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537 "
    "มาตรา 66 ในการพัฒนาตำบลทั้งในด้านเศรษฐกิจ สังคม และวัฒนธรรม</p><p>มาตรา 67 จัดให้มีและบำรุงรักษาทางน้ำและทางบก รักษาความสะอาด "
    "ป้องกันโรคและระงับโรคติดต่อ ป้องกันและบรรเทาสาธารณภัย ส่งเสริมการศึกษา ศาสนา และวัฒนธรรม</p>"
)


def law(sections: int, digits: str = "0123456789") -> str:
    body = "".join(
        f"<p>มาตรา {str(n).translate(str.maketrans('0123456789', digits))} ให้นายกมีหน้าที่ตามที่กฎหมายกำหนด</p>"
        for n in range(1, sections)
    )
    opening = "<p>พระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537</p><p>ให้ไว้ ณ วันที่ 26 พฤศจิกายน พ.ศ. 2537</p>"
    return f"<h1>อำนาจหน้าที่</h1>{opening}{body}<p>ผู้รับสนองพระบรมราชโองการ</p>"


@pytest.fixture
def later(built):
    return built(load(2567))


def test_an_explanation_that_cites_sections_is_no_law(later) -> None:
    later.page(ITEM, OWN_WORDS)
    found = later.element(ITEM, ELEMENT)
    assert found.verdict is Verdict.MET and found.quotes


@pytest.mark.parametrize("digits", ["0123456789", "๐๑๒๓๔๕๖๗๘๙"])
def test_a_whole_law_is_the_wrong_document_in_any_digits(later, digits: str) -> None:
    later.page(ITEM, law(30, digits))
    found = later.element(ITEM, ELEMENT)
    assert (found.verdict, found.reasons) == (Verdict.NOT_MET, (Reason.WRONG_DOCUMENT,))
    assert found.quotes


def test_an_explanation_beside_the_law_is_enough(later) -> None:
    later.page(ITEM, OWN_WORDS)
    later.page(ITEM, law(30), url="https://www.tonmai.go.th/act")
    assert later.element(ITEM, ELEMENT).verdict is Verdict.MET


def test_few_sections_are_no_whole_law(later) -> None:
    later.page(ITEM, OWN_WORDS + law(5))
    assert later.element(ITEM, ELEMENT).verdict is Verdict.MET


def test_the_prohibition_decides_the_item_from_2567_and_not_before(later, agency) -> None:
    for one in (later, agency):
        one.page(ITEM, law(30))
    assert later.judge(ITEM).verdict is Verdict.NOT_MET
    assert judge_one(agency.evidence(), agency.item(ITEM)).verdict is Verdict.MET
