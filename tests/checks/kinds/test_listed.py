"""Enough different entries of a list."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "laws"
ELEMENT = "laws_in_use"
LAWS = [
    "พระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537",
    "ระเบียบกระทรวงมหาดไทยว่าด้วยการรับเงิน พ.ศ. 2547",
    "กฎกระทรวงกำหนดหลักเกณฑ์ พ.ศ. 2560",
]


@pytest.mark.parametrize(
    ("laws", "verdict"),
    [(LAWS, "met"), (LAWS[:2], "met"), (LAWS[:1], "unsure"), (LAWS[:1] * 3, "unsure"), ([], "not_met")],
)
def test_different_entries_are_counted_once_each(agency, laws: list[str], verdict: str) -> None:
    body = "<h1>ประกาศ</h1><ul>" + "".join(f"<li>{law}</li>" for law in laws) + "</ul><p>ข้อมูลทั่วไปของตำบล</p>"
    assert agency.page(ITEM, body).element(ITEM, ELEMENT).verdict == verdict


def test_names_of_sorts_are_no_entries(agency) -> None:
    body = "<h1>กฎหมาย</h1><ul><li>พระราชบัญญัติ</li><li>กฎกระทรวง</li><li>ระเบียบ</li></ul>"
    finding = agency.page(ITEM, body).element(ITEM, ELEMENT)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))
