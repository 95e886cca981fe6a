"""The present head signed it, and nobody else."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "no_gift_policy"
ELEMENT = "by_present_head"
HEAD = "<h1>คณะผู้บริหาร</h1><p>นายสมชาย ใจดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>"


def policy(agency, signature: str, *, head: str = HEAD):
    agency.page("executives", head, url="https://www.tonmai.go.th/people")
    body = f"<h1>ประกาศนโยบายไม่รับของขวัญ</h1><p>บุคลากรทุกคนไม่รับของขวัญ</p><p>ประกาศ ณ วันที่ 4 มกราคม 2565</p>{signature}"
    return agency.page(ITEM, body).element(ITEM, ELEMENT)


@pytest.mark.parametrize("name", ["นายสมชาย ใจดี", "(นายสมชาย  ใจดี)", "นาย สมชาย ใจดี", "ว่าที่ร้อยตรี สมชาย ใจดี"])
def test_the_heads_signature_is_met(agency, name: str) -> None:
    finding = policy(agency, f"<p>{name}</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert finding.verdict is Verdict.MET
    assert "สมชาย" in finding.quotes[0].text


def test_a_former_heads_signature_is_not_the_present_heads(agency) -> None:
    finding = policy(agency, "<p>นายประเสริฐ มั่นคงดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.NOT_CURRENT_HEAD,))


def test_one_acting_for_the_head_is_for_a_person(agency) -> None:
    finding = policy(agency, "<p>นายมานะ อดทน</p><p>ปลัดองค์การบริหารส่วนตำบล ปฏิบัติหน้าที่แทน นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))


def test_without_executives_to_compare_with_it_is_for_a_person(agency) -> None:
    finding = policy(agency, "<p>นายสมชาย ใจดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>", head="<p>ปรับปรุง</p>")
    assert finding.verdict is Verdict.UNSURE


def test_without_a_signature_it_is_for_a_person(agency) -> None:
    finding = policy(agency, "")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))
